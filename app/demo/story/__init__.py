"""The hand-made demo: three networks, the people in them, and what they have asked, met about and decided."""
