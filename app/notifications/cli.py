"""`flask worker`."""

import logging
import signal
import threading
from types import FrameType

import click
from flask import Flask
from flask.cli import ScriptInfo

from app.notifications.worker import Worker

GRACE = 1.5  # seconds for the mail in flight once a stop is asked for


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due, then end: for hosts that have cron but no daemons.")
@click.pass_context
def worker(context: click.Context, *, once: bool) -> None:
    """Send the mails that are owed and do the chores."""
    app: Flask = context.ensure_object(ScriptInfo).load_app()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    sender = Worker(app)
    if threading.current_thread() is threading.main_thread():
        _heed_signals(sender)
    sender.run(once=once)


def _heed_signals(sender: Worker) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        sender.stop()
        signal.setitimer(signal.ITIMER_REAL, GRACE, 0.1)

    def hurry(_number: int, _frame: FrameType | None) -> None:
        # The server has had its time. As if it had not answered: the mail is put back and keeps its Message-ID.
        if sender.on_the_line:
            raise TimeoutError("stopped")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGALRM, hurry)
