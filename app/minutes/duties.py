"""What minutes leave to do: drafts that somebody finishes, and actions that somebody has taken on."""

from collections.abc import Sequence
from textwrap import shorten
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.models import Person
from app.core.formats import day_month, long_date
from app.core.text import plain
from app.extensions import db
from app.meetings.models import AgendaItem, Meeting
from app.minutes.models import Action, Minutes
from app.minutes.operations import complete
from app.networks.duties import Duty, Ended, Ending, Networks, Thing, among

LONGEST_TITLE: Final = 160


def open_things(person: Person, networks: Networks) -> list[Thing]:
    """Two queries."""
    return _drafts(person, networks) + _actions(person, networks)


def _drafts(person: Person, networks: Networks) -> list[Thing]:
    meetings = db.session.scalars(
        select(Meeting)
        .join(Minutes, Minutes.meeting_id == Meeting.id)
        .where(Minutes.writer_id == person.id, Minutes.shared_at.is_(None), among(Meeting.network_id, networks))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [
        Thing(
            "draft",
            meeting.id,
            meeting.network_id,
            meeting.title,
            long_date(meeting.starts_at),
            url_for("minutes.show", meeting_id=meeting.id),
            is_for_coordinators=True,
        )
        for meeting in meetings
    ]


def _actions(person: Person, networks: Networks) -> list[Thing]:
    rows = db.session.execute(
        select(Action, Meeting)
        .join(AgendaItem, AgendaItem.id == Action.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            Action.owner_id == person.id,
            Action.done_at.is_(None),
            Action.removed_at.is_(None),
            among(Meeting.network_id, networks),
        )
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
    )
    return [
        Thing(
            "action",
            action.id,
            meeting.network_id,
            shorten(plain(action.text), LONGEST_TITLE, placeholder=" …"),
            _taken_on(action, meeting),
            url_for("minutes.show", meeting_id=meeting.id, _anchor=f"action-{action.id}"),
            Ending.WORD,
        )
        for action, meeting in rows
    ]


def _taken_on(action: Action, meeting: Meeting) -> str:
    taken = _("Taken on %(day)s", day=day_month(meeting.starts_at))
    return f"{taken} · {_('due %(day)s', day=day_month(action.due_on))}" if action.due_on else taken


def hand_over(things: Sequence[Thing], to: Person, _by: Person) -> None:
    for thing in things:
        if thing.kind == "draft":
            db.session.get_one(Minutes, thing.id).writer_id = to.id
        else:
            db.session.get_one(Action, thing.id).owner_id = to.id


def end(ended: Sequence[Ended], by: Person) -> None:
    for thing, word in ended:
        if thing.kind == "draft":
            db.session.get_one(Minutes, thing.id).writer_id = None
        else:
            action = db.session.get_one(Action, thing.id)
            complete(action, by=by)
            action.outcome = word


MINUTES = Duty(
    headings={"draft": _l("Minutes not yet shared"), "action": _l("Actions")},
    columns=frozenset({"minutes.writer_id", "actions.owner_id"}),
    open_things=open_things,
    hand_over=hand_over,
    end=end,
)
