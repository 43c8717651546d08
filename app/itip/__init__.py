"""Invitations that calendars understand, and the answers that come back from them (iTIP, RFC 5546, by mail, RFC 6047)."""
