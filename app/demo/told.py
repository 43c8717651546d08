"""What the demo's people have been told lately, as their inboxes show it; read where they have read the case themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from app.accounts.models import Person
from app.cases.models import Case, Post, ReadPosition
from app.core import clock
from app.demo.rows import Rows
from app.meetings.models import Meeting
from app.minutes.models import Minutes
from app.networks.models import Membership
from app.notifications.models import Notice

LATELY: Final = timedelta(days=45)
READ_AFTER: Final = timedelta(days=6)  # most people have been in by then


@dataclass(frozen=True)
class Told:
    """An announcement to the members of a network but the one who acted."""

    kind: str
    about: str
    network_id: int
    at: datetime
    by_id: int | None
    payload: dict[str, Any]
    case_id: int = 0
    number: int = 0


def write_what_was_told(rows: Rows, connection: Connection) -> None:
    """Reads what the hand-made networks hold, which is there once the rows are flushed."""
    rows.flush()
    members = connection.execute(
        select(Membership.network_id, Membership.person_id, Membership.joined_at)
        .where(Membership.left_at.is_(None))
        .order_by(Membership.id)
    ).all()
    read_up_to = {(row.person_id, row.case_id): row.number for row in connection.execute(select(ReadPosition))}
    for told in sorted(_lately(connection), key=lambda one: (one.at, one.about)):
        for member in members:
            if member.network_id == told.network_id and member.joined_at <= told.at and member.person_id != told.by_id:
                has_read = (
                    read_up_to.get((member.person_id, told.case_id), -1) >= told.number if told.case_id else False
                )
                rows.add(Notice, _notice(told, member.person_id, has_read=has_read))


def _notice(told: Told, person_id: int, *, has_read: bool) -> dict[str, Any]:
    is_old = told.at < clock.now() - READ_AFTER
    return {
        "key": f"{told.kind}:{told.about}:{person_id}",
        "kind": told.kind,
        "person_id": person_id,
        "network_id": told.network_id,
        "thread": "-".join(told.about.split("-")[:2]),
        "number": told.number,
        "payload": told.payload,
        "created_at": told.at,
        "read_at": told.at + timedelta(hours=3) if has_read or is_old else None,
    }


def _lately(connection: Connection) -> Iterator[Told]:
    now = clock.now()
    since = now - LATELY
    cases = select(Case.id, Case.network_id, Case.author_id, Case.created_at)
    for case in connection.execute(cases.where(Case.created_at > since).order_by(Case.id)):
        about, payload = f"case-{case.id}", {"case_id": case.id}
        yield Told("case_opened", about, case.network_id, case.created_at, case.author_id, payload, case.id)
    posts = select(Post.id, Post.number, Post.author_id, Post.posted_at, Case.id.label("case_id"), Case.network_id)
    for post in connection.execute(posts.join(Case, Case.id == Post.case_id).where(Post.posted_at > since)):
        about = f"case-{post.case_id}-post-{post.number}"
        payload = {"case_id": post.case_id, "post_id": post.id, "number": post.number}
        network = post.network_id
        yield Told("case_replied", about, network, post.posted_at, post.author_id, payload, post.case_id, post.number)
    meetings = (
        select(Meeting.id, Meeting.network_id, Meeting.called_at, Meeting.created_by_id, Person.name)
        .join(Person, Person.id == Meeting.created_by_id)
        .where(Meeting.called_at > since, Meeting.called_at <= now, Meeting.cancelled_at.is_(None))
    )
    for meeting in connection.execute(meetings.order_by(Meeting.id)):
        about, payload = f"meeting-{meeting.id}", {"meeting_id": meeting.id, "by": meeting.name, "sequence": 0}
        yield Told("meeting_called", about, meeting.network_id, meeting.called_at, meeting.created_by_id, payload)
    minutes = select(Minutes.meeting_id, Minutes.shared_at, Meeting.network_id).join(
        Meeting, Meeting.id == Minutes.meeting_id
    )
    for shared in connection.execute(minutes.where(Minutes.shared_at > since, Minutes.shared_at <= now)):
        about, payload = f"meeting-{shared.meeting_id}", {"meeting_id": shared.meeting_id}
        yield Told("minutes_shared", about, shared.network_id, shared.shared_at, None, payload)
