"""Meetings as calendars read them: secret feeds, single files, and the calendar page."""
