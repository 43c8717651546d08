"""How much people want to hear by mail, and when: at once, once a day or once a week, never within their quiet hours."""
