"""Mails that were not sent or came back: of a person, and of everybody, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.core import clock
from app.core.paging import Page
from app.extensions import db
from app.inbox.operations import may_be_retried
from app.networks.queries import standing_of
from app.notifications import glimpses
from app.notifications.glimpses import Glimpse
from app.notifications.models import Bounce, Mail, MailState, SuspendedAddress, Weight
from app.notifications.reasons import SENTENCES, Why, because_of, why_of

SHOWN_FOR: Final = timedelta(days=30)  # as long as the outbox remembers what it has left out


@dataclass(frozen=True)
class Unsent:
    """A mail that was not sent, or came back. `glimpse` says what it was about, to whoever may still know."""

    mail: Mail
    area: str
    glimpse: Glimpse | None
    why: Why
    sentence: str
    said: str  # what the mail system said, where it did
    may_be_retried: bool

    @property
    def at(self) -> datetime:
        return self.mail.created_at


@dataclass(frozen=True)
class Like:
    """What an administrator looks for."""

    why: Why | None = None
    person: str = ""
    area: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.why or self.person or self.area)


@dataclass(frozen=True)
class Suspended:
    """An address that nothing is sent to, with its person where it has one."""

    address: str
    since: datetime
    said: str
    person: Person | None
    reports: int


def _came_back() -> ColumnElement[bool]:
    return exists().where(Bounce.mail_id == Mail.id, Bounce.weight.in_([Weight.FAILED, Weight.UNKNOWN_ADDRESS]))


def _unsent() -> ColumnElement[bool]:
    return or_(Mail.state.in_([MailState.DROPPED, MailState.DEAD]), (Mail.state == MailState.SENT) & _came_back())


def _of_person(query: Select[Any], person: Person) -> Select[Any]:
    return query.where(Mail.person_id == person.id, Mail.created_at > clock.now() - SHOWN_FOR, _unsent())


def count_of_person(person: Person) -> int:
    return db.session.scalar(_of_person(select(func.count(Mail.id)), person)) or 0


def of_person(person: Person, page: Page) -> list[Unsent]:
    """Newest first; three statements."""
    query = _of_person(select(Mail), person).order_by(Mail.id.desc()).offset(page.offset).limit(page.size)
    return _shown(person, list(db.session.scalars(query)))


def _of_all(query: Select[Any], like: Like) -> Select[Any]:
    query = query.outerjoin(Person, Person.id == Mail.person_id).where(_unsent())
    if like.why is not None:
        query = query.where(because_of(like.why))
    if like.person:
        words = like.person.lower()
        goes_to = func.lower(func.coalesce(Mail.address, Person.email))
        query = query.where(
            or_(func.lower(Person.name).contains(words, autoescape=True), goes_to.contains(words, autoescape=True))
        )
    if like.area:
        named = [kind for kind, area in glimpses.areas().items() if str(area) == like.area]
        query = query.where(Mail.kind.in_(named))
    return query


def count_of_all(like: Like) -> int:
    return db.session.scalar(_of_all(select(func.count(Mail.id)), like)) or 0


def of_all(viewer: Person, like: Like, page: Page) -> list[Unsent]:
    """Newest first; three statements."""
    query = _of_all(select(Mail), like).options(contains_eager(Mail.person)).order_by(Mail.id.desc())
    return _shown(viewer, list(db.session.scalars(query.offset(page.offset).limit(page.size))))


def _shown(viewer: Person, mails: Sequence[Mail]) -> list[Unsent]:
    said = {
        row.mail_id: row.diagnostic
        for row in db.session.execute(
            select(Bounce.mail_id, Bounce.diagnostic)
            .where(Bounce.mail_id.in_([mail.id for mail in mails]))
            .order_by(Bounce.id)
        )
    }
    drawn = glimpses.draw(
        viewer, [(mail.kind, mail.payload) for mail in mails], may_enter=standing_of(viewer).may_enter
    )
    return [_one(mail, glimpse, said.get(mail.id, "")) for mail, glimpse in zip(mails, drawn, strict=True)]


def _one(mail: Mail, glimpse: Glimpse | None, said: str) -> Unsent:
    area = glimpses.areas().get(mail.kind)
    why = why_of(mail)
    return Unsent(
        mail=mail,
        area=str(area) if area else "",
        glimpse=glimpse,
        why=why,
        sentence=str(SENTENCES[why]),
        said=said or (mail.reason if mail.state is MailState.DEAD else ""),
        may_be_retried=may_be_retried(mail),
    )


def mail_to_retry(mail_id: int) -> Mail | None:
    return db.session.scalar(select(Mail).where(Mail.id == mail_id, _unsent()))


def areas() -> list[str]:
    """The parts of the house that mails come from, in the reader's language."""
    return sorted({str(area) for area in glimpses.areas().values()})


def suspended_addresses() -> list[Suspended]:
    """Newest first, each with how many reports there are. One statement."""
    reports = (
        select(func.count(Bounce.id)).where(Bounce.address == SuspendedAddress.address).correlate(SuspendedAddress)
    )
    rows = db.session.execute(
        select(SuspendedAddress, Person, reports.scalar_subquery().label("reports"))
        .outerjoin(Person, Person.email == SuspendedAddress.address)
        .order_by(SuspendedAddress.suspended_at.desc(), SuspendedAddress.address)
    )
    return [
        Suspended(
            address=row[0].address,
            since=row[0].suspended_at,
            said=row[0].diagnostic or row[0].status,
            person=row[1],
            reports=row[2],
        )
        for row in rows
    ]
