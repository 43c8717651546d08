"""What the members have been told of a meeting, and telling them what has become different since: once, for all of it.

A change is not mailed at once. It is collected until nothing more has been changed for a moment, and told in one mail
that says old and new; what was changed back is not told at all. Whatever is near is told at once.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from flask import current_app
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.meetings.models import Meeting
from app.networks.queries import people_ids_in
from app.notifications.operations import announce
from app.organisations.queries import municipalities

NEAR: Final = timedelta(hours=48)  # calendar programs may take a day to notice a change
LESSER: Final = ("title", "description")

Told = dict[str, Any]


@dataclass(frozen=True)
class News:
    """What the members do not know yet: `changes` is told, old and new; `lesser` is named in a line when a mail goes anyway."""

    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    lesser: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changes or self.lesser)


def is_near(*moments: datetime) -> bool:
    return min(moments) - clock.now() < NEAR


def told_of(meeting: Meeting) -> Told:
    """All that a mail about a meeting tells, as JSON. Link and long texts by their fingerprint: the link opens the room."""
    return {
        "starts_at": _written(meeting.starts_at),
        "ends_at": _written(meeting.ends_at),
        "place": meeting.where,
        "online": meeting.is_online,
        "link": _fingerprint(meeting.online_url),
        "host": meeting.host_code,
        "title": meeting.title,
        "description": _fingerprint(meeting.description),
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16] if text else ""


def news_of(meeting: Meeting) -> News:
    """What is different from what was told; nothing where nobody was told anything that is remembered."""
    return news_between(meeting.told, told_of(meeting)) if meeting.told is not None else News()


def news_between(old: Told, new: Told) -> News:
    old = new | old  # what an older version did not keep is known
    changes: dict[str, dict[str, Any]] = {}
    if (old["starts_at"], old["ends_at"]) != (new["starts_at"], new["ends_at"]):
        changes["time"] = {name: [told["starts_at"], told["ends_at"]] for name, told in (("old", old), ("new", new))}
    if old["place"] != new["place"]:
        changes["place"] = {"old": old["place"], "new": new["place"]}
    if (old["online"], old["link"]) != (new["online"], new["link"]):
        has_new_link = bool(new["link"]) and new["link"] != old["link"]
        changes["online"] = {"old": old["online"], "new": new["online"], "has_new_link": has_new_link}
    if old["host"] != new["host"]:
        changes["host"] = {"old": _name_of(old["host"]), "new": _name_of(new["host"])}
    return News(changes, [name for name in LESSER if old[name] != new[name]])


def _name_of(code: str | None) -> str:
    return next((place.name for place in municipalities() if place.code == code), "")


def remember_what_was_told(meeting: Meeting) -> None:
    """The members know the meeting as it is; nothing waits to be told."""
    meeting.told = told_of(meeting)
    forget_what_was_collected(meeting)


def forget_what_was_collected(meeting: Meeting) -> None:
    meeting.tell_at = meeting.collected_since = None


def collect(meeting: Meeting, *, by: Person) -> int:
    """After a change of a meeting that is on: tells it at once when it is near, or in a moment. Returns how many are told now."""
    news = news_of(meeting)
    if not news.changes:
        forget_what_was_collected(meeting)
        return 0
    meeting.changed_by_id = by.id
    if _is_near(meeting):
        return tell_news(meeting, by=by)
    now = clock.now()
    meeting.collected_since = meeting.collected_since or now
    quiet = timedelta(minutes=current_app.config["TELL_AFTER_MINUTES"])
    longest = timedelta(minutes=current_app.config["TELL_WITHIN_MINUTES"])
    meeting.tell_at = min(now + quiet, meeting.collected_since + longest)
    return 0


def _is_near(meeting: Meeting) -> bool:
    known = [datetime.fromisoformat(meeting.told["starts_at"])] if meeting.told else []
    return is_near(meeting.starts_at, *known)


def tell_news(meeting: Meeting, *, by: Person) -> int:
    """One mail about all that is new, the lesser things too; about nothing there is none. Returns how many are told."""
    news = news_of(meeting)
    remember_what_was_told(meeting)
    if not news:
        return 0
    meeting.tellings += 1
    about = f"meeting-{meeting.id}-told-{meeting.tellings}"
    return tell("meeting_moved", meeting, by=by, about=about, changes=news.changes, lesser=news.lesser)


def tell_due() -> int:
    """What the worker does every minute. The mail and the end of the waiting are one transaction: never lost, never twice."""
    due = (
        select(Meeting)
        .where(Meeting.tell_at <= clock.now())
        .order_by(Meeting.id)
        .with_for_update(of=Meeting, skip_locked=True)
    )
    count = 0
    for meeting in db.session.scalars(due).all():
        by = db.session.get(Person, meeting.changed_by_id or meeting.created_by_id)
        if by is None or meeting.is_draft or meeting.is_off:
            forget_what_was_collected(meeting)
        elif meeting.is_over:
            remember_what_was_told(meeting)  # nobody can act on it any more
        else:
            count += tell_news(meeting, by=by)
    return count


def tell(kind: str, meeting: Meeting, *, by: Person, about: str, **facts: Any) -> int:
    """Owes a mail to all members but the one who acts."""
    payload = {"meeting_id": meeting.id, "by": by.name, "sequence": meeting.sequence, **facts}
    return announce(kind, to=people_ids_in(meeting.network_id), about=about, payload=payload, but_not=by.id)
