"""Time that was spent, as people write it."""

from datetime import timedelta

from babel.numbers import format_decimal

from app.core.formats import language


def hours_spent(time: timedelta) -> str:
    """33,5"""
    return format_decimal(round(time.total_seconds() / 3600, 2), locale=language())
