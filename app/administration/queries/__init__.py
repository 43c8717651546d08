"""What the pages of this room ask the database, by noun."""
