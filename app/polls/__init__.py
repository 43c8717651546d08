"""Finding a date: which days people can, and the meeting that comes of it."""
