"""Meetings that return by rule, each a meeting of its own."""
