"""What whoever watches the installation is told, and the chores the worker does meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.notifications import chores, outbox, queries
from app.notifications import worker as worker_room
from app.notifications.models import MailState
from app.notifications.worker import Worker


@pytest.fixture
def health(app):
    def ask(status=200):
        answer = app.test_client().get("/healthz")
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.get_json()

    return ask


@pytest.fixture
def alive(app):
    def show():
        with app.app_context():
            outbox.show_life("a worker")
            db.session.commit()

    return show


def test_all_is_well_when_a_worker_lives_and_nothing_waits_long(health, alive, owe, clock, statements):
    alive()
    owe("member")
    clock.move(seconds=30)
    with statements.counted() as seen:
        facts = health()
    assert facts == {
        "status": "ok",
        "database": "ok",
        "worker_age_seconds": 30.0,
        "oldest_unsent_mail_seconds": 30.0,
    }
    assert len(seen) == 1


def test_strangers_hear_of_whole_minutes_only(app, alive, owe, clock):
    """Else they could watch whether a code they asked for is written to anybody (ASVS 6.3.8)."""
    alive()
    owe("member")
    told = []
    for _ in range(3):
        clock.move(seconds=50)
        answer = app.test_client().get("/healthz", environ_base={"REMOTE_ADDR": "203.0.113.7"})
        told.append(answer.get_json()["oldest_unsent_mail_seconds"])
    assert told == [None, 60, 120]


def test_no_worker_for_a_minute_is_degraded(health, alive, clock):
    assert health() == {
        "status": "degraded",
        "database": "ok",
        "worker_age_seconds": None,
        "oldest_unsent_mail_seconds": None,
    }
    alive()
    clock.move(seconds=61)
    assert health()["status"] == "degraded"


def test_a_mail_that_waits_a_quarter_of_an_hour_is_degraded(health, alive, owe, clock):
    owe("member")
    clock.move(minutes=16)
    alive()
    assert health() == {
        "status": "degraded",
        "database": "ok",
        "worker_age_seconds": 0.0,
        "oldest_unsent_mail_seconds": 960.0,
    }


def test_what_was_sent_dropped_or_given_up_does_not_wait(health, owe, work, alive, clock):
    owe("member")
    owe("colleague", **{"not": "no longer true"})
    work()
    clock.move(hours=1)
    alive()
    assert health()["oldest_unsent_mail_seconds"] is None


def test_a_database_that_does_not_answer_is_a_503(health, monkeypatch):
    def break_down():
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(queries, "state_of_the_post", break_down)
    assert health(503)["database"] == "unreachable"


def test_chores_are_done_when_the_worker_starts_and_then_so_often(app, monkeypatch, clock, caplog):
    done = []
    monkeypatch.setattr(chores, "_chores", {})

    def fail():
        raise RuntimeError("secret words")

    chores.register("that fails", every=timedelta(hours=1), run=fail)
    chores.register("that counts", every=timedelta(hours=1), run=lambda: done.append(1))
    worker = Worker(app)
    worker.run(once=True)
    worker.run(once=True)
    assert len(done) == 1
    clock.move(minutes=61)
    worker.run(once=True)
    assert len(done) == 2
    assert "chore that fails failed: RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_a_database_that_is_away_for_a_while_does_not_end_the_worker(app, owe, mails, monkeypatch, caplog):
    owe("member")
    worker = Worker(app)
    claim = outbox.claim
    failures = [OperationalError("UPDATE", {"secret": "words"}, Exception("database is locked"))]

    def fail_once(*args, **more):
        if failures:
            raise failures.pop()
        worker.stop()
        return claim(*args, **more)

    monkeypatch.setattr(worker_room, "PAUSE_WITHOUT_DATABASE", 0.01)
    monkeypatch.setattr(outbox, "claim", fail_once)
    worker.run()
    assert "the database does not answer: database is locked" in caplog.text
    assert "secret" not in caplog.text
    assert mails()[0].state is MailState.READY  # claimed, and put back when it was told to stop
