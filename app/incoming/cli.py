"""`flask mail ingest` and `flask mail poll`."""

import logging
import os
import signal
import sys
from types import FrameType
from typing import Final

import click
from flask import Flask
from flask.cli import ScriptInfo

from app.extensions import db
from app.incoming.mailbox import Mailbox
from app.incoming.models import Fate
from app.incoming.operations import Verdict, ingest

log = logging.getLogger(__name__)
# What mail servers read (sysexits.h): taken or refused with an answer of ours; nobody there; come again later.
OK: Final = os.EX_OK
NO_USER: Final = os.EX_NOUSER
LATER: Final = os.EX_TEMPFAIL


@click.group("mail")
def mail() -> None:
    """Mail that comes in."""


@mail.command("ingest")
@click.argument("recipient")
@click.argument("sender", default="")
@click.pass_context
def ingest_command(context: click.Context, recipient: str, sender: str) -> None:
    """Take in one mail from standard input, as a mail server's pipe gives it."""
    try:
        app: Flask = context.ensure_object(ScriptInfo).load_app()
        verdict = take(app, _all_of_standard_input(app), recipient, sender, caller_bounces=True)
    except BaseException as error:  # whatever it is, the mail server keeps the mail and comes again
        print(f"4.3.0 not taken now: {type(error).__name__}", file=sys.stderr)  # noqa: T201 - the server's log has it
        context.exit(LATER)
    if verdict.is_unknown:
        print("5.1.1 no such address", file=sys.stderr)  # noqa: T201 - stands in the report that the sender gets
        context.exit(NO_USER)
    if verdict.fate is Fate.FAILED:
        print(f"4.3.0 not taken now: {verdict.reason}", file=sys.stderr)  # noqa: T201
        context.exit(LATER)


def _all_of_standard_input(app: Flask) -> bytes:
    """A little more than may be taken shows that it is too much; the rest is read and let go, or the server sees a broken pipe."""
    most = int(app.config["MAIL_IN_MB"]) * 1_000_000 + 1
    raw = sys.stdin.buffer.read(most)
    while sys.stdin.buffer.read(1024 * 1024):
        pass
    return raw


def take(app: Flask, raw: bytes, recipient: str, sender: str, *, caller_bounces: bool = False) -> Verdict:
    """One mail in a transaction of its own."""
    with app.app_context():
        try:
            verdict = ingest(raw, recipient, sender, caller_bounces=caller_bounces)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return verdict


@mail.command("poll")
@click.option("--once", is_flag=True, help="Empty the mailbox, then end: for hosts that have cron but no daemons.")
@click.pass_context
def poll(context: click.Context, *, once: bool) -> None:
    """Fetch mail from the mailbox that the settings IMAP_… name, as it comes."""
    app: Flask = context.ensure_object(ScriptInfo).load_app()
    if not app.config["IMAP_HOST"]:
        raise click.ClickException("IMAP_HOST is not set: there is no mailbox to look into.")
    if not app.config["MAIL_REPLY_HOST"]:
        raise click.ClickException("MAIL_REPLY_HOST is not set: no mail would be for us.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    box = Mailbox(app, take)
    signal.signal(signal.SIGTERM, lambda _number, _frame: _stop(box))
    went_well = box.run(once=once)
    if once and not went_well:
        context.exit(LATER)


def _stop(box: Mailbox, _frame: FrameType | None = None) -> None:
    box.stop()
    raise KeyboardInterrupt
