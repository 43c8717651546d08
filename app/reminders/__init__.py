"""Who is to be reminded of what before a meeting, and when."""
