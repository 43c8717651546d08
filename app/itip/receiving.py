"""What comes back: answers, proposals of another time, and words, from whatever mail program."""

from flask import Flask


def bind(app: Flask) -> None:
    """Nothing to bind yet."""
