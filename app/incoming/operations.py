"""Taking a mail in, whichever way it came: by pipe, from a mailbox or from the web. Nothing here commits."""

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from limits import parse_many
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.incoming import quotes, senders
from app.incoming.answering import tell_sender
from app.incoming.destinations import Destination, Incoming, RefusedError, find
from app.incoming.models import Fate, IncomingMail
from app.incoming.reading import Read, headers_of, one_line, read_mail
from app.notifications.addresses import BOUNCE, NETWORK, STOP, Addressed
from app.notifications.addresses import read as read_address

log = logging.getLogger(__name__)
NO_SUCH_ADDRESS: Final = "no such address"
KEPT_FOR: Final = timedelta(days=90)  # what became of nothing; what became of something stays with it
_LONGEST_KEPT_HEADERS: Final = 32 * 1024
_ANSWERS_A_MEETING: Final = re.compile(rb"^METHOD:(REPLY|COUNTER|REFRESH)\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """What became of a mail, as whoever brought it is told."""

    fate: Fate
    reason: str

    @property
    def is_unknown(self) -> bool:
        """There is nobody at that address: a mail server that brings the mail had better say so itself."""
        return self.fate is Fate.REFUSED and self.reason == NO_SUCH_ADDRESS


def ingest(raw: bytes, recipient: str, sender: str, *, caller_bounces: bool = False) -> Verdict:
    """Takes in a mail that came to `recipient`, its envelope sender `sender` ("" or "<>" for reports). Never commits.

    With `caller_bounces` whoever brought it tells the sender of an unknown address. Raises DBAPIError when the database is away.
    """
    sender = one_line(sender).strip("<> ")
    recipient = one_line(recipient).strip("<> ")
    most = int(current_app.config["MAIL_IN_MB"]) * 1_000_000
    mail = read_mail(raw, is_cut=len(raw) > most)
    author = senders.sender_of(mail)
    key = _key(mail, raw, recipient, author.address)
    known = _as_kept(key)
    if known is not None and known.fate is not Fate.FAILED:
        return _once_more(known, mail)
    if known is None and (wait := _too_many_from(author.address)):
        log.warning("mail put off: %s from one sender", wait)
        return Verdict(Fate.FAILED, f"too many mails from this sender: {wait}")
    person = db.session.scalar(select(Person).where(Person.email == author.address, Person.disabled_at.is_(None)))
    row = known or IncomingMail(key=key, tries=0)
    row.recipient, row.envelope_sender, row.from_address = recipient[:254], sender[:254], author.address[:254]
    row.person_id = person.id if person else None
    row.subject, row.fate, row.raw = mail.subject[:400], Fate.FAILED, headers_of(raw) if mail.trouble else raw
    row.tries += 1
    db.session.add(row)
    db.session.flush()
    handling = _Handling(row, mail, person, author, sender)
    row.fate, row.reason = handling.fate()
    row.raw = _kept(raw, row, is_whole=handling.is_to_keep and mail.trouble != "too large")
    if row.fate is Fate.REFUSED and not (caller_bounces and row.reason == NO_SUCH_ADDRESS):
        tell_sender(row, mail, handling.sentence, is_believed=handling.is_believed, has_our_mail=handling.is_signed)
    db.session.flush()
    return Verdict(row.fate, row.reason)


def _as_kept(key: str) -> IncomingMail | None:
    return db.session.scalar(
        select(IncomingMail)
        .options(joinedload(IncomingMail.person))
        .where(IncomingMail.key == key)
        .with_for_update(of=IncomingMail)
    )


def _key(mail: Read, raw: bytes, recipient: str, address: str) -> str:
    name = mail.message_id or hashlib.sha256(raw).hexdigest()
    return hashlib.sha256(f"{name}\0{recipient.lower()}\0{address}".encode("utf-8", "replace")).hexdigest()


def _once_more(known: IncomingMail, mail: Read) -> Verdict:
    """The same mail is one. Another under the same Message-ID is refused, so that nothing is lost without a word."""
    known.copies += 1
    if known.raw and not mail.trouble and known.fate is Fate.TAKEN:
        before = read_mail(known.raw)
        if " ".join(before.text.split()) != " ".join(mail.text.split()) or before.calendars != mail.calendars:
            with force_locale(known.person.locale if known.person else "da"):
                sentence = _("Your mail has the number of one that you sent before, but other words. Write a new mail.")
            tell_sender(known, mail, sentence, is_believed=True, has_our_mail=True, is_another=True)
            return Verdict(Fate.REFUSED, "another mail with the same Message-ID")
    return Verdict(Fate.PASSED_OVER, "the same mail once more")


def _too_many_from(address: str) -> str:
    """The limit that this sender has reached, like "50 per 1 minute"."""
    for limit in parse_many(str(current_app.config["MAIL_IN_LIMIT"])):
        since = clock.now() - timedelta(seconds=limit.get_expiry())
        came = select(func.count()).where(IncomingMail.from_address == address, IncomingMail.received_at > since)
        if (db.session.scalar(came) or 0) >= limit.amount:
            return f"{limit.amount} per {limit.multiples} {limit.GRANULARITY.name}"
    return ""


def _kept(raw: bytes, row: IncomingMail, *, is_whole: bool) -> bytes:
    return raw if is_whole or row.fate in {Fate.TAKEN, Fate.REPORT} else headers_of(raw)[:_LONGEST_KEPT_HEADERS]


class _Handling:
    """One mail on its way to where it is for. `sentence` is what its sender is told when it is refused."""

    def __init__(
        self, row: IncomingMail, mail: Read, person: Person | None, author: senders.Sender, envelope_sender: str
    ) -> None:
        self.row, self.mail, self.person, self.author, self.envelope_sender = row, mail, person, author, envelope_sender
        self.sentence = ""
        self.is_signed = False  # it came to an address that only our mails have told
        self.server_says = senders.verdict_of_our_server(mail)

    @property
    def is_believed(self) -> bool:
        return self.server_says not in {"fail", ""}

    @property
    def _is_theirs(self) -> bool:
        """Also where strangers may write, nobody counts as the person whose address stands in a From that is not believed."""
        return self.is_believed and not senders.writes_for_another(self.mail, self.author)

    @property
    def is_to_keep(self) -> bool:
        """Whole, because somebody here has written it and may want to see it again."""
        return self.person is not None and self.is_believed and self.row.reason != NO_SUCH_ADDRESS

    def fate(self) -> tuple[Fate, str]:
        with force_locale(self.person.locale if self.person else "da"):
            return self._fate()

    def _refused(self, reason: str, sentence: str) -> tuple[Fate, str]:
        self.sentence = sentence
        return Fate.REFUSED, reason

    def _fate(self) -> tuple[Fate, str]:
        addressed = read_address(self.row.recipient)
        found = find(addressed.purpose, addressed.text) if addressed else None
        if addressed is None or found is None:
            return self._refused(
                NO_SUCH_ADDRESS, _("There is nothing at the address %(address)s.", address=self.row.recipient)
            )
        destination, numbers = found
        self.row.about = addressed.text[:80]
        self.is_signed = addressed.purpose != NETWORK
        return (
            self._passed_over(addressed)
            or self._refusal(destination, numbers)
            or self._given(destination, numbers, addressed)
        )

    def _passed_over(self, addressed: Addressed) -> tuple[Fate, str] | None:
        """Reports go where reports go; what no person has written now goes nowhere else."""
        is_report = senders.is_report(self.mail, self.envelope_sender)
        why = senders.why_automatic(self.mail, self.envelope_sender)
        if addressed.purpose == BOUNCE:
            return self._at_the_bounces(why) if not is_report else None
        # Mail programs write to STOP by themselves, and calendars answer meetings by themselves: both are meant to.
        if addressed.purpose == STOP or (not is_report and any(map(_ANSWERS_A_MEETING.search, self.mail.calendars))):
            return None
        if is_report:
            return Fate.PASSED_OVER, "a report that came to the wrong address"
        return (Fate.PASSED_OVER, why) if why else None

    def _at_the_bounces(self, why_automatic: str) -> tuple[Fate, str]:
        if why_automatic:
            return Fate.PASSED_OVER, why_automatic
        return self._refused(
            "not a report",
            _("Only mail systems write to this address. Answer a mail that says that it can be answered instead."),
        )

    def _refusal(self, destination: Destination, numbers: list[int]) -> tuple[Fate, str] | None:
        if self.mail.trouble == "too large":
            most = current_app.config["MAIL_IN_MB"]
            return self._refused("too large", _("Your mail is too large. It may be at most %(num)s MB.", num=most))
        if self.mail.trouble:
            return self._refused(
                self.mail.trouble, _("Your mail could not be read. Write it as a new mail, and attach less.")
            )
        return None if destination.takes_strangers else self._doubt(destination, numbers)

    def _doubt(self, destination: Destination, numbers: list[int]) -> tuple[Fate, str] | None:
        """The address alone proves nothing: it may have been forwarded."""
        if not self.author.address:
            return self._refused("not one sender", _("Your mail does not say clearly which one person has sent it."))
        if not self.is_believed:
            return self._refused("forged, says our mail server", "")
        if senders.writes_for_another(self.mail, self.author):
            return self._refused(
                "sent by another than From says",
                _("Your mail was sent on behalf of somebody else. Send it from the mailbox of the one who writes."),
            )
        if self.person is None:
            return self._refused(
                "nobody here has that address",
                _(
                    "Nobody at ERFA Nord has the mail address %(address)s. Write from the address that you sign in with.",
                    address=self.author.address,
                ),
            )
        if destination.named is not None and self._named(destination.named, numbers) != self.person.id:
            return self._refused(
                "the sender is not whom the address is for",
                _(
                    "You have answered a mail that was sent to somebody else. Answer the one that you have got yourself."
                ),
            )
        return None

    @staticmethod
    def _named(place: int, numbers: list[int]) -> int | None:
        return numbers[place] if place < len(numbers) else None

    def _given(self, destination: Destination, numbers: list[int], addressed: Addressed) -> tuple[Fate, str]:
        incoming = Incoming(
            id=self.row.id,
            sender=self.person if self._is_theirs else None,
            from_address=self.author.address,
            from_name=self.author.name,
            subject=self.mail.subject,
            text=quotes.written_in(self.mail.text, subject=self.mail.subject),
            whole_text=self.mail.text,
            calendars=self.mail.calendars,
            files=self.mail.files,
            received_at=clock.now(),
            is_automatic=bool(senders.why_automatic(self.mail, self.envelope_sender)),
            is_report=senders.is_report(self.mail, self.envelope_sender),
        )
        try:
            with db.session.begin_nested():
                done = destination.receive(incoming, numbers)
        except RefusedError as error:
            return self._refused(error.reason, error.sentence)
        except DomainError as error:
            return self._refused("the room says no", error.sentence)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            return self._failed(error)
        except Exception as error:  # whatever it is, the mail is kept and tried again
            return self._failed(error)
        return (Fate.REPORT if addressed.purpose == BOUNCE else Fate.TAKEN), done

    def _failed(self, error: Exception) -> tuple[Fate, str]:
        log.error("mail %d failed: %s", self.row.id, type(error).__name__)
        return Fate.FAILED, type(error).__name__


def settle(mail_id: int, *, network_id: int, became: str) -> None:
    """Public, for `receive`: what has become of a mail, so that its network's coordinators may see it whole.

    `became` is the path of the page that shows it, like "/cases/7#post-3".
    """
    row = db.session.get_one(IncomingMail, mail_id)
    row.network_id, row.became = network_id, became[:200]


def forget_old_mails() -> None:
    """The chore: what became of nothing goes after a while, its headers too."""
    is_old = IncomingMail.received_at < clock.now() - KEPT_FOR
    db.session.execute(delete(IncomingMail).where(is_old, IncomingMail.fate != Fate.TAKEN))
