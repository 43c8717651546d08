"""The demo can be loaded at any size, always the same for the same seed, and what it says of itself is true."""

import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Person
from app.cases.models import Case, Post, PostKind, ReadPosition
from app.core import clock as house_clock
from app.core.danish import sort_key
from app.demo.days import after_clock_changes, is_working_day
from app.demo.generated import Sizes, parts
from app.demo.models import DemoLoad
from app.demo.operations import load_demo
from app.demo.queries import is_demo_database, is_empty
from app.extensions import Model, db
from app.meetings.models import AgendaItem, AgendaKind, Answer, Meeting
from app.minutes.models import Action, Decision, Minutes, Revision
from app.networks.models import Membership, Network, Role
from app.notifications.models import KeptMail, Mail
from app.organisations.models import Organisation

SIZES = Sizes(members=90, meetings=60, cases=150, posts=2600)


def load(app: Flask, sizes: Sizes | None = None, *, seed: int = 0) -> Counter[str]:
    with app.app_context():
        counts = load_demo(sizes, seed=seed)
        db.session.commit()
        return counts


def fingerprint_of(app: Flask) -> str:
    """Every row of every table but the password hashes, whose salt is chance, and the moment of loading."""
    digest = hashlib.sha256()
    with app.app_context():
        for table in Model.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name not in {"password_hash", "loaded_at"}]
            for row in db.session.execute(select(*columns).order_by(*table.primary_key.columns)):
                digest.update(json.dumps([str(value) for value in row]).encode())
    return digest.hexdigest()


@pytest.fixture
def empty(app: Flask, built: Any) -> Any:
    """Empties the database again within a test."""
    return built[1]


def test_the_same_seed_on_the_same_day_gives_the_same_rows(app: Flask, empty: Any) -> None:
    seen = []
    for seed in (7, 7, 8):
        empty()
        load(app, SIZES, seed=seed)
        seen.append(fingerprint_of(app))
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_it_has_as_much_of_everything_as_was_asked_for(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        for kind, count in ((Person, 90), (Meeting, 60), (Case, 150), (Post, 2600)):
            assert db.session.scalar(select(func.count()).select_from(kind)) == count
        sizes = db.session.execute(
            select(func.count()).where(Membership.left_at.is_(None)).group_by(Membership.network_id)
        ).scalars()
        assert all(8 <= size <= 25 for size in sizes)


@pytest.mark.parametrize(
    "sizes",
    [
        Sizes(),
        Sizes(members=40),
        Sizes(cases=1, posts=700),
        Sizes(members=41, meetings=16, cases=23, posts=96),
        Sizes(posts=3000),
    ],
)
def test_odd_sizes_work_too(app: Flask, sizes: Sizes) -> None:
    load(app, sizes, seed=3)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Post)) >= max(94, sizes.posts)


