"""Counting tries in the application's own database, on SQLite and on PostgreSQL."""

import pytest

from app.core import limits
from app.core.limits import DatabaseStorage
from app.extensions import db, limiter


@pytest.fixture
def storage(app):
    with app.test_request_context(method="POST"):
        yield limiter.storage


def test_hits_add_up_within_the_window_and_start_again_after_it(storage, clock):
    assert isinstance(storage, DatabaseStorage)
    assert [storage.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert storage.get("a") == 3
    assert storage.get_expiry("a") == pytest.approx(clock.move().timestamp() + 60)
    clock.move(seconds=61)
    assert storage.get("a") == 0
    assert storage.incr("a", 60) == 1


def test_a_hit_can_be_given_back_but_never_below_none(storage):
    storage.incr("a", 60)
    storage.give_back("a")
    storage.give_back("a")
    assert storage.get("a") == 0
    assert storage.incr("a", 60) == 1


def test_counting_does_not_wait_for_the_transaction_of_its_own_request(storage):
    db.session.execute(db.select(1))  # on SQLite a POST has now the only write lock
    assert db.session().in_transaction()
    assert storage.incr("a", 60) == 1
    db.session.execute(db.select(1))
    assert storage.get("a") == 1  # reading does not ask for the lock at all


def test_keys_can_be_forgotten(storage):
    storage.incr("a", 60)
    storage.incr("b", 60)
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 1)
    storage.reset()
    assert storage.get("b") == 0


@pytest.mark.parametrize(
    ("remote", "key"),
    [
        ("198.51.100.7", "ip:198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "ip:2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "ip:2001:db8:1:2::"),
        ("unix:", "ip:unknown"),
    ],
)
def test_an_ipv6_neighbourhood_counts_as_one(app, remote, key):
    with app.test_request_context(environ_base={"REMOTE_ADDR": remote}):
        assert limits.by_ip() == key
