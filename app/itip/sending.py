"""What is sent: invitations, changes and cancellations, to those who want them in their calendar by mail."""

from flask import Flask


def bind(app: Flask) -> None:
    """Nothing to bind yet."""
