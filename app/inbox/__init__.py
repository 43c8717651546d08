"""What somebody was told, in the application itself: unread, read, and by network."""
