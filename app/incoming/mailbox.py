"""A mailbox at a mail provider, emptied as mail comes: each mail is taken in, then moved to where people can find it again."""

import contextlib
import imaplib
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from email.policy import compat32
from email.utils import getaddresses
from typing import Any, Final

from flask import Flask
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.extensions import db
from app.incoming.models import Fate, MailboxPoll
from app.incoming.operations import Verdict
from app.incoming.reading import headers_of, one_line
from app.notifications import addresses

log = logging.getLogger(__name__)
PATIENCE: Final = 30.0  # seconds for each answer of the server
REST: Final = (5.0, 15.0, 60.0, 300.0)  # seconds after the first, second … failure in a row
IDLE: Final = 60.0  # seconds; what came just before the server was asked to say so is found after as many
MOST_TRIES: Final = 20  # looks at a mail that we cannot take, before a person has to
MOST_RECIPIENTS: Final = 5
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_TROUBLE: Final = (ImapToolsError, imaplib.IMAP4.error, OSError, ssl.SSLError, socket.timeout)
_WHOM: Final = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")

Take = Callable[..., Verdict]


def name_of(app: Flask) -> str:
    """A mailbox's name for the health page: without who signs in to it."""
    return f"{app.config['IMAP_HOST']}/{app.config['IMAP_FOLDER']}"[:200]


def recipients_of(app: Flask, raw: bytes) -> list[str]:
    """Our own addresses that the mail came to, the one that the mail server wrote down first. Those that nobody here made count
    only where there is no other."""
    message = message_from_bytes(headers_of(raw), policy=compat32)
    host = str(app.config["MAIL_REPLY_HOST"]).lower()
    found: dict[str, bool] = {}
    for name in _WHOM:
        for value in message.get_all(name, [])[:3]:
            for _words, address in getaddresses([" ".join(str(value)[:50_000].split())])[:1000]:
                if address.lower().rpartition("@")[2] == host:
                    found.setdefault(address.lower(), addresses.read(address) is not None)
    known = [address for address, is_known in found.items() if is_known]
    return (known or list(found)[:1])[:MOST_RECIPIENTS]


def envelope_sender_of(raw: bytes) -> str:
    """As the mail server wrote it down; where it did not, whoever stands in From."""
    message = message_from_bytes(headers_of(raw), policy=compat32)
    path = message.get("Return-Path")
    if path is not None:
        return one_line(str(path)).strip("<> ")
    found = getaddresses([" ".join(str(message.get("From", ""))[:2000].split())])
    return found[0][1] if found else ""