def test_the_first_network_holds_a_good_part_and_one_long_thread(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        first = db.session.scalar(select(Network.id).where(Network.name == "ERFA Socialøkonomi"))
        cases = select(func.count()).select_from(Case).where(Case.network_id == first)
        assert (db.session.scalar(cases) or 0) > 60
        assert (db.session.scalar(select(func.max(Case.posts_count)).where(Case.network_id == first)) or 0) >= 500


def test_a_total_is_shared_out_without_loss() -> None:
    assert [sum(parts(total, count)) for total, count in ((0, 3), (1, 5), (100, 1), (99, 7))] == [0, 1, 100, 99]
    assert parts(1, 5)[0] == 1


def test_the_counters_of_cases_are_true(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        last = func.coalesce(func.max(Post.posted_at), Case.created_at)
        wrong = db.session.execute(
            select(Case.id)
            .outerjoin(Post, Post.case_id == Case.id)
            .group_by(Case.id)
            .having((func.count(Post.id) != Case.posts_count) | (last != Case.last_post_at))
        ).all()
        assert wrong == []
        numbered = db.session.execute(
            select(Case.posts_count, func.count(func.distinct(Post.number)), func.max(Post.number))
            .join(Post, Post.case_id == Case.id)
            .group_by(Case.id, Case.posts_count)
        )
        assert all(counted == distinct == highest for counted, distinct, highest in numbered)


def test_the_case_owner_answers_as_the_owner_and_nobody_else_does(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        wrong = db.session.execute(
            select(Post.id).join(Post.case).where((Post.kind == PostKind.OWNER) != (Post.author_id == Case.author_id))
        ).all()
        assert wrong == []


def test_everybody_who_writes_was_a_member_then(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        belongs = (Membership.network_id == Case.network_id) & (Membership.person_id == Post.author_id)
        strangers = db.session.execute(
            select(Post.id)
            .join(Post.case)
            .outerjoin(Membership, belongs)
            .where(Membership.id.is_(None) | (Membership.left_at < Post.posted_at))
        ).all()
        assert strangers == []


def test_every_address_is_unreal_and_the_four_accounts_are_what_they_say(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        people = {person.email: person for person in db.session.scalars(select(Person))}
        assert all(email.endswith(".example") and email == email.lower() and email.isascii() for email in people)
        assert [email for email, person in people.items() if person.password_hash] == [
            "admin@erfa.example",
            "medlem@erfa.example",
            "tovholder@erfa.example",
            "udenfor@erfa.example",
        ] or len([person for person in people.values() if person.password_hash]) == 4
        roles: dict[str, dict[str, Role]] = {}
        for name in ("admin", "tovholder", "medlem", "udenfor"):
            rows = db.session.execute(
                select(Network.name, Membership.role)
                .join(Membership.network)
                .where(Membership.person_id == people[f"{name}@erfa.example"].id, Membership.left_at.is_(None))
            )
            roles[name] = {row.name: row.role for row in rows}
        assert people["admin@erfa.example"].is_administrator
        assert sum(person.is_administrator for person in people.values()) == 1
        assert roles["admin"] == {}
        assert roles["tovholder"]["ERFA Socialøkonomi"] is Role.COORDINATOR
        assert roles["medlem"] == {"ERFA Socialøkonomi": Role.MEMBER, "ERFA Småjob": Role.MEMBER}
        assert roles["udenfor"] == {"ERFA Sociale indkøb": Role.MEMBER}


def test_the_first_network_is_the_first(app: Flask) -> None:
    load(app)
    with app.app_context():
        first = db.session.scalars(select(Network).order_by(Network.id)).first()
        assert first is not None
        assert first.name == "ERFA Socialøkonomi"
        members = db.session.scalar(
            select(func.count()).where(Membership.network_id == first.id, Membership.left_at.is_(None))
        )
        assert members == 23
        codes = db.session.execute(
            select(Organisation.municipality_code)
            .join(Person, Person.organisation_id == Organisation.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.network_id == first.id)
            .distinct()
        ).all()
        assert len(codes) == 11


def test_sort_keys_are_filled(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        for kind in (Person, Organisation, Network):
            rows = db.session.execute(select(kind.name, kind.sort_key)).all()  # type: ignore[attr-defined]
            assert all(row.sort_key == sort_key(row.name) for row in rows)


def test_loading_owes_nobody_a_mail(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 0
        assert db.session.scalar(select(func.count()).select_from(KeptMail)) == 0


def test_the_next_meeting_waits_for_the_members_answer(app: Flask) -> None:
    load(app)
    with app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.title == "Småjob hos håndværksmestre")).one()
        assert house_clock.local(meeting.starts_at).isoformat() == "2026-11-26T09:30:00+01:00"
        assert meeting.length == timedelta(minutes=150)
        answers = db.session.execute(
            select(Person.email, Organisation.municipality_code, Answer.answer)
            .join(Person, Person.id == Answer.person_id)
            .join(Organisation, Organisation.id == Person.organisation_id)
            .where(Answer.meeting_id == meeting.id)
        ).all()
        assert "medlem@erfa.example" not in {row.email for row in answers}
        assert len({row.municipality_code for row in answers if row.answer == "yes"}) == 9
        minutes = db.session.scalar(select(func.sum(AgendaItem.minutes)).where(AgendaItem.meeting_id == meeting.id))
        assert minutes == 150


@pytest.mark.parametrize(
    "day", [date(2026, 11, 21), date(2027, 3, 25), date(2026, 12, 24), date(2028, 2, 29), date(2027, 1, 1)]
)
def test_it_is_whole_on_any_day_of_the_year(app: Flask, clock: Any, day: date) -> None:
    now = clock_set = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
    clock.set(clock_set)
    load(app, SIZES)
    with app.app_context():
        meetings = db.session.scalars(select(Meeting)).all()
        assert all(is_working_day(meeting.day) for meeting in meetings)
        ahead = [
            meeting for meeting in meetings if meeting.title == "Småjob hos håndværksmestre" and meeting.starts_at > now
        ]
        assert len(ahead) == 1
        assert ahead[0].starts_at < now + timedelta(days=9)
        changes = set(after_clock_changes(day))
        assert len(changes) == 2
        assert changes <= {meeting.day for meeting in meetings}
        for kind in (Post.posted_at, Case.created_at, Case.last_post_at, Revision.written_at, Minutes.shared_at,
                     Answer.answered_at, Action.done_at, Meeting.created_at, ReadPosition.read_at, Meeting.cancelled_at):  # fmt: skip
            latest = db.session.scalar(select(func.max(kind)))
            assert latest is None or latest <= now, kind
        assert all(post.posted_at >= post.case.created_at for post in db.session.scalars(
            select(Post).options(db.joinedload(Post.case))))  # fmt: skip


def test_decisions_are_numbered_without_gaps_within_network_and_year(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        rows = db.session.execute(
            select(func.count(), func.min(Decision.number), func.max(Decision.number)).group_by(
                Decision.network_id, Decision.year
            )
        ).all()
        assert rows
        assert all(lowest == 1 and count == highest for count, lowest, highest in rows)


def test_the_member_and_the_coordinator_have_actions_and_unread_replies(app: Flask) -> None:
    load(app)
    today = house_clock.today()
    with app.app_context():
        for email in ("medlem@erfa.example", "tovholder@erfa.example"):
            person = db.session.scalars(select(Person).where(Person.email == email)).one()
            actions = db.session.scalars(select(Action).where(Action.owner_id == person.id)).all()
            assert any(action.done_at is None for action in actions)
        states = {
            "done" if action.done_at else "late" if action.due_on and action.due_on < today else "open"
            for action in db.session.scalars(select(Action))
        }
        assert states == {"done", "late", "open"}
        craftsmen = db.session.scalars(select(Case).where(Case.title.like("Hvordan får vi håndværksmestre%"))).one()
        assert craftsmen.posts_count == 5
        assert craftsmen.wanted.endswith("Jeg skal beslutte mig inden 1. december.")
        read = db.session.scalar(
            select(ReadPosition.number)
            .join(Person, Person.id == ReadPosition.person_id)
            .where(ReadPosition.case_id == craftsmen.id, Person.email == "medlem@erfa.example")
        )
        assert read == 2


def test_one_case_lies_ahead_and_others_have_been_the_whole_way(app: Flask) -> None:
    load(app)
    with app.app_context():
        brought = db.session.scalars(
            select(Case).where(Case.agenda_item_id.is_not(None)).options(db.joinedload(Case.agenda_item))
        ).all()
        assert all(case.agenda_item and case.agenda_item.kind is AgendaKind.CASE for case in brought)
        assert all(case.agenda_item and case.agenda_item.title == case.title for case in brought)
        decided = {row.agenda_item_id for row in db.session.scalars(select(Decision))}
        assert [case.agenda_item_id in decided for case in brought].count(False) == 1
        assert len(brought) == 5


def test_rows_written_afterwards_get_numbers_of_their_own(app: Flask) -> None:
    load(app)
    with app.app_context():
        highest = db.session.scalar(select(func.max(Network.id))) or 0
        network = Network(name="ERFA Nyt")
        db.session.add(network)
        db.session.commit()
        assert network.id > highest


def test_no_sentence_is_left_with_an_open_slot(app: Flask) -> None:
    load(app, SIZES)
    with app.app_context():
        for column in (Post.body, Case.title, Case.situation, Case.tried, Case.wanted, Revision.text, Decision.text):
            texts = db.session.scalars(select(column)).all()
            assert not [text for text in texts if "{" in text or "  " in text or text != text.strip()]
            assert not [text for text in texts if text and text[0].islower()]


# The command


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["demo", "load", *arguments])


def test_the_command_loads_marks_and_tells_the_accounts(app: Flask) -> None:
    with app.app_context():
        assert is_empty()
        assert not is_demo_database()
    result = run(app)
    assert result.exit_code == 0
    assert "medlem@erfa.example" in result.output
    with app.app_context():
        assert not is_empty()
        assert is_demo_database()
        assert "94 posts" in db.session.scalars(select(DemoLoad)).one().what


def test_the_command_takes_sizes_and_a_seed(app: Flask) -> None:
    assert run(app, "--posts", "300", "--seed", "4").exit_code == 0
    with app.app_context():
        assert db.session.scalars(select(DemoLoad)).one().seed == 4
        assert db.session.scalar(select(func.count()).select_from(Post)) == 300


def test_a_database_that_holds_data_is_refused_and_left_alone(app: Flask) -> None:
    run(app)
    before = fingerprint_of(app)
    result = run(app, "--cases", "50")
    assert result.exit_code == 1
    assert result.output == "Error: The database already holds data; the demo is loaded into an empty one only.\n"
    assert fingerprint_of(app) == before


@pytest.mark.parametrize(
    "arguments", [("--posts", "-1"), ("--cases", "many"), ("--members", "10000000"), ("--seed", "99999999999")]
)
def test_numbers_without_sense_are_refused_by_name(app: Flask, arguments: tuple[str, str]) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.output
    with app.app_context():
        assert is_empty()
