"""Small things every form needs."""

from wtforms import Field


def trimmed(text: str | None) -> str:
    """A filter for one-line fields: no spaces around, one between words."""
    return " ".join((text or "").split())


def written(field: Field) -> str:
    """What stands in a text field; nothing is the empty string."""
    return str(field.data or "")
