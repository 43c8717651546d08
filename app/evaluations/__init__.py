"""What those who were there thought of a meeting."""
