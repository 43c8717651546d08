"""What was written, and who came to a meeting, keeps the municipality of its day when somebody gets another job."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import literal, select

from app.accounts.models import Affiliation, Person
from app.accounts.operations import leave_organisation, move_to
from app.core import clock as core_clock
from app.core.db import UtcDateTime, danish_day
from app.extensions import db
from app.meetings.models import Answer, AnswerWord
from app.minutes.models import Revision
from app.networks.models import Membership
from app.organisations.models import Organisation, OrganisationKind
from tests.counting import WHERE_ROOMS_MEET

HELD = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
MOVED_ON = date(2026, 11, 20)


def move(world, who: str, code: str, on: date) -> None:
    with world.acting():
        place = world._add(
            Organisation(name=f"Nyt sted {code}", kind=OrganisationKind.JOB_CENTRE, municipality_code=code)
        )
        person = db.session.get(Person, world.cast[who])
        move_to(person, place, on=on, by=person)


@pytest.fixture
def moved(world):
    """The member worked in Hjørring, held a case and came to a meeting, and works in Thisted since."""
    held = world.meeting(starts_at=HELD)
    world.minutes(held, "Vi ringer først.", shared=True, author="member")
    case = world.case(created_at=HELD, last_post_at=HELD, author="member")
    with world.acting():
        db.session.query(Membership).update({"joined_at": HELD - timedelta(days=100)})
        db.session.query(Revision).update({"written_at": HELD})
        db.session.add(Answer(meeting_id=held, person_id=world.cast["member"], answer=AnswerWord.YES))
    move(world, "member", "0787", MOVED_ON)
    return held, case


def test_the_case_keeps_the_municipality_it_was_told_from(browser, world, moved, outbox):
    reader = browser("colleague")
    assert "Mette Medlem, Hjørring" in reader.get(f"/cases/{moved[1]}").text
    assert "Mette Medlem, Hjørring" in reader.get("/cases").text
    browser("member").get(f"/cases/{moved[1]}")
    writer = browser("member")
    writer.get(f"/cases/{moved[1]}")
    writer.submit("Send dit svar", body="Nu ringer jeg fra Thisted.")
    page = reader.get(f"/cases/{moved[1]}")
    assert "Mette Medlem, Hjørring" in page.text  # who told it, then
    assert "Mette Medlem Thisted" in page.text  # who replies, now
    assert all("Mette Medlem, Thisted" in told.text for told in outbox() if told.kind == "case_replied")


def test_a_move_entered_late_with_its_true_date_corrects_what_was_written_after_it(browser, world):
    case = world.case(created_at=HELD, last_post_at=HELD, author="member")
    assert "Mette Medlem, Hjørring" in browser("colleague").get(f"/cases/{case}").text
    move(world, "member", "0787", HELD.date())
    assert "Mette Medlem, Thisted" in browser("colleague").get(f"/cases/{case}").text


def test_the_minutes_name_everybody_from_where_they_came(browser, world, moved):
    page = browser("colleague").get(f"/meetings/{moved[0]}/minutes")
    assert "Referent Mette Medlem, Hjørring" in page.text
    assert "1 fra 1 kommune Mette Medlem, Hjørring" in page.text


def test_the_map_of_a_past_meeting_is_that_of_its_day(browser, world, moved):
    page = browser("colleague").get(f"/meetings/{moved[0]}")
    assert "Hjørring ✓ Deltager Mette Medlem" in page.text
    ahead = world.meeting()
    with world.acting():
        db.session.add(Answer(meeting_id=ahead, person_id=world.cast["member"], answer=AnswerWord.YES))
    assert "Thisted ✓ Deltager Mette Medlem" in browser("colleague").get(f"/meetings/{ahead}").text


def test_who_has_left_since_was_there_and_who_joined_since_was_not(browser, world, moved):
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["coordinator"]).update(
            {"left_at": core_clock.now()}
        )
        newcomer = world.person("Nina Ny", network=world.network_id)
        assert newcomer
    page = browser("colleague").get(f"/meetings/{moved[0]}")
    assert "Karen Tovholder" in page.text
    assert "Nina Ny" not in page.text


def test_who_has_no_job_any_more_had_one_then(browser, world, moved):
    with world.acting():
        person = db.session.get(Person, world.cast["member"])
        leave_organisation(person, last_day=core_clock.today(), by=person)
        leave_organisation(person, last_day=core_clock.today(), by=person)  # twice is the same
        assert person.organisation_id is None
        rows = db.session.scalars(select(Affiliation).where(Affiliation.person_id == person.id)).all()
        assert [row for row in rows if row.to_on is None] == []
    assert "Mette Medlem, Hjørring" in browser("colleague").get(f"/cases/{moved[1]}").text


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28T22:59:59.999999", "2026-03-28"),
        ("2026-03-28T23:00:00", "2026-03-29"),  # the night the clocks go forward
        ("2026-03-29T21:59:59.999999", "2026-03-29"),
        ("2026-03-29T22:00:00", "2026-03-30"),
        ("2026-10-24T22:00:00", "2026-10-25"),
        ("2026-10-25T22:59:59", "2026-10-25"),
        ("2026-10-25T23:00:00", "2026-10-26"),
        ("2026-12-31T23:00:00", "2027-01-01"),
    ],
)
def test_both_databases_know_the_danish_day(app, moment, day):
    with app.app_context():
        asked = literal(datetime.fromisoformat(moment).replace(tzinfo=UTC), UtcDateTime)
        assert db.session.scalar(select(danish_day(asked))) == date.fromisoformat(day)


def test_the_pages_cost_the_same_however_often_people_have_moved(browser, world, moved, statements):
    reader, counts = browser("colleague"), []
    reader.get(f"/meetings/{moved[0]}")  # the municipalities are asked once per process
    for _ in range(2):
        for url in (f"/cases/{moved[1]}", "/cases", f"/meetings/{moved[0]}", f"/meetings/{moved[0]}/minutes"):
            with statements.counted() as seen:
                reader.get(url)
            counts.append(len(seen))
        with world.acting():
            for number in range(1, 30):
                organisation = db.session.query(Organisation).first().id
                day = date(2020, 1, 1) + timedelta(days=number)
                world._add(Affiliation(person_id=world.cast["member"], organisation_id=organisation, from_on=day, to_on=day + timedelta(days=1)))  # fmt: skip
    assert counts[:4] == counts[4:]
    assert max(counts) <= WHERE_ROOMS_MEET, counts
