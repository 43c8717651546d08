"""Meetings: when and where, their agenda, and who comes."""
