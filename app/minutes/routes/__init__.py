"""Pages of minutes: reading, writing, history, decisions, actions."""

from app.minutes.routes import actions, decisions, history, reading, writing

__all__ = ["actions", "decisions", "history", "reading", "writing"]