class Mailbox:
    """`run` looks, takes in, and waits for more; a server that is away for a while does not end it."""

    def __init__(self, app: Flask, take: Take) -> None:
        self.app, self.take = app, take
        self._stopped = threading.Event()
        self._tries: dict[str, int] = {}

    def stop(self) -> None:
        self._stopped.set()

    def run(self, *, once: bool = False) -> bool:
        """Whether the last look went well."""
        failures = 0
        went_well = False
        while not self._stopped.is_set():
            try:
                with self._opened() as box:
                    failures = 0
                    went_well = self._tend(box, once=once)
            except KeyboardInterrupt:
                break
            except _TROUBLE as error:
                went_well = False
                failures += 1
                log.warning("the mailbox does not answer: %s", _said(error))
                self._note(_said(error))
            except DBAPIError as error:
                went_well = False
                failures += 1
                log.error("the database does not answer: %s", type(error.orig).__name__)  # noqa: TRY400 - no parameters
            if once:
                break
            self._stopped.wait(REST[min(failures, len(REST)) - 1] if failures else 0.1)
        return went_well

    @contextmanager
    def _opened(self) -> Iterator[BaseMailBox]:
        """Signed in, in the folder, with the two others made. Certificates are checked."""
        settings = self.app.config
        host, port = settings["IMAP_HOST"], settings["IMAP_PORT"]
        box: BaseMailBox
        if settings["IMAP_TLS"] == "ssl":
            box = MailBox(host, port, timeout=PATIENCE, ssl_context=ssl.create_default_context())
        elif settings["IMAP_TLS"] == "starttls":
            box = MailBoxStartTls(host, port, timeout=PATIENCE, ssl_context=ssl.create_default_context())
        else:
            box = MailBoxUnencrypted(host, port, timeout=PATIENCE)
        try:
            box.login(settings["IMAP_USER"], settings["IMAP_PASSWORD"], initial_folder=settings["IMAP_FOLDER"])
            for name in (settings["IMAP_DONE_FOLDER"], settings["IMAP_FAILED_FOLDER"]):
                if not box.folder.exists(name):
                    box.folder.create(name)
            yield box
        finally:
            with contextlib.suppress(*_TROUBLE):
                box.logout()

    def _tend(self, box: BaseMailBox, *, once: bool) -> bool:
        """Empties it, and again whenever the server says that there is more, as long as the connection holds."""
        can_wait = b"IDLE" in b" ".join(str(one).upper().encode() for one in box.client.capabilities)
        while not self._stopped.is_set():
            went_well = self._empty(box)
            self._note("" if went_well else "a mail could not be taken")
            if once:
                return went_well
            if can_wait and went_well:
                self._wait_for_more(box)
            else:
                self._stopped.wait(30)
                box.folder.set(self.app.config["IMAP_FOLDER"])
        return True

    def _wait_for_more(self, box: BaseMailBox) -> None:
        """Until the server says that there is more, or it is time to look anyway."""
        until = time.monotonic() + IDLE
        with box.idle as idle:
            while not self._stopped.is_set() and time.monotonic() < until:
                if idle.poll(timeout=1):
                    return

    def _empty(self, box: BaseMailBox) -> bool:
        """Whether all that was there has been dealt with."""
        left = 0
        for uid in box.uids():
            if self._stopped.is_set():
                break
            raw = self._fetch(box, uid)
            if raw is None:
                continue
            folder = self._folder_for(raw)
            if folder is None:
                self._tries[uid] = self._tries.get(uid, 0) + 1
                if self._tries[uid] < MOST_TRIES:
                    left += 1
                    continue
                folder = str(self.app.config["IMAP_FAILED_FOLDER"])
            self._tries.pop(uid, None)
            box.flag(uid, [MailMessageFlags.SEEN], True)
            box.move(uid, folder)
        return left == 0

    def _fetch(self, box: BaseMailBox, uid: str) -> bytes | None:
        """The mail's bytes; of one that is too large only a little more than may be taken, which shows that it is."""
        most = int(self.app.config["MAIL_IN_MB"]) * 1_000_000
        _state, sizes = box.client.uid("fetch", uid, "(RFC822.SIZE)")
        found = next((match for one in sizes if isinstance(one, bytes) and (match := _SIZE.search(one))), None)
        is_too_large = bool(found) and int(found[1]) > most  # type: ignore[index]
        part = f"BODY.PEEK[]<0.{most + 1}>" if is_too_large else "BODY.PEEK[]"
        _state, data = box.client.uid("fetch", uid, f"({part})")
        return next((one[1] for one in data if isinstance(one, tuple)), None)

    def _folder_for(self, raw: bytes) -> str | None:
        """Takes the mail in for each of our addresses that it came to; None when it has to be tried again."""
        with self.app.app_context():
            recipients = recipients_of(self.app, raw) or [""]
        verdicts = [self._taken(raw, recipient) for recipient in recipients]
        if None in verdicts or any(one.fate is Fate.FAILED for one in verdicts if one):
            return None
        is_for_people = any(one.is_unknown for one in verdicts if one)
        return str(self.app.config["IMAP_FAILED_FOLDER" if is_for_people else "IMAP_DONE_FOLDER"])

    def _taken(self, raw: bytes, recipient: str) -> Verdict | None:
        try:
            return self.take(self.app, raw, recipient, envelope_sender_of(raw))
        except DBAPIError:
            raise
        except Exception as error:
            log.error("a mail could not be taken: %s", type(error).__name__)  # noqa: TRY400 - no personal data
            return None

    def _note(self, trouble: str) -> None:
        """For the health page and the administrators."""
        with contextlib.suppress(DBAPIError), self.app.app_context():
            row = db.session.get(MailboxPoll, name_of(self.app)) or MailboxPoll(mailbox=name_of(self.app))
            now: datetime = clock.now()
            row.trouble = trouble[:200]
            if trouble:
                row.failed_at = now
            else:
                row.polled_at = now
            db.session.add(row)
            db.session.commit()


def _said(error: BaseException) -> str:
    """One line, without what the server may quote of us."""
    if isinstance(error, imaplib.IMAP4.error | ImapToolsError):
        return type(error).__name__
    text: Any = getattr(error, "strerror", None) or ""
    return f"{type(error).__name__} {text}".strip()
