"""Who comes to a meeting, as a file that opens rightly in Danish Excel. People and their answers, none of their words."""

import csv
import io

from flask_babel import gettext as _

from app.meetings.forms import PRESENCES, SAID
from app.meetings.models import Meeting
from app.meetings.turnout import Turnout

MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def participants_as_csv(meeting: Meeting, turnout: Turnout) -> bytes:
    """Semicolons and a byte order mark; what could be read as a formula gets an apostrophe in front (ASVS 1.2.10)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Name"), _("Municipality"), _("Answer"), _("How?"), _("Instead of")])
    for delegation in turnout.with_people:
        for guest in delegation.guests:
            answer = guest.answer
            writer.writerow(
                _harmless(str(cell))
                for cell in (
                    guest.person.name,
                    delegation.place.name if delegation.place else "",
                    SAID[answer.answer] if answer else _("Not answered"),
                    PRESENCES[answer.presence] if answer and answer.presence and meeting.is_hybrid else "",
                    guest.instead_of or "",
                )
            )
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
