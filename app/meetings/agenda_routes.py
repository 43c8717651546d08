"""The page where coordinators write the agenda."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.extensions import db
from app.meetings import policy, queries
from app.meetings.forms import KINDS, AgendaForm, PointForm, one_line, version_of_agenda
from app.meetings.models import AgendaItem, Meeting
from app.meetings.operations import agenda as operations
from app.meetings.presenters import Presenters
from app.meetings.proposals.models import Proposal
from app.meetings.proposals.operations import move_on, put_back
from app.meetings.proposals.queries import next_after, surroundings_of
from app.meetings.routes import bp
from app.meetings.timetable import timetable_of
from app.networks.queries import members_of

STEPS: Final = {"up": -1, "down": 1}
Lines = list[tuple[AgendaItem, PointForm]]


@bp.route("/meetings/<int:meeting_id>/agenda", methods=["GET", "POST"])
def agenda(meeting_id: int) -> ResponseReturnValue:
    """One form for the whole agenda: whichever button is pressed, all that is typed is saved, then the act is done."""
    load = queries.meeting_to_change_for if request.method == "POST" else queries.meeting_for
    meeting = found(load(current_user, meeting_id))
    require(policy.may_steer(current_user, meeting))
    if not policy.may_edit(current_user, meeting):
        flash(_("The meeting is closed, so its agenda stays as it is."), "danger")
        return redirect(url_for(".show", meeting_id=meeting.id))
    items = queries.agenda_of(meeting_id)
    presenters = Presenters.among(members_of(meeting.network_id))
    frame, blank = AgendaForm(), PointForm(prefix="new-")
    lines = [(item, PointForm.of(item)) for item in operations.in_order(items, frame.wished_order)]
    is_stale = False
    if frame.validate_on_submit():
        act, _colon, which = request.form.get("act", "save").partition(":")
        wants_new = act == "add" or bool(blank.title.data)
        is_stale = frame.version.data != version_of_agenda(items)
        forms = [line for _item, line in lines if not is_stale or line.is_sent] + ([blank] if wants_new else [])
        if _all_valid(forms) and not is_stale:
            try:
                _write(meeting, lines, blank if wants_new else None, presenters)
                anchor = _act(meeting, act, which) or ("new" if wants_new else "agenda")
            except DomainError as error:
                db.session.rollback()
                flash(error.sentence, "danger")
                anchor = "agenda"
            else:
                db.session.commit()
            return redirect(url_for(".agenda", meeting_id=meeting.id, _anchor=anchor))
    frame.version.data = version_of_agenda(items)
    page = render_template(
        "meetings/agenda.html",
        network=meeting.network,
        meeting=meeting,
        frame=frame,
        lines=lines,
        blank=blank,
        presenters=presenters.names,
        removed=queries.removed_from(meeting_id),
        surroundings=surroundings_of(meeting, current_user),
        next_meeting=next_after(meeting),
        is_stale=is_stale,
        order_now=_order_now(items, lines) if is_stale else [],
        orphans=_orphans(items) if is_stale else [],
        faulty=[form for form in [*(line for _item, line in lines), blank] if form.errors],
        timetable=timetable_of(meeting, [item for item, _line in lines]),
        kinds=KINDS,
    )
    return page, 409 if is_stale else 200


def _all_valid(forms: list[PointForm]) -> bool:
    """Every form is looked at, so that all mistakes are shown at once."""
    verdicts = [form.validate() for form in forms]
    return all(verdicts)


def _orphans(items: list[AgendaItem]) -> list[str]:
    """What was typed into lines that somebody else has removed meanwhile."""
    there = {f"item-{item.id}-title" for item in items}
    return [
        one_line(text)
        for name, text in request.form.items()
        if name.startswith("item-") and name.endswith("-title") and name not in there
    ]


def _order_now(items: list[AgendaItem], lines: Lines) -> list[str]:
    """The order as somebody else has left it, where it is another than the one that was sent."""
    return [item.title for item in items] if items != [item for item, _line in lines] else []


def _write(meeting: Meeting, lines: Lines, new_line: PointForm | None, presenters: Presenters) -> None:
    """Saves every line and the order they stand in."""
    for item, line in lines:
        operations.edit_item(meeting, item, line.point(presenters, item))
    operations.put_in_order(meeting, [item.id for item, _line in lines])
    if new_line:
        operations.add_item(meeting, new_line.point(presenters))


def _act(meeting: Meeting, act: str, which: str) -> str:
    """Does what the pressed button asks, and says what was done; returns the anchor to come back to."""
    said = _("The agenda is saved.")
    anchor = ""
    if act == "restore":
        removed = next((item for item in queries.removed_from(meeting.id) if str(item.id) == which), None)
        if removed:
            put_back(meeting, removed, by=current_user)
            said, anchor = _("»%(title)s« is back on the agenda.", title=removed.title), f"item-{removed.id}"
    elif item := next((item for item in queries.agenda_of(meeting.id) if str(item.id) == which), None):
        if act == "remove":
            operations.remove_item(meeting, item)
            said = _("»%(title)s« is taken off the agenda. You can put it back below.", title=item.title)
        elif act == "next":
            said = _said_of(move_on(meeting, item, by=current_user))
        elif act in STEPS:
            operations.move_item(meeting, item, STEPS[act])
            anchor = f"item-{item.id}"
    flash(said, "success")
    return anchor


def _said_of(passage: Proposal) -> str:
    if passage.item_id:
        return _("»%(title)s« has moved to the next meeting. You can take it back below.", title=passage.title)
    return _(
        "No next meeting is planned, so »%(title)s« is in the backlog. You can take it back below.", title=passage.title
    )
