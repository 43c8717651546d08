"""Choosing when to hear of a network, collecting what waits, and making digests. None of it commits.

A mail belongs to one digest at most: `collected_mails` says to which. An interval begins where the last one ended, so nothing
falls between two and nothing is in both, however late the worker is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, or_, select, text, update
from sqlalchemy.orm import aliased

from app.core import clock
from app.digests.models import Collected, Digest, Frequency, Hours, Rhythm
from app.digests.times import next_digest
from app.extensions import db
from app.notifications.models import Mail, MailState
from app.notifications.operations import announce

AT_ONCE: Final = 500  # people who are seen to in one transaction
KEEP: Final = timedelta(days=90)


def choose_hours(hours: Hours) -> None:
    """Keeps them, and moves the person's next digests to the hour they name."""
    kept = db.session.merge(hours)
    for rhythm in db.session.scalars(select(Rhythm).where(Rhythm.person_id == kept.person_id)):
        rhythm.next_at = _next(rhythm, kept.digest_hour, after=clock.now())


def _next(rhythm: Rhythm, hour: int, *, after: datetime) -> datetime:
    return next_digest(after, frequency=rhythm.frequency, weekday=rhythm.weekday, hour=hour)


def choose_rhythm(
    person_id: int, network_id: int, frequency: Frequency | None, weekday: int | None, *, hour: int
) -> None:
    """From now on. What waits already comes with the next digest; with None, at once, what waits goes at once too."""
    rhythm = db.session.get(Rhythm, (person_id, network_id), with_for_update=True)
    if frequency is None:
        if rhythm is not None:
            db.session.delete(rhythm)
        release(person_id, network_id)
        return
    if rhythm is None:
        rhythm = Rhythm(person_id=person_id, network_id=network_id, told_until=clock.now())
        db.session.add(rhythm)
    rhythm.frequency, rhythm.weekday = frequency, weekday
    rhythm.next_at = _next(rhythm, hour, after=clock.now())


def release(person_id: int, network_id: int) -> None:
    """What waits for a digest is sent mail by mail instead, each asked again whether it is still wanted."""
    waiting = (
        Collected.person_id == person_id,
        Collected.network_id == network_id,
        Collected.digest_id.is_(None),
    )
    ids = list(db.session.scalars(select(Collected.mail_id).where(*waiting)))
    db.session.execute(
        update(Mail)
        .where(Mail.id.in_(ids), Mail.state == MailState.COLLECTED)
        .values(state=MailState.READY, run_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.execute(delete(Collected).where(Collected.mail_id.in_(ids)))


def _is_to_wait(now: datetime) -> ColumnElement[bool]:
    """Mails of the person that the worker has not looked at yet may belong in the digest, most of all when it comes late.

    Each is looked at as soon as the mails before it are sent or given up, so this ends by itself.
    """
    untold = aliased(Mail, name="untold")
    return exists().where(
        untold.person_id == Rhythm.person_id,
        text("untold.state IN ('ready', 'leased')"),
        untold.attempts == 0,
        untold.run_at <= now,
    )


def make_digests() -> int:
    """Closes each interval that is due, and owes one mail to each person who has something in theirs. Returns how many."""
    now = clock.now()
    due = db.session.execute(
        select(Rhythm, Hours.digest_hour)
        .outerjoin(Hours, Hours.person_id == Rhythm.person_id)
        .where(Rhythm.next_at <= now, Rhythm.told_until < now, ~_is_to_wait(now))
        .order_by(Rhythm.next_at, Rhythm.person_id, Rhythm.network_id)
        .limit(AT_ONCE)
        .with_for_update(of=Rhythm, skip_locked=True)
    ).all()
    waiting = _waiting([rhythm for rhythm, _hour in due])
    made: dict[int, list[Digest]] = defaultdict(list)
    for rhythm, hour in due:
        digest = Digest(person_id=rhythm.person_id, network_id=rhythm.network_id, since=rhythm.told_until, until=now)
        db.session.add(digest)
        made[rhythm.person_id].append(digest)
        rhythm.told_until = now
        rhythm.next_at = _next(rhythm, Hours.DIGEST_HOUR if hour is None else hour, after=now)
    db.session.flush()
    return sum(_owe(person_id, digests, waiting, now) for person_id, digests in made.items())


def _waiting(rhythms: Iterable[Rhythm]) -> dict[tuple[int, int], list[int]]:
    """The mails that wait, by person and network. One query."""
    people = {rhythm.person_id for rhythm in rhythms}
    by_both: dict[tuple[int, int], list[int]] = defaultdict(list)
    rows = select(Collected.person_id, Collected.network_id, Collected.mail_id)
    for row in db.session.execute(rows.where(Collected.person_id.in_(people), Collected.digest_id.is_(None))):
        by_both[row[0], row[1]].append(row[2])
    return by_both


def _owe(person_id: int, digests: Sequence[Digest], waiting: dict[tuple[int, int], list[int]], now: datetime) -> int:
    """One mail for all of them, unless nothing waits: there is never an empty digest."""
    filled = [digest for digest in digests if waiting[person_id, digest.network_id]]
    if not filled:
        return 0
    about = f"digest-{person_id}-{now:%Y%m%d%H%M%S%f}"
    announce("digest", to=[person_id], about=about, payload={"digests": [digest.id for digest in filled]})
    mail_id = db.session.scalars(select(Mail.id).where(Mail.key == f"digest:{about}:{person_id}")).one()
    for digest in filled:
        digest.mail_id = mail_id
        db.session.execute(
            update(Collected)
            .where(Collected.mail_id.in_(waiting[person_id, digest.network_id]))
            .values(digest_id=digest.id)
            .execution_options(synchronize_session=False)
        )
    return 1


def conclude(told: Sequence[int], fallen_out: dict[int, str]) -> None:
    """Marks the mails that a digest has told, and those that fell out of it with their reasons."""
    _mark(told, MailState.SENT, sent_at=clock.now())
    by_reason: dict[str, list[int]] = defaultdict(list)
    for mail_id, reason in fallen_out.items():
        by_reason[reason].append(mail_id)
    for reason, ids in by_reason.items():
        _mark(ids, MailState.DROPPED, reason=reason[:500])


def _mark(ids: Sequence[int], state: MailState, **more: object) -> None:
    db.session.execute(
        update(Mail)
        .where(Mail.id.in_(ids), Mail.state.in_([MailState.COLLECTED, MailState.DEAD]))
        .values(state=state, **more)
        .execution_options(synchronize_session=False)
    )


def settle() -> None:
    """What was to be told by a digest that was not sent, and not told otherwise, shares its fate and its reason."""
    digest_mail = aliased(Mail, name="digest_mail")
    rows = db.session.execute(
        select(Collected.mail_id, digest_mail.state, digest_mail.reason)
        .join(Mail, Mail.id == Collected.mail_id)
        .join(Digest, Digest.id == Collected.digest_id)
        .join(digest_mail, digest_mail.id == Digest.mail_id)
        .where(
            Mail.state == MailState.COLLECTED,
            or_(digest_mail.state == MailState.DEAD, digest_mail.state == MailState.DROPPED),
        )
        .limit(AT_ONCE)
    ).all()
    for mail_id, state, reason in rows:
        _mark([mail_id], state, reason=reason)


def forget() -> None:
    """Intervals that ended long ago, unless something of theirs is still to be told."""
    kept = exists().where(Collected.digest_id == Digest.id)
    old = delete(Digest).where(Digest.until < clock.now() - KEEP, ~kept)
    db.session.execute(old, execution_options={"synchronize_session": False})
