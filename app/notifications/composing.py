"""A mail's words, made at the moment it is sent: from what is true then, in the recipient's language, if still wanted."""

import logging
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import css_inline
from flask import Flask, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.core import clock, tokens
from app.extensions import db
from app.notifications import lengths, mime
from app.notifications.addresses import BOUNCE, REPLY, STOP, address_of
from app.notifications.letters import (
    AfterEarlier,
    Collected,
    Concern,
    Later,
    Letter,
    NotSent,
    Topic,
    ask_gates,
    composer_of,
    is_always_tried,
    with_enclosure,
)
from app.notifications.levels import effective, lets_through
from app.notifications.links import link
from app.notifications.models import Level, Mail, Notice, SuspendedAddress
from app.notifications.outbox import waits_behind_what_is_put_off
from app.notifications.queries import levels_on
from app.notifications.reasons import READ_HERE, UNREACHABLE

log = logging.getLogger(__name__)
UNSUBSCRIBE: Final = "unsubscribe"
_CLOSING: Final = "\n--\nERFA Nord\n"
_HOUSE: Final = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Composed:
    """A mail ready to be handed over."""

    message: bytes
    message_id: str
    subject: str
    sender: str  # the envelope's: where reports of failure go
    recipient: str
    when_sent: Callable[[], None] | None = None


class ComposingError(Exception):
    """A mail that could not be written; says where in the code, never what was in it."""


def token_to_stop(person: Person, topic: Topic) -> str:
    """Names person and topic and proves itself; the address in the mail holds it."""
    return tokens.sign(UNSUBSCRIBE, _to_stop(person, topic))


def _to_stop(person: Person, topic: Topic) -> str:
    return f"{person.id}-{topic.scope}-{topic.scope_id}"


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)


