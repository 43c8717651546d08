"""The code on the wall: bound to one meeting and one day, and made by this installation's key, so that nobody can guess it."""

import segno

from app.core.tokens import read_signed, sign, six_digits
from app.meetings.models import Meeting

_PURPOSE = "check-in"


def _what(meeting: Meeting) -> str:
    return f"{meeting.id}-{meeting.day:%Y%m%d}"


def token_of(meeting: Meeting) -> str:
    return sign(_PURPOSE, _what(meeting))


def digits_of(meeting: Meeting) -> str:
    """What can be typed where the picture cannot be scanned."""
    return six_digits(_PURPOSE, _what(meeting))


def meeting_id_in(token: str) -> int | None:
    """Which meeting a token was made for, on whatever day."""
    text = read_signed(_PURPOSE, token)
    return int(text.split("-")[0]) if text else None


def is_token_of(meeting: Meeting, token: str) -> bool:
    """False once the meeting is on another day than when the token was made."""
    return read_signed(_PURPOSE, token) == _what(meeting)


def is_typed(meeting: Meeting, typed: str) -> bool:
    return "".join(letter for letter in typed if letter.isascii() and letter.isdigit()) == digits_of(meeting)


def drawn(text: str) -> tuple[int, str]:
    """A QR code as the side of a square with its quiet zone, and the path that draws it with lines one unit wide."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    path = [f"M{column} {line}.5h1" for line, row in enumerate(rows) for column, is_dark in enumerate(row) if is_dark]
    return len(rows), "".join(path)
