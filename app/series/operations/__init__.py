"""What can be done with a series as a whole; nothing here commits."""
