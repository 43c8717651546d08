#!/usr/bin/env python3
"""Mails per second from the outbox through a real SMTP server on this machine: `python bench/mail_out.py [mails]`."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402
from sqlalchemy import func, insert, select  # noqa: E402

import config  # noqa: E402
from app import create_app  # noqa: E402
from app.accounts.models import Person  # noqa: E402
from app.extensions import db  # noqa: E402
from app.notifications import letters  # noqa: E402
from app.notifications.composing import compose  # noqa: E402
from app.notifications.models import Mail, MailState  # noqa: E402
from app.notifications.operations import announce  # noqa: E402
from app.notifications.worker import Worker  # noqa: E402
from tests.notifications import probe  # noqa: E402

SERVER = """
import sys, time
sys.path.insert(0, {root!r})
from tests.smtp import post_office
with post_office() as office:
    print(office.port, flush=True)
    sys.stdin.read()
    print(len(office.messages), flush=True)
"""


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        code = SERVER.format(root=str(ROOT))
        server = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert server.stdout
        values = {
            "DATA_DIR": folder,
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": server.stdout.readline().strip(),
            "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        }
        app = create_app(config.load(config.Settings(values)))
        letters.register("probe", probe.compose)
        with app.app_context():
            upgrade()
            people = [{"name": f"Person {n}", "email": f"p{n}@erfa.test", "sort_key": str(n)} for n in range(count)]
            db.session.execute(insert(Person), people)
            ids = list(db.session.scalars(select(Person.id)))
            begun = time.perf_counter()
            announce("probe", to=ids, about="case-9-bench", payload={"topic": True})
            db.session.commit()
            print(f"announced {count} mails in {1000 * (time.perf_counter() - begun):.0f} ms")
            first = db.session.scalar(select(func.min(Mail.id)))
        compose(app, first)
        begun = time.perf_counter()
        for _ in range(100):
            compose(app, first)
        print(f"composing alone: {10 * (time.perf_counter() - begun):.2f} ms a mail")
        begun = time.perf_counter()
        Worker(app).run(once=True)
        seconds = time.perf_counter() - begun
        with app.app_context():
            sent = db.session.scalar(select(func.count()).where(Mail.state == MailState.SENT))
            db.session.remove()
            db.engine.dispose()
        taken = server.communicate()[0].strip()
        print(f"{sent} sent, {taken} taken by the server, in {seconds:.1f} s: {sent / seconds:.0f} mails/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