def _where(error: BaseException) -> str:
    """The innermost line of our own code that an error passed. Its message may hold personal data and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(str(_HOUSE)) and ".venv" not in frame.filename]
    frame = (own or frames)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


Outcome = Composed | NotSent | Later | Collected | AfterEarlier


def compose(app: Flask, mail_id: int) -> Outcome:
    """Reads only. A context of its own, of a GET to BASE_URL, so that `url_for` works and SQLite takes no write lock.

    Raises ComposingError when the feature's words fail, and mime.UnwritableError when the mail can never be written.
    """
    with app.app_context(), app.test_request_context(base_url=app.config["BASE_URL"]):
        try:
            owed = _owed(mail_id)
            if owed is None:
                return NotSent("the mail is gone")
            return _compose(app, owed, owed.mail.person or _guest(owed.mail))
        except mime.UnwritableError:
            raise
        except Exception as error:
            raise ComposingError(f"{type(error).__name__} at {_where(error)}") from error
        finally:
            db.session.rollback()


@dataclass(frozen=True)
class _Owed:
    """A mail, whether its line in the inbox is read, and whether mail reaches its address at all."""

    mail: Mail
    is_read: bool
    is_unreachable: bool


def _owed(mail_id: int) -> _Owed | None:
    goes_to = func.lower(func.coalesce(Mail.address, Person.email))
    row = db.session.execute(
        select(Mail, Notice.read_at, SuspendedAddress.suspended_at)
        .outerjoin(Mail.person)
        .outerjoin(Notice, Notice.key == Mail.key)
        .outerjoin(SuspendedAddress, SuspendedAddress.address == goes_to)
        .options(contains_eager(Mail.person))
        .where(Mail.id == mail_id)
    ).one_or_none()
    return _Owed(row[0], row[1] is not None, row[2] is not None) if row else None


def _guest(mail: Mail) -> Person:
    """Who gets a mail without having an account; in no database. The payload may say their language."""
    return Person(email=mail.address, name="", locale=mail.payload.get("locale", "da"))


def _compose(app: Flask, owed: _Owed, person: Person) -> Outcome:
    mail = owed.mail
    if unwanted := _cannot_be_reached(owed, person):
        return unwanted
    with force_locale(person.locale):
        letter = composer_of(mail.kind)(person, mail.payload)
        if isinstance(letter, NotSent):
            return letter
        if owed.is_read and letter.topic is not None:
            return NotSent(READ_HERE)
        if mail.is_hurried:
            letter = replace(letter, is_urgent=True)
        if mail.person is not None and (kept_back := ask_gates(person, letter)):
            return kept_back
        if waits_behind_what_is_put_off(mail):
            return AfterEarlier()
        return _write(app, mail, person, with_enclosure(mail.kind, person, mail.payload, letter))


def _cannot_be_reached(owed: _Owed, person: Person) -> NotSent | None:
    if person.disabled_at is not None:
        return NotSent("the account is closed")
    is_in_vain = owed.is_unreachable and not is_always_tried(owed.mail.kind)
    return NotSent(UNREACHABLE) if is_in_vain else None


def silenced(person: Person, letter: Letter) -> NotSent | None:
    """The gate for what somebody does not want to hear of; docs in `levels.py`."""
    if letter.topic is None:
        return None
    chosen = levels_on(person.id, letter.topic)
    thread = chosen[0][1] if len(chosen) > 1 else None
    level = effective(thread, chosen[-1][1], takes_part=len(chosen) > 1 and letter.concern >= Concern.PART)
    if lets_through(level, letter.concern):
        return None
    if level is Level.MUTED:
        muted = chosen[0][0] if thread is Level.MUTED else letter.topic.widest
        return NotSent(f"{muted.scope} {muted.scope_id} is muted")
    return NotSent(
        "not directed at this person, who wants quiet" if level is Level.QUIET else "takes no part in the case"
    )


def _foot(letter: Letter) -> dict[str, str]:
    """Why one gets the mail, and the words on the link that stops it."""
    topic = letter.topic
    if topic is None:
        why = letter.why or _("You get this mail because you have an account at ERFA Nord.")
        return {"why": why, "stop_words": ""}
    words = {"case": _("Stop mails about this case"), "digest": _("Stop these digests")}
    return {
        "why": letter.why or _("You get this mail because you are a member of %(network)s.", network=topic.widest.name),
        "stop_words": words.get(topic.scope) or _("Stop mails from this network"),
    }


def tidy(text: str) -> str:
    """What a template of the text part gave, without blanks at line ends and without empty lines in a row.

    The blank after the two hyphens stays: by it mail programs know the closing, and leave it out of an answer (RFC 3676 4.3).
    """
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip().replace(_CLOSING, _CLOSING.replace("--", "-- ")) + "\n"


def _both(*acts: Callable[[], None] | None) -> Callable[[], None] | None:
    real = [act for act in acts if act]

    def run() -> None:
        for act in real:
            act()

    return run if real else None


def _write(app: Flask, mail: Mail, person: Person, letter: Letter) -> Composed:
    topic = letter.topic
    stop_url = link("notifications.unsubscribe", token=token_to_stop(person, topic)) if topic else ""
    reply_to = address_of(REPLY, letter.answers_to) if letter.answers_to else ""
    context = {**letter.context, "person": person, "letter": letter, "stop_url": stop_url, **_foot(letter)}
    context["is_answerable"] = bool(reply_to)
    envelope = mime.Envelope(
        host=urlsplit(app.config["BASE_URL"]).hostname or "localhost",
        message_id=tokens.sign("message-id", f"m-{mail.id}-{person.id or 0}"),
        sender=(letter.invitation and letter.invitation.organizer) or app.config["MAIL_DEFAULT_SENDER"],
        sender_name=letter.from_name,
        recipient=mail.address or person.email,
        recipient_name=person.name,
        date=clock.local(clock.now()),
        thread=letter.thread,
        conversation=letter.conversation,
        is_reply=letter.is_reply,
        list_name=topic.widest.name if topic else "",
        list_id=f"{topic.widest.scope}-{topic.widest.scope_id}" if topic else "",
        stop_url=stop_url,
        stop_address=address_of(STOP, f"{topic.scope}{topic.scope_id}-{person.id}") if topic else "",
        reply_to=reply_to,
        in_reply_to=letter.in_reply_to,
    )
    for _room in lengths.rooms():
        text = tidy(render_template(f"{letter.template}.txt", **context))
        html = _inliner().inline(render_template(f"{letter.template}.html", **context))
        message = mime.build(envelope, subject=letter.subject, text=text, html=html, invitation=letter.invitation)
        if len(message) <= lengths.LARGEST:
            break
    return Composed(
        message=message,
        message_id=f"{envelope.message_id}@{envelope.host}",
        subject=mime.one_line(f"Re: {letter.subject}" if letter.is_reply else letter.subject),
        # An answer that nobody has written comes from nobody, so that no loop can begin (RFC 3834 3.3).
        sender=""
        if letter.in_reply_to is not None
        else address_of(BOUNCE, str(mail.id)) or mime.address(app.config["MAIL_DEFAULT_SENDER"]),
        recipient=mime.address(mail.address or person.email),
        when_sent=_both(letter.when_sent, letter.invitation.when_sent if letter.invitation else None),
    )
