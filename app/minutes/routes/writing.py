"""The writing view, and saving a text as an edit of the one it was made from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core import clock
from app.core.differences import differences
from app.core.errors import found, require
from app.core.formats import clock_time, near_day
from app.extensions import db
from app.meetings.forms import KINDS
from app.meetings.models import Meeting
from app.minutes import policy
from app.minutes.blueprint import bp
from app.minutes.forms import ActionForm, DecisionForm, RevisionForm
from app.minutes.models import Minutes, Revision
from app.minutes.operations import OvertakenError, UnknownBaseError, begin_without_agenda, tidy, write_revision
from app.minutes.queries import Entry, ItemAt, document_of, item_for, meeting_and_minutes_for
from app.networks.queries import members_of

JUST_NOW = timedelta(minutes=5)
ADDABLE = {"decision", "action"}


@dataclass
class Adding:
    """The small form that is open under one item."""

    what: str
    item_id: int
    form: DecisionForm | ActionForm


@dataclass
class Refused:
    """A text that could not be saved, kept as it was typed, and why."""

    item_id: int
    text: str
    base: int
    error: str


def show_writing(
    meeting: Meeting, minutes: Minutes | None, *, adding: Adding | None = None, refused: Refused | None = None
) -> str:
    """The writing view, with a form open under an item, or with a text that could not be saved."""
    members = members_of(meeting.network_id)
    document = document_of(meeting)
    if adding is None:
        what, item_id = request.args.get("add"), request.args.get("item", type=int)
        if what in ADDABLE and item_id:
            form = DecisionForm(formdata=None) if what == "decision" else ActionForm.among(members)
            adding = Adding(what, item_id, form)
    return render_template(
        "minutes/edit.html",
        meeting=meeting,
        minutes=minutes,
        document=document,
        members=members,
        adding=adding,
        refused=refused,
        current_item_id=_current(document.entries, meeting),
        others={e.item.id for e in document.entries if _is_being_written(e)},
        longest=Revision.LONGEST,
        saved_words=saved_words,
        kinds=KINDS,
    )


def saved_words(moment: datetime) -> str:
    """Gemt kl. 10.42, Gemt i går, Gemt 26. november"""
    if clock.local(moment).date() == clock.today():
        return _("Saved at %(time)s", time=clock_time(moment))
    return _("Saved %(day)s", day=near_day(moment))


def _current(entries: list[Entry], meeting: Meeting) -> int | None:
    """The item whose time it is, while the meeting goes on."""
    now = clock.now()
    if not meeting.starts_at <= now < meeting.ends_at:
        return None
    begun = [entry for entry in entries if not entry.is_off_agenda and entry.starts_at <= now]
    return begun[-1].item.id if begun else None


def _is_being_written(entry: Entry) -> bool:
    revision = entry.revision
    return (
        revision is not None and revision.author_id != current_user.id and clock.now() - revision.written_at < JUST_NOW
    )


@bp.get("/meetings/<int:meeting_id>/minutes/edit")
def edit(meeting_id: int) -> ResponseReturnValue:
    meeting, minutes = found(meeting_and_minutes_for(current_user, meeting_id))
    require(policy.may_write(current_user, meeting))
    return show_writing(meeting, minutes)


@bp.post("/meetings/<int:meeting_id>/minutes/item")
def begin(meeting_id: int) -> ResponseReturnValue:
    """One item to write under, where there is no agenda."""
    meeting, _minutes = found(meeting_and_minutes_for(current_user, meeting_id))
    require(policy.may_write(current_user, meeting))
    begin_without_agenda(meeting)
    db.session.commit()
    return redirect(url_for(".edit", meeting_id=meeting_id))


@bp.post("/agenda-items/<int:item_id>/revisions")
def write(item_id: int) -> ResponseReturnValue:
    """Saves; 409 with both texts when someone has written since. Answers in JSON to what saves while one types."""
    at = found(item_for(current_user, item_id))
    require(policy.may_write(current_user, at.meeting))
    wants_json = request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    form = RevisionForm()
    if not form.validate_on_submit():
        return _refuse(form, at, wants_json=wants_json)
    text = form.text.data or ""
    try:
        revision = write_revision(at.item, at.meeting, text=text, base=form.base.data or 0, by=current_user)
    except UnknownBaseError:
        abort(400)
    except OvertakenError as overtaken:
        return _show_both(at, overtaken.current, tidy(text), wants_json=wants_json)
    db.session.commit()
    if wants_json:
        return jsonify(_told(revision))
    then = request.form.get("then")
    if then in ADDABLE:  # without an anchor, which would keep the browser from going to the form's first field
        return redirect(url_for(".edit", meeting_id=at.meeting.id, add=then, item=item_id))
    return redirect(url_for(".edit", meeting_id=at.meeting.id, _anchor=f"item-{item_id}"))


def _told(revision: Revision | None) -> dict[str, str | int | None]:
    if revision is None:
        return {"number": 0, "saved_at": None, "says": ""}
    return {
        "number": revision.number,
        "saved_at": revision.written_at.isoformat(),
        "says": saved_words(revision.written_at),
    }


def _refuse(form: RevisionForm, at: ItemAt, *, wants_json: bool) -> ResponseReturnValue:
    if "text" not in form.errors:
        abort(400)
    sentence = str(form.errors["text"][0])
    if wants_json:
        return jsonify(says=sentence), 422
    meeting, minutes = found(meeting_and_minutes_for(current_user, at.item.meeting_id))
    refused = Refused(at.item.id, form.text.data or "", form.base.data or 0, sentence)
    return show_writing(meeting, minutes, refused=refused)


def _show_both(at: ItemAt, theirs: Revision, mine: str, *, wants_json: bool) -> ResponseReturnValue:
    if wants_json:
        says = _("%(name)s has changed the text meanwhile. Yours is still here.", name=theirs.author.name)
        return jsonify(**{**_told(theirs), "text": theirs.text, "by": theirs.author.name, "says": says}), 409
    pieces = differences(theirs.text, mine)
    page = render_template(
        "minutes/conflict.html", item=at.item, meeting=at.meeting, theirs=theirs, mine=mine, pieces=pieces
    )
    return page, 409
