"""Two people at the same moment, on a real database file: nothing is lost and numbers stay whole."""

import pytest

from app.accounts.models import Person
from app.cases.models import Case, Post, PostKind, ReadPosition
from app.cases.operations import open_case, record_reading, reply
from app.extensions import db
from app.notifications.models import Mail


@pytest.fixture
def at_once(at_once):
    """None of the acts is refused."""

    def run(*acts):
        refused = at_once(*acts)
        assert not refused, refused

    return run


def saying(world, case, who, body):
    def act():
        reply(db.session.get(Case, case), kind=PostKind.ADVICE, body=body, by=db.session.get(Person, world.cast[who]))

    return act


def test_two_replies_at_once_are_both_kept_and_numbered(world, at_once):
    case = world.case()
    at_once(saying(world, case, "colleague", "Ring."), saying(world, case, "coordinator", "Skriv."))
    with world.app.app_context():
        posts = db.session.query(Post).order_by(Post.number).all()
        assert [post.number for post in posts] == [1, 2]
        assert {post.body for post in posts} == {"Ring.", "Skriv."}
        assert db.session.get(Case, case).posts_count == 2
        assert db.session.query(Mail).count() == 4


def test_eight_replies_at_once_leave_no_hole(world, at_once):
    case = world.case()
    at_once(*[saying(world, case, "colleague", f"Råd {number}") for number in range(8)])
    with world.app.app_context():
        assert [number for (number,) in db.session.query(Post.number).order_by(Post.number)] == list(range(1, 9))


def test_a_reply_sent_twice_at_once_is_one_reply(world, at_once):
    case = world.case()
    at_once(*[saying(world, case, "colleague", "Ring.") for _ in range(3)])
    with world.app.app_context():
        assert db.session.query(Post).count() == 1
        assert db.session.get(Case, case).posts_count == 1


def test_a_case_sent_twice_at_once_is_one_case(world, at_once):
    def act():
        by = db.session.get(Person, world.cast["member"])
        open_case(world.network_id, title="T?", situation="S", tried="", wanted="W", by=by)

    at_once(act, act)
    with world.app.app_context():
        assert db.session.query(Case).count() == 1


def test_two_windows_reading_at_once_keep_the_furthest(world, at_once):
    case, person = world.case(posts=9), world.cast["member"]
    at_once(*[lambda number=number: record_reading(person, case, number) for number in (3, 9, 5)])
    with world.app.app_context():
        assert db.session.query(ReadPosition).one().number == 9
