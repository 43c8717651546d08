"""Believable Danish networks of any size, for trying out and for measuring."""
