"""Whose turn it is to be host, fairly among the municipalities, and who has said yes."""
