"""A meeting on paper: the invitation, the agenda and who comes, each or all."""

from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.errors import found
from app.meetings import queries
from app.meetings.forms import ANSWERS, KINDS
from app.meetings.timetable import timetable_of

bp = Blueprint("printing", __name__, template_folder="templates")
SHEETS: Final = {"invitation": _l("Invitation"), "agenda": _l("Agenda"), "participants": _l("List of participants")}


@bp.get("/meetings/<int:meeting_id>/print")
def show(meeting_id: int) -> str:
    """`sheet`, several times, chooses; all of them where none is chosen."""
    meeting = found(queries.meeting_with_agenda_for(current_user, meeting_id))
    chosen = [name for name in SHEETS if name in request.args.getlist("sheet")] or list(SHEETS)
    return render_template(
        "meetings/print.html",
        meeting=meeting,
        network=meeting.network,
        sheets=SHEETS,
        chosen=chosen,
        timetable=timetable_of(meeting, meeting.agenda),
        turnout=queries.turnout_at(meeting) if "participants" in chosen else None,
        kinds=KINDS,
        answers=ANSWERS,
    )
