"""`flask worker`."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
from flask import Flask
from flask.cli import ScriptInfo

from app.notifications.worker import Worker

GRACE = 1.0  # seconds for the mail in flight once a stop is asked for


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due, then end: for hosts that have cron but no daemons.")
@click.pass_context
def worker(context: click.Context, *, once: bool) -> None:
    """Send the mails that are owed and do the chores."""
    app: Flask = context.ensure_object(ScriptInfo).load_app()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    sender = Worker(app)
    with _signals_heeded(sender):
        sender.run(once=once)


@contextmanager
def _signals_heeded(sender: Worker) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        sender.stop()
        signal.setitimer(signal.ITIMER_REAL, GRACE, 0.1)

    def hurry(_number: int, _frame: FrameType | None) -> None:
        # The server has had its time. As if it had not answered: the mail is put back and keeps its Message-ID.
        if sender.on_the_line:
            raise TimeoutError("stopped")

    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGALRM: hurry}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
