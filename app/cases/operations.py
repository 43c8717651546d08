"""What can be done with a case. Each act locks the case's row first, so that two at once come one after the other."""

from datetime import timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.cases.models import Case, Post, PostKind, ReadPosition
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.meetings.operations.agenda import Point, add_item, remove_item
from app.networks.models import Membership
from app.networks.queries import people_ids_in
from app.notifications.notices import read_thread
from app.notifications.operations import announce

SAME_BREATH: Final = timedelta(minutes=1)  # the same words from the same hand within this are one act, pressed twice
MINUTES_FOR_A_CASE: Final = 30
_INSERT: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class StaleError(Exception):
    """The words have changed since the writer opened them; what stands now is on the row."""


def open_case(
    network_id: int,
    *,
    title: str,
    situation: str,
    tried: str,
    wanted: str,
    by: Person,
    incoming_mail_id: int | None = None,
) -> Case:
    """Tells a case to its network. Pressed twice, it is one case."""
    mine = select(Membership.id).where(Membership.network_id == network_id, Membership.person_id == by.id)
    db.session.execute(mine.with_for_update())  # two presses at once wait for each other here
    told_already = db.session.scalar(
        select(Case).where(
            Case.network_id == network_id,
            Case.author_id == by.id,
            Case.title == title,
            Case.situation == situation,
            Case.created_at > clock.now() - SAME_BREATH,
        )
    )
    if told_already is not None:
        return told_already
    case = Case(
        network_id=network_id,
        author_id=by.id,
        title=title,
        situation=situation,
        tried=tried,
        wanted=wanted,
        incoming_mail_id=incoming_mail_id,
    )
    db.session.add(case)
    db.session.flush()
    record_reading(by.id, case.id, 0)
    announce(
        "case_opened",
        to=people_ids_in(network_id),
        about=f"case-{case.id}",
        payload={"case_id": case.id},
        but_not=by.id,
    )
    return case


def _lock(case: Case) -> None:
    """Reads the case again and holds its row to the end of the transaction (SQLite holds the whole database)."""
    columns = [attribute.key for attribute in Case.__mapper__.column_attrs]
    db.session.refresh(case, columns, with_for_update=True)


def edit_case(case: Case, *, seen: str, title: str, situation: str, tried: str, wanted: str) -> None:
    """Changes the words that stood as `seen`. Raises StaleError when other words stand there now."""
    _lock(case)
    if (case.title, case.situation, case.tried, case.wanted) == (title, situation, tried, wanted):
        return
    if case.edition != seen:
        raise StaleError
    case.title, case.situation, case.tried, case.wanted = title, situation, tried, wanted
    case.edited_at = clock.now()


def close_case(case: Case) -> None:
    case.closed_at = case.closed_at or clock.now()


def reopen_case(case: Case) -> None:
    case.closed_at = None


def reply(case: Case, *, kind: PostKind, body: str, by: Person, incoming_mail_id: int | None = None) -> Post:
    """Adds the next post, marks it read by its writer and owes the others a mail. Pressed twice, it is one post."""
    _lock(case)
    said_already = db.session.scalar(
        select(Post)
        .where(
            Post.case_id == case.id,
            Post.author_id == by.id,
            Post.body == body,
            Post.posted_at > clock.now() - SAME_BREATH,
        )
        .order_by(Post.number.desc())
        .limit(1)
    )
    if said_already is not None:
        return said_already
    if case.is_closed:
        raise DomainError(_("The case has been closed and takes no replies. Your text is still here."), field="body")
    case.posts_count += 1
    case.last_post_at = clock.now()
    post = Post(
        case_id=case.id,
        number=case.posts_count,
        author_id=by.id,
        kind=PostKind.OWNER if by.id == case.owner_id else kind,
        body=body,
        incoming_mail_id=incoming_mail_id,
    )
    db.session.add(post)
    db.session.flush()
    record_reading(by.id, case.id, post.number)
    announce(
        "case_replied",
        to=people_ids_in(case.network_id),
        about=f"case-{case.id}-post-{post.number}",
        payload={"case_id": case.id, "post_id": post.id, "number": post.number},
        but_not=by.id,
    )
    return post


def edit_post(post: Post, *, seen: str, kind: PostKind, body: str) -> None:
    """Changes one's own words. Raises StaleError when another window has changed them since `seen`."""
    db.session.refresh(post, ["kind", "body", "edited_at"], with_for_update=True)
    kind = PostKind.OWNER if post.kind is PostKind.OWNER else kind
    if (post.kind, post.body) == (kind, body):
        return
    if post.edition != seen:
        raise StaleError
    post.kind, post.body, post.edited_at = kind, body, clock.now()


def record_reading(person_id: int, case_id: int, number: int) -> None:
    """Moves someone's read position forward to `number`; it never goes back. Safe from two windows."""
    values = {"person_id": person_id, "case_id": case_id, "number": number, "read_at": clock.now()}
    insert = _INSERT[db.session.get_bind().dialect.name](ReadPosition).values(values)
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=["person_id", "case_id"],
            set_={"number": insert.excluded.number, "read_at": insert.excluded.read_at},
            where=ReadPosition.number < insert.excluded.number,
        )
    )
    read_thread(person_id, f"case-{case_id}", up_to=number)


def bring_to_meeting(case: Case, meeting: Meeting) -> None:
    """Puts the case on the meeting's agenda, at its end. Once it is there, the same meeting again changes nothing."""
    _lock(case)
    if meeting.network_id != case.network_id or meeting.is_off or meeting.starts_at <= clock.now():
        raise DomainError(_("Choose a meeting that is still to come."), field="meeting")
    present = _present_item(case)
    if present is not None:
        if present.meeting_id == meeting.id:
            return
        raise DomainError(_("The case is already on an agenda. Take it off there first."), field="meeting")
    db.session.refresh(meeting, ["sequence"], with_for_update=True)  # positions are given one at a time
    owner = db.session.get_one(Person, case.owner_id)
    case.agenda_item_id = add_item(meeting, _point_of(case, owner)).id


def _point_of(case: Case, owner: Person) -> Point:
    return Point(case.title, AgendaKind.CASE, owner.name, MINUTES_FOR_A_CASE, owner.id)


def follow_item(before: AgendaItem, after: AgendaItem) -> None:
    """A case goes along when its agenda item moves to another meeting."""
    db.session.execute(update(Case).where(Case.agenda_item_id == before.id).values(agenda_item_id=after.id))


def take_off_agenda(case: Case) -> None:
    """Takes the case off a meeting still to come. What a meeting has held stays: it is part of the journey."""
    _lock(case)
    item = _present_item(case)
    if item is None:
        return
    meeting = db.session.get_one(Meeting, item.meeting_id)
    if meeting.starts_at <= clock.now():
        raise DomainError(_("The meeting has begun, so the case stays on its agenda."))
    remove_item(meeting, item)
    case.agenda_item_id = None


def _present_item(case: Case) -> AgendaItem | None:
    """The item the case stands under, unless it was taken off or its meeting cancelled."""
    return db.session.scalar(
        select(AgendaItem)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.id == case.agenda_item_id, AgendaItem.removed_at.is_(None), Meeting.cancelled_at.is_(None))
    )
