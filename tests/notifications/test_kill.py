"""The worker as a process: killed without warning, and asked to stop."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from app import create_app
from app.accounts.models import Person
from app.extensions import db
from app.notifications.models import Mail, MailState, Worker
from app.notifications.operations import announce
from tests.conftest import settings_for
from tests.running import allowed
from tests.smtp import PostOffice, post_office

ROOT = Path(__file__).resolve().parent.parent.parent


class Installation:
    """A production installation of its own on SQLite, with a mail server, and `flask worker` as a process."""

    def __init__(self, folder: Path, office: PostOffice) -> None:
        self.office = office
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "SECRET_KEY": "a key for tests only, long enough to be taken",
            "BASE_URL": "https://erfa.test",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(office.port),
            "DEMO": "0",
            "PYTHONPATH": str(ROOT),
            "FLASK_APP": "tests.notifications.probe:make_app",
        }
        self.app = create_app(settings_for(folder, DEMO="0"))
        with self.app.app_context():
            upgrade()

    def owe(self, people: int, each: int = 1) -> None:
        with self.app.app_context():
            rows = [{"name": f"Person {n}", "email": f"p{n}@erfa.test", "sort_key": str(n)} for n in range(people)]
            db.session.execute(insert(Person), rows)
            ids = list(db.session.scalars(select(Person.id)))
            for number in range(each):
                announce("probe", to=ids, about=f"case-9-{number}", payload={"subject": f"Nummer {number}"})
            db.session.commit()

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "worker", *more]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=subprocess.PIPE)

    def states(self) -> dict[MailState, int]:
        with self.app.app_context():
            return {row[0]: row[1] for row in db.session.execute(select(Mail.state, func.count()).group_by(Mail.state))}

    def workers(self) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(Worker)) or 0


@pytest.fixture
def installation(tmp_path):
    with post_office() as office:
        place = Installation(tmp_path, office)
        yield place
        with place.app.app_context():
            db.session.remove()
            db.engine.dispose()


def end(process: subprocess.Popen[bytes]) -> bytes:
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    return said


def test_kill_9_in_the_middle_of_a_thousand_mails_loses_none_and_twins_one_at_most(installation):
    installation.owe(500, each=2)
    office = installation.office
    first = installation.start()
    office.wait_for(333)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=10)
    sent_before = installation.states()
    assert sent_before[MailState.SENT] < 1000
    assert sent_before[MailState.LEASED] > 0

    said = end(installation.start("--once"))
    assert b"took over" in said

    assert installation.states() == {MailState.SENT: 1000}
    arrived = Counter((mail.to, mail.message["Subject"]) for mail in office.messages)
    assert len(arrived) == 1000
    twins = {what: count for what, count in arrived.items() if count > 1}
    assert sum(count - 1 for count in twins.values()) <= 1
    assert len({mail.id for mail in office.messages}) == 1000  # a twin has the Message-ID of its other


def test_asked_to_stop_it_finishes_the_mail_in_flight_and_puts_the_rest_back(installation):
    installation.owe(200)
    office = installation.office
    office.after_data = lambda _mail: time.sleep(0.02)
    worker = installation.start()
    office.wait_for(10)
    asked = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    end(worker)
    assert time.monotonic() - asked < allowed(2)
    states = installation.states()
    assert states == {MailState.SENT: len(office.messages), MailState.READY: 200 - len(office.messages)}
    assert installation.workers() == 0


def test_a_silent_server_does_not_keep_a_worker_from_stopping(installation):
    installation.owe(3)
    reached = []
    installation.office.after_data = lambda mail: reached.append(mail) or "silence"
    worker = installation.start()
    until = time.monotonic() + 30
    while not reached and time.monotonic() < until:
        time.sleep(0.01)
    asked = time.monotonic()
    worker.send_signal(signal.SIGINT)
    end(worker)
    assert time.monotonic() - asked < allowed(2.5)
    assert installation.states() == {MailState.READY: 3}


def test_an_idle_worker_shows_life_and_sees_new_mail_within_a_second(installation):
    worker = installation.start()
    until = time.monotonic() + 30
    while not installation.workers() and time.monotonic() < until:
        time.sleep(0.05)
    installation.owe(1)
    owed = time.monotonic()
    installation.office.wait_for(1)
    assert time.monotonic() - owed < allowed(1.5)
    worker.send_signal(signal.SIGTERM)
    end(worker)
