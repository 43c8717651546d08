"""Taking calendars of other programs over."""
