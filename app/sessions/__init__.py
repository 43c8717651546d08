"""Signing in and out: passwords, one-time codes, and the sessions people hold."""
