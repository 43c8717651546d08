"""What can be done with minutes: write, decide, take on, tick off, share."""

import unicodedata
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import AgendaItem, Meeting
from app.meetings.operations.agenda import Point, add_item
from app.meetings.queries import agenda_of
from app.minutes.models import Action, Decision, Minutes, Revision
from app.minutes.queries import current_revision
from app.networks.queries import people_ids_in
from app.notifications.operations import announce


class OvertakenError(Exception):
    """Someone has written since: `current` is what stands there now. Nothing was changed."""

    def __init__(self, current: Revision) -> None:
        super().__init__(f"overtaken by revision {current.number}")
        self.current = current


class UnknownBaseError(Exception):
    """The edit claims to be made against a revision that has never been."""


def tidy(text: str) -> str:
    """One kind of line break, no blank lines at the end, and no control characters, which no document can hold."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) != "Cc").rstrip()


def _opened(meeting: Meeting, *, by: Person) -> Minutes:
    """The minutes of a meeting, begun now if nobody has; two who begin at the same moment get the same."""
    minutes = db.session.get(Minutes, meeting.id)
    if minutes is None:
        try:
            with db.session.begin_nested():
                minutes = Minutes(meeting_id=meeting.id, writer_id=by.id)
                db.session.add(minutes)
        except IntegrityError:
            minutes = db.session.get_one(Minutes, meeting.id)
    return minutes


def write_revision(item: AgendaItem, meeting: Meeting, *, text: str, base: int, by: Person) -> Revision | None:
    """Puts `text` under the item, as an edit of revision `base`; returns what stands there then.

    The same text makes no revision, so that a save whose answer was lost may be sent again. Raises OvertakenError when
    the text has moved on from `base`; the unique (item, number) decides between two who write at the same moment.
    """
    text = tidy(text)
    current = current_revision(item.id)
    number = current.number if current else 0
    if text == (current.text if current else ""):
        return current
    if base > number:
        raise UnknownBaseError
    if current is not None and base < number:
        raise OvertakenError(current)
    revision = Revision(agenda_item_id=item.id, number=number + 1, text=text, author=by)
    try:
        with db.session.begin_nested():
            db.session.add(revision)
    except IntegrityError:
        return write_revision(item, meeting, text=text, base=base, by=by)  # now against what the other has written
    _opened(meeting, by=by)
    return revision


def begin_without_agenda(meeting: Meeting) -> None:
    """One item to write under, for a meeting that has no agenda."""
    db.session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    if not agenda_of(meeting.id):
        with force_locale("da"):  # the agenda is the network's, not the writer's
            add_item(meeting, Point(_("The minutes")))


def decide(item: AgendaItem, meeting: Meeting, *, text: str, by: Person) -> Decision:
    """Notes a decision under the next number of the network and the meeting's year. Numbers are never used again."""
    year = meeting.day.year
    _opened(meeting, by=by)
    while True:
        newest = db.session.scalar(
            select(func.max(Decision.number)).where(Decision.network_id == meeting.network_id, Decision.year == year)
        )
        decision = Decision(
            network_id=meeting.network_id,
            agenda_item_id=item.id,
            year=year,
            number=(newest or 0) + 1,
            text=tidy(text).strip(),
            created_by_id=by.id,
        )
        try:
            with db.session.begin_nested():
                db.session.add(decision)
        except IntegrityError:
            continue  # another meeting of the network took the number in this moment
        return decision


def assign(item: AgendaItem, meeting: Meeting, *, text: str, owner_id: int, due_on: date | None, by: Person) -> Action:
    """Notes what someone has taken on."""
    _opened(meeting, by=by)
    action = Action(
        agenda_item_id=item.id, text=tidy(text).strip(), owner_id=owner_id, due_on=due_on, created_by_id=by.id
    )
    db.session.add(action)
    return action


def version_of(thing: Decision | Action) -> str:
    """Names the state that an edit is made against."""
    return thing.edited_at.isoformat() if thing.edited_at else ""


def _require_unchanged(thing: Decision | Action, base: str) -> None:
    db.session.refresh(thing, ["text", "edited_at"], with_for_update=True)
    if version_of(thing) != base:
        raise DomainError(
            _("It has been changed while you wrote, and now reads: »%(text)s«. Save again to put yours instead.",
              text=thing.text),
            field="text",
        )  # fmt: skip


def edit_decision(decision: Decision, *, text: str, base: str, by: Person) -> None:
    """Raises DomainError when someone has edited it since `base`."""
    if tidy(text).strip() == decision.text:
        return
    _require_unchanged(decision, base)
    decision.text = tidy(text).strip()
    decision.edited_at, decision.edited_by_id = clock.now(), by.id


def edit_action(action: Action, *, text: str, owner_id: int, due_on: date | None, base: str, by: Person) -> None:
    """Raises DomainError when someone has edited it since `base`."""
    if (tidy(text).strip(), owner_id, due_on) == (action.text, action.owner_id, action.due_on):
        return
    _require_unchanged(action, base)
    action.text, action.owner_id, action.due_on = tidy(text).strip(), owner_id, due_on
    action.edited_at, action.edited_by_id = clock.now(), by.id


def take_out(thing: Decision | Action, *, by: Person) -> None:
    if thing.removed_at is None:
        thing.removed_at, thing.removed_by_id = clock.now(), by.id


def put_back(thing: Decision | Action, *, by: Person) -> None:
    if thing.removed_at is not None:
        thing.removed_at = thing.removed_by_id = None
        thing.edited_at, thing.edited_by_id = clock.now(), by.id


def complete(action: Action, *, by: Person) -> bool:
    """False when it was done already."""
    if action.is_done:
        return False
    action.done_at, action.done_by_id = clock.now(), by.id
    return True


def reopen(action: Action) -> None:
    action.done_at = action.done_by_id = None
    action.outcome = ""


def share_minutes(meeting: Meeting, *, by: Person) -> int | None:
    """Opens the minutes to the network and owes every member a mail; how many, or None when they were shared already.

    From then on they stay shared: what people have been told about cannot be hidden from them again.
    """
    taken = db.session.execute(
        update(Minutes)
        .where(Minutes.meeting_id == meeting.id, Minutes.shared_at.is_(None))
        .values(shared_at=clock.now(), shared_by_id=by.id)
        .returning(Minutes.meeting_id)
    ).first()
    if taken is None:
        return None
    return announce(
        "minutes_shared",
        to=people_ids_in(meeting.network_id),
        about=f"meeting-{meeting.id}",
        payload={"meeting_id": meeting.id},
    )
