"""The worker: takes what is owed from the outbox, writes it, hands it over, and tidies up in between.

No network within a transaction. A mail is marked as sent right after the server took it, on its own, so that `kill -9` can
make a twin of one mail at most, and the twin has the same Message-ID.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.extensions import db
from app.notifications import bounces, chores, outbox
from app.notifications.composing import Composed, ComposingError, compose
from app.notifications.letters import AfterEarlier, Collected, Later, NotSent
from app.notifications.mime import UnwritableError
from app.notifications.models import KeptMail
from app.notifications.outbox import Claimed
from app.notifications.smtp import Connection, NoServerError, RecipientRefusedError, RefusedError, SmtpError

log = logging.getLogger(__name__)
BATCH: Final = 50
PAUSE: Final = 0.5  # seconds between looks when there is nothing to do
PAUSE_WITHOUT_DATABASE: Final = 5.0
SIGN_OF_LIFE: Final = 10.0  # seconds
LONGEST_REST: Final = 300.0  # seconds to leave a mail server alone that does not answer


def _machine() -> str:
    """This machine, or this container: where a process number means one process."""
    try:
        space = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        space = "0"
    return f"{socket.gethostname()[:60]}/{space}"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


class Worker:
    """`stop()` may be called from a signal handler or another thread; the mail in flight is finished first."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.name = f"{_machine()}/{os.getpid()}"
        self.on_the_line = False  # talking to the mail server right now
        self._stopped = threading.Event()
        self._seen = 0.0
        self._rest_until, self._failures = 0.0, 0
        self._done_at: dict[str, datetime] = {}
        self._has_said_so = False

    def stop(self) -> None:
        self._stopped.set()

    def run(self, *, once: bool = False) -> None:
        """Until stopped; with `once` until nothing is due. A database that is away for a while does not end it."""
        try:
            while not self._stopped.is_set():
                try:
                    if self._round():
                        continue
                except DBAPIError as error:
                    if once:
                        raise
                    log.error("the database does not answer: %s", error.orig)  # noqa: TRY400 - without the parameters
                    self._stopped.wait(PAUSE_WITHOUT_DATABASE)
                if once:
                    break
                self._stopped.wait(PAUSE)
        finally:
            with suppress(DBAPIError), self._transaction():
                outbox.sign_off(self.name)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self.app.app_context():
            try:
                yield
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise

    def _take_over_from_the_dead(self) -> None:
        """Workers of this machine whose process is gone hold mails that need not wait for their lease to run out."""
        machine = _machine()
        with self._transaction():
            for name in outbox.workers():
                place, _, process = name.rpartition("/")
                if place == machine and (name == self.name or not _is_alive(int(process))):
                    freed = outbox.bury(name)
                    log.warning("took over %d mails from worker %s, which is gone", freed, name)

    def _round(self) -> bool:
        """One look at what there is to do; True when something was done that may leave more."""
        self._show_life()
        self._do_chores()
        if time.monotonic() < self._rest_until or not self._can_deliver():
            return False
        with self._transaction():
            batch = outbox.claim(self.name, at_most=BATCH)
        if batch:
            self._send(batch)
        return bool(batch)

    def _show_life(self, holding: list[Claimed] | None = None) -> list[Claimed]:
        """Now and then, so that others leave us what we hold; returns what that is."""
        holding = holding or []
        if self._seen and time.monotonic() - self._seen < SIGN_OF_LIFE:
            return holding
        if not self._seen:
            self._take_over_from_the_dead()
        with self._transaction():
            outbox.show_life(self.name)
            still_held = outbox.renew(self.name, holding) if holding else holding
        self._seen = time.monotonic()
        return still_held

    def _do_chores(self) -> None:
        for chore in chores.registered():
            done_at = self._done_at.get(chore.name)
            if self._stopped.is_set() or (done_at and clock.now() < done_at + chore.every):
                continue
            self._done_at[chore.name] = clock.now()
            try:
                with self._transaction():
                    chore.run()
            except Exception as error:
                log.error("chore %s failed: %s", chore.name, type(error).__name__)  # noqa: TRY400 - no personal data

    @property
    def _keeps_mail(self) -> bool:
        """No mail server in the demo or in development: mails go to the mailbox page."""
        return not self.app.config["MAIL_SERVER"] and bool(self.app.config["DEMO"] or self.app.debug)

    def _can_deliver(self) -> bool:
        if self.app.config["MAIL_SERVER"] or self._keeps_mail:
            return True
        if not self._has_said_so:
            log.warning("MAIL_SERVER is not set: mails stay in the outbox until it is")
            self._has_said_so = True
        return False

    def _send(self, batch: list[Claimed]) -> None:
        """In order. What is not finished is put back; a thread whose mail has to wait, waits as a whole."""
        waiting: set[tuple[int | None, str]] = set()
        left = list(batch)
        try:
            with Connection(self.app) as connection:
                while left and not self._stopped.is_set():
                    left = self._show_life(left)
                    if not left:
                        break
                    if left[0].in_order_with not in waiting and not self._send_one(left[0], connection):
                        waiting.add(left[0].in_order_with)
                    if left[0].in_order_with in waiting:
                        with self._transaction():
                            outbox.put_back(self.name, left[:1])
                    left.pop(0)
        except NoServerError as error:
            self._rest(error)
        finally:
            with self._transaction():
                outbox.put_back(self.name, left)

    def _rest(self, error: NoServerError) -> None:
        self._failures += 1
        seconds = min(outbox.wait_after(self._failures).total_seconds(), LONGEST_REST)
        self._rest_until = time.monotonic() + seconds
        log.warning("%s; next try in %d s", error, seconds)

    def _send_one(self, mail: Claimed, connection: Connection) -> bool:
        """False when it has to be tried later and its thread with it."""
        try:
            composed = compose(self.app, mail.id)
            if isinstance(composed, NotSent):
                self._drop(mail, composed)
            elif isinstance(composed, AfterEarlier):
                self._conclude(lambda: outbox.hurry_those_before(self.name, mail))
                return False
            elif isinstance(composed, Later):
                self._conclude(lambda: outbox.put_off(self.name, mail, composed.at))
            elif isinstance(composed, Collected):
                self._collect(mail, composed)
            elif self._keeps_mail:
                self._keep(mail, composed)
            else:
                self._hand_over(mail, composed, connection)
        except (RefusedError, UnwritableError) as error:
            log.warning("mail %d is given up: %s", mail.id, error)
            reason = str(error)
            is_address = isinstance(error, RecipientRefusedError)
            self._conclude(lambda: self._give_up(mail, reason, is_address=is_address))
        except NoServerError:
            raise
        except (SmtpError, ComposingError) as error:
            log.warning("mail %d was not sent, try %d: %s", mail.id, mail.attempts + 1, error)
            with self._transaction():
                return not outbox.try_later(self.name, mail, str(error))
        return True

    def _drop(self, mail: Claimed, why: NotSent) -> None:
        with self._transaction():
            if outbox.drop(self.name, mail, why.reason) and why.when_dropped:
                why.when_dropped()

    def _collect(self, mail: Claimed, collected: Collected) -> None:
        with self._transaction():
            if outbox.collect(self.name, mail) and collected.when_collected:
                collected.when_collected(mail.id)

    def _give_up(self, mail: Claimed, reason: str, *, is_address: bool) -> None:
        outbox.give_up(self.name, mail, reason)
        if is_address:
            bounces.refused(mail.id, reason)

    def _conclude(self, act: Callable[[], object]) -> None:
        with self._transaction():
            act()

    def _keep(self, mail: Claimed, composed: Composed) -> None:
        with self._transaction():
            db.session.add(
                KeptMail(
                    message_id=composed.message_id,
                    recipient=composed.recipient.lower(),
                    subject=composed.subject[:400],
                    raw=composed.message,
                )
            )
            self._finish(mail, composed)

    def _finish(self, mail: Claimed, composed: Composed) -> None:
        if outbox.finish(self.name, mail) and composed.when_sent:
            composed.when_sent()

    def _hand_over(self, mail: Claimed, composed: Composed, connection: Connection) -> None:
        self.on_the_line = True
        try:
            connection.deliver(composed.message, sender=composed.sender, recipient=composed.recipient)
        finally:
            self.on_the_line = False
        self._conclude(lambda: self._finish(mail, composed))
        self._failures = 0
