"""Whoever holds the whole database cannot tell who said what."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, select, text
from sqlalchemy.exc import OperationalError

from app.accounts.models import Person
from app.evaluations.models import Ballot, Evaluation, Opinion
from app.evaluations.operations import Said, close, evaluation_of, say
from app.extensions import Model, db
from app.meetings.models import Meeting

TABLES = (Ballot.__table__, Opinion.__table__)


def one_after_another(world, meeting_id, people):
    """Each answers in a transaction of their own, with a word that is theirs."""
    for person_id in people:
        with world.app.test_request_context(method="POST"):
            meeting = db.session.get_one(Meeting, meeting_id)
            person = db.session.get_one(Person, person_id)
            say(meeting, Said(1 + person_id % 5, 3, f"ord {person_id}"), by=person)
            db.session.commit()


def as_dumped(world):
    """Both tables as the database hands them out, in the order they lie on the disk."""
    with world.app.app_context(), db.engine.connect() as connection:
        return [[tuple(row) for row in connection.execute(text(f"SELECT * FROM {table.name}"))] for table in TABLES]  # noqa: S608


def test_the_two_tables_share_the_meeting_and_nothing_that_counts_or_tells_the_time():
    ballots, opinions = TABLES
    assert set(ballots.columns.keys()) == {"meeting_id", "person_id"}
    assert set(opinions.columns.keys()) == {"id", "meeting_id", "whole", "useful", "word", "is_shown"}
    assert not isinstance(opinions.c.id.type, Integer)
    keys = {key.column.table.name for table in TABLES for key in table.foreign_keys}
    assert keys == {"evaluations", "people"}
    assert not any(key.column.table in TABLES for table in Model.metadata.tables.values() for key in table.foreign_keys)


def test_no_hidden_number_tells_the_order(world):
    """SQLite numbers rows by itself unless told not to; PostgreSQL keeps the transaction that wrote a row."""
    with world.app.app_context():
        if db.engine.dialect.name == "sqlite":
            for table in TABLES:
                kept = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table.name})
                assert "WITHOUT ROWID" in kept


def test_no_row_keeps_which_transaction_wrote_it(world, held):
    meeting_id = held()
    one_after_another(world, meeting_id, [world.cast[f"guest{number}"] for number in range(5)])
    with world.app.app_context():
        for table in TABLES:
            if db.engine.dialect.name == "postgresql":  # the last one has written them all anew
                writers = db.session.scalars(text(f"SELECT DISTINCT xmin::text FROM {table.name}")).all()  # noqa: S608
                assert len(writers) == 1
            else:  # SQLite keeps none with a row, only the number of a row, which these tables do without
                with pytest.raises(OperationalError):
                    db.session.execute(text(f"SELECT rowid FROM {table.name}"))  # noqa: S608


def test_the_order_on_the_disk_is_not_the_order_of_the_answers(world, held):
    """People lie by number, opinions at random: over many meetings the one that answered last is found by luck only."""
    random.seed(1)
    found, meetings, crowd = 0, 40, 6
    people = None
    for _number in range(meetings):
        meeting_id = held(crowd=crowd)
        people = [world.cast[f"guest{number}"] for number in range(crowd)]
        order = random.sample(people, crowd)
        one_after_another(world, meeting_id, order)
        ballots, opinions = as_dumped(world)
        ballots = [row for row in ballots if row[0] == meeting_id]
        opinions = [row for row in opinions if row[1] == meeting_id]
        assert [row[1] for row in ballots] == sorted(people)
        words = [row[4] for row in opinions]
        found += words.index(f"ord {order[-1]}") == crowd - 1
        found += words.index(f"ord {order[0]}") == 0
    assert found < meetings  # 2 in 6 by luck would be 13 of 80; the true order would give 80


def test_what_is_closed_names_nobody(world, held):
    meeting_id = held()
    one_after_another(world, meeting_id, [world.cast[f"guest{number}"] for number in range(4)])
    with world.acting():
        close(evaluation_of(db.session.get_one(Meeting, meeting_id)))
    ballots, opinions = as_dumped(world)
    assert ballots == []
    assert len(opinions) == 4


def test_one_answer_of_an_evaluation_cannot_be_found_by_watching_the_averages(world, held):
    """At any moment the shown answers change by three or not at all."""
    meeting_id, shown = held(), [0]
    for number in range(8):
        one_after_another(world, meeting_id, [world.cast[f"guest{number}"]])
        with world.app.app_context():
            shown.append(len(db.session.scalars(select(Opinion.id).where(Opinion.is_shown)).all()))
    assert shown == [0, 0, 0, 3, 3, 3, 6, 6, 6]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 5), st.text("abcæøå \n", max_size=20)), min_size=1, max_size=8
    )
)
def test_no_answer_is_lost_or_changed_by_the_mixing(world, held, words):
    meeting_id = held()
    for number, (whole, useful, word) in enumerate(words):
        with world.app.test_request_context(method="POST"):
            person = db.session.get_one(Person, world.cast[f"guest{number}"])
            say(db.session.get_one(Meeting, meeting_id), Said(whole, useful, word), by=person)
            db.session.commit()
    with world.app.app_context():
        rows = db.session.execute(
            select(Opinion.whole, Opinion.useful, Opinion.word).where(Opinion.meeting_id == meeting_id)
        )
        assert sorted(map(tuple, rows)) == sorted(words)
        people = db.session.scalars(select(Ballot.person_id).where(Ballot.meeting_id == meeting_id)).all()
        assert sorted(people) == sorted(world.cast[f"guest{number}"] for number in range(len(words)))
        assert db.session.get_one(Evaluation, meeting_id).closed_at is None
