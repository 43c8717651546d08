"""Telling the sender of a refused mail why: once, never a machine, and never so that we could be used to pester others."""

import re
from datetime import timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.incoming import senders
from app.incoming.models import IncomingMail
from app.incoming.reading import Read
from app.notifications import mime
from app.notifications.letters import Letter, NotSent
from app.notifications.operations import announce_to_address

KIND: Final = "mail_refused"
A_DAY: Final = 10  # answers to one address; a loop that nothing else has stopped ends here
TO_STRANGERS_AN_HOUR: Final = 30
_MESSAGE_ID: Final = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>")


def tell_sender(
    row: IncomingMail, mail: Read, sentence: str, *, is_believed: bool, has_our_mail: bool, is_another: bool = False
) -> None:
    """Owes the answer, or notes on the row why there is none.

    `has_our_mail` says that the mail came to an address that only a mail of ours has told; `is_another`, that it shares its
    Message-ID with the one that the row keeps.
    """
    why_not = _why_not(row, mail, sentence, is_believed=is_believed, has_our_mail=has_our_mail)
    if why_not or (is_another and row.answered_at):
        row.unanswered = (why_not or row.unanswered)[:120]
        return
    row.answered_at = clock.now()
    locale = db.session.scalar(select(Person.locale).where(Person.id == row.person_id)) if row.person_id else None
    announce_to_address(
        KIND,
        address=row.from_address,
        person_id=row.person_id,
        about=f"incoming-{row.id}",
        payload={
            "mail_id": row.id,
            "sentence": sentence,
            # A stranger may be somebody else than they say, whom our answer must not bring what others have written.
            "subject": mail.subject[:200] if row.person_id else "",
            "message_id": mail.message_id if _MESSAGE_ID.fullmatch(mail.message_id) else "",
            "locale": locale or "da",
        },
    )


def _why_not(row: IncomingMail, mail: Read, sentence: str, *, is_believed: bool, has_our_mail: bool) -> str:
    automatic = senders.why_automatic(mail, row.envelope_sender)
    reasons = {
        "nobody to answer": not row.from_address or not _can_be_written_to(row.from_address),
        "the sender may be forged": not is_believed or not sentence,
        f"automatic: {automatic}": bool(automatic),
        "asks for no automatic answers": senders.wants_no_answer(mail),
    }
    if why_not := next((reason for reason, holds in reasons.items() if holds), ""):
        return why_not
    if _answered_since(row.from_address, timedelta(days=1)) >= A_DAY:
        return "answered often enough today"
    return "" if row.person_id or has_our_mail else _why_not_a_stranger(row)


def _answered_since(address: str, span: timedelta) -> int:
    answered = select(func.count()).where(
        IncomingMail.from_address == address, IncomingMail.answered_at > clock.now() - span
    )
    return db.session.scalar(answered) or 0


def _why_not_a_stranger(row: IncomingMail) -> str:
    """Who writes to an address that anybody can guess, without being anybody here: once a day, and few in all."""
    if _comes_from_elsewhere(row):
        return "a stranger whose envelope is another's"
    if _answered_since(row.from_address, timedelta(days=1)):
        return "a stranger who was answered today"
    an_hour_ago = clock.now() - timedelta(hours=1)
    all_told = select(func.count()).where(IncomingMail.person_id.is_(None), IncomingMail.answered_at > an_hour_ago)
    return "enough strangers answered this hour" if (db.session.scalar(all_told) or 0) >= TO_STRANGERS_AN_HOUR else ""


def _comes_from_elsewhere(row: IncomingMail) -> bool:
    """The envelope comes from another domain than the letter says: most forged mail, and mail that lists send on."""
    return row.envelope_sender.lower().rpartition("@")[2] != row.from_address.rpartition("@")[2]


def _can_be_written_to(address: str) -> bool:
    try:
        mime.address(address)
    except mime.UnwritableError:
        return False
    return True


def compose_refused(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    heading = _("Your mail was not taken")
    subject = payload["subject"]
    return Letter(
        subject=f"{heading}: {subject}" if subject else heading,
        template="mails/note",
        context={
            "heading": heading,
            "lines": [payload["sentence"], _("Nothing of it has been shown to anybody.")],
            "word": "",
            "after": _("This answer was written by a program. It cannot be answered."),
        },
        why=_("You get this mail because a mail from your address came to ERFA Nord."),
        in_reply_to=payload["message_id"],
        is_urgent=True,
    )
