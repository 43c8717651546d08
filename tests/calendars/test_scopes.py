"""What a feed carries and how: one network or all, the open meetings, how far back, with reminders, without what is off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from app.calendars import ics
from app.calendars.models import Feed, FeedScope, Fragment
from app.extensions import db
from app.meetings.models import AnswerWord
from app.networks.discretion import Confidentiality
from app.networks.models import Acceptance, Membership
from tests.calendars.feeds import change, event_of, events, feed_of, fetch, network_of, rename, say

PUBLIC = FeedScope.PUBLIC


def ids(response):
    return {int(uid.removeprefix("meeting-").split("@")[0]) for uid in events(response)}


def calendar_name(response):
    return str(Calendar.from_ical(response.data)["X-WR-CALNAME"])


def leave(world, network_id, now):
    with world.acting():
        query = db.session.query(Membership).filter_by(person_id=world.cast["member"], network_id=network_id)
        query.update({"left_at": now})


def test_a_feed_of_one_network_carries_that_one_alone(app, world):
    other = network_of(world, "member")
    here, there = world.meeting(), world.meeting(network_id=other)
    one = fetch(app, feed_of(world, scope=FeedScope.NETWORK, network_id=other))
    assert ids(one) == {there}
    assert calendar_name(one) == "ERFA Nord: ERFA Andet"
    every = fetch(app, feed_of(world))
    assert ids(every) == {here, there}
    assert calendar_name(every) == "ERFA Nord"


def test_a_feed_of_one_network_ends_with_the_membership(app, world, clock):
    other = network_of(world, "member")
    world.meeting(network_id=other)
    world.meeting()
    token = feed_of(world, scope=FeedScope.NETWORK, network_id=other)
    tag = fetch(app, token).headers["ETag"]
    leave(world, other, clock.move(minutes=1))
    after = fetch(app, token, If_None_Match=tag)
    assert ids(after) == set()
    assert calendar_name(after) == "ERFA Nord"  # nor is it told what that network is called by now


def test_a_calendar_of_one_network_bears_its_name_only_where_its_events_may_say_it(app, world, clock):
    other = network_of(world, "member")
    token = feed_of(world, scope=FeedScope.NETWORK, network_id=other)
    before = fetch(app, token)
    with world.acting():
        from app.networks.models import Network

        db.session.get(Network, other).confidentiality = Confidentiality.PARTICIPANTS
    after = fetch(app, token, If_None_Match=before.headers["ETag"])
    assert (calendar_name(before), calendar_name(after)) == ("ERFA Nord: ERFA Andet", "ERFA Nord")


def test_a_new_name_of_the_network_changes_the_tag_even_of_an_empty_calendar(app, world):
    token = feed_of(world, scope=FeedScope.NETWORK, network_id=world.network_id)
    tag = fetch(app, token).headers["ETag"]
    rename(world, name="ERFA Nytnavn")
    after = fetch(app, token, If_None_Match=tag)
    assert after.status_code == 200
    assert calendar_name(after) == "ERFA Nord: ERFA Nytnavn"


def test_the_open_meetings_of_every_network_are_carried_as_anybody_sees_them(app, world, clock):
    opened = clock.move()
    mine = world.meeting(
        published_at=opened, description="Om Jens.", online_url="https://v.example/rum", host_code="0849"
    )
    theirs = world.meeting(published_at=opened, network_id=world.other_network_id, title="Åbent hus")
    world.meeting()
    world.meeting(published_at=opened, called_at=None)  # a draft is nobody's but the coordinators'
    say(world, mine, AnswerWord.YES)
    response = fetch(app, feed_of(world, scope=PUBLIC))
    assert ids(response) == {mine, theirs}
    assert calendar_name(response) == "ERFA Nord: åbne møder"
    event = event_of(response, mine)
    assert event["URL"] == f"https://erfa.test/events/{mine}"
    assert (event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) == ("TRANSPARENT", "FREE")
    text = response.get_data(as_text=True).replace("\r\n ", "")
    assert "Vært: Jammerbugt" in text
    for secret in ("Om Jens", "v.example", "ERFA Prøvenet", "ERFA Hemmeligt", "Dit svar", "Punkt 1", "/meetings/"):
        assert secret not in text, secret


def test_an_answer_of_mine_is_no_change_of_the_open_meetings(app, world, clock):
    meeting_id = world.meeting(published_at=clock.move())
    token = feed_of(world, scope=PUBLIC)
    tag = fetch(app, token).headers["ETag"]
    clock.move(minutes=1)
    say(world, meeting_id, AnswerWord.NO)
    assert fetch(app, token, If_None_Match=tag).status_code == 304


def test_an_agreement_that_i_accept_is_no_change_of_the_open_meetings(app, world, clock):
    world.agreement(accepted_by=["coordinator"])
    world.meeting(published_at=clock.move())
    token = feed_of(world, scope=PUBLIC)
    tag = fetch(app, token).headers["ETag"]
    with world.acting():
        now = clock.move(minutes=1)
        db.session.add(Acceptance(network_id=world.network_id, version=1, person_id=world.cast["member"], at=now))
    assert fetch(app, token, If_None_Match=tag).status_code == 304


def test_all_readers_of_the_open_meetings_share_one_fragment(app, world, clock):
    world.meeting(published_at=clock.move())
    bodies = {fetch(app, feed_of(world, who, scope=PUBLIC)).data for who in ("member", "colleague", "outsider")}
    bodies.add(app.test_client().get("/events.ics").data)
    assert len(bodies) == 1
    with world.acting():
        assert [fragment.variant for fragment in db.session.query(Fragment)] == ["da---public"]


@pytest.mark.parametrize("scope", [FeedScope.MINE, FeedScope.NETWORK, PUBLIC])
@pytest.mark.parametrize("closed", ["revoked", "disabled"])
def test_whatever_it_carries_a_closed_feed_is_one_notice(app, world, clock, scope, closed):
    world.meeting(published_at=clock.move())
    token = feed_of(world, scope=scope, network_id=world.network_id if scope is FeedScope.NETWORK else None)
    with world.acting():
        if closed == "revoked":
            db.session.query(Feed).update({"revoked_at": clock.move()})
        else:
            from app.accounts.models import Person

            db.session.get(Person, world.cast["member"]).disabled_at = clock.move()
    response = fetch(app, token)
    (event,) = events(response).values()
    assert event["SUMMARY"] == "Kalenderabonnementet er lukket"
    world.meeting(published_at=clock.move(hours=1))
    assert fetch(app, token, If_None_Match=response.headers["ETag"]).status_code == 304  # nothing reaches it any more


@pytest.mark.parametrize("weeks", Feed.WEEKS_BACK)
def test_a_feed_goes_as_far_back_as_was_chosen(app, world, clock, weeks):
    now = clock.move()
    inside = [
        world.meeting(starts_at=now - timedelta(weeks=back) + timedelta(hours=1))
        for back in (0, *Feed.WEEKS_BACK)
        if back <= weeks
    ]
    for back in Feed.WEEKS_BACK:
        if back > weeks:
            world.meeting(starts_at=now - timedelta(weeks=back) + timedelta(hours=1))
    world.meeting(starts_at=now - timedelta(weeks=weeks, days=1, hours=1))
    assert ids(fetch(app, feed_of(world, weeks_back=weeks))) == set(inside)


def test_a_meeting_that_goes_on_is_shown_where_nothing_past_is(app, world, clock):
    going_on = world.meeting(starts_at=clock.move() - timedelta(hours=1))
    assert ids(fetch(app, feed_of(world, weeks_back=0))) == {going_on}


def test_what_is_off_can_be_left_out(app, world, clock):
    on = world.meeting()
    cancelled, postponed = world.meeting(cancelled_at=clock.move()), world.meeting(postponed_at=clock.move())
    assert ids(fetch(app, feed_of(world))) == {on, cancelled, postponed}
    assert ids(fetch(app, feed_of(world, hides_cancelled=True))) == {on}


@pytest.mark.parametrize(("minutes", "trigger"), [(10, "-PT10M"), (30, "-PT30M"), (60, "-PT60M"), (1440, "-P1D")])
def test_a_feed_reminds_so_long_before_as_was_chosen_and_never_of_what_is_off_or_declined(
    app, world, clock, minutes, trigger
):
    on, off, declined = world.meeting(), world.meeting(cancelled_at=clock.move()), world.meeting()
    say(world, declined, AnswerWord.NO)
    response = fetch(app, feed_of(world, alarm_minutes=minutes))
    (alarm,) = event_of(response, on).walk("VALARM")
    assert alarm["TRIGGER"].to_ical().decode() in {trigger, trigger.replace("PT60M", "PT1H")}
    assert f"TRIGGER:{trigger}\r\n".encode() in response.data
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["DESCRIPTION"]
    for silent in (off, declined):
        assert event_of(response, silent).walk("VALARM") == []
    assert b"VALARM" not in fetch(app, feed_of(world)).data


def test_a_line_of_a_text_is_not_taken_for_a_cancellation(app, world):
    meeting_id = world.meeting(description="Status:\nSTATUS:CANCELLED\n" + "x" * 60 + "\nSTATUS:CANCELLED\n")
    assert event_of(fetch(app, feed_of(world, alarm_minutes=10)), meeting_id).walk("VALARM")


def test_options_share_fragments_and_keep_unchanged_feeds_at_one_statement(app, world, statements, clock):
    for number in range(5):
        world.meeting(agenda=1, published_at=clock.move() if number % 2 else None)
    fetch(app, feed_of(world))
    fetch(app, feed_of(world, scope=PUBLIC))
    with world.acting():
        kept = db.session.query(Fragment).count()
    tokens = [
        feed_of(world, alarm_minutes=30, weeks_back=52, hides_cancelled=True),
        feed_of(world, scope=FeedScope.NETWORK, network_id=world.network_id),
        feed_of(world, scope=PUBLIC, alarm_minutes=10),
    ]
    for token in tokens:
        tag = fetch(app, token).headers["ETag"]
        with statements.counted() as seen:
            assert fetch(app, token, If_None_Match=tag).status_code == 304
        assert len(seen) == 1, seen
        with statements.counted() as seen:
            assert fetch(app, token).status_code == 200
        assert len(seen) == 2, seen
    with world.acting():
        assert db.session.query(Fragment).count() == kept


@pytest.mark.parametrize(
    "option",
    [{"alarm_minutes": 30}, {"hides_cancelled": True}, {"weeks_back": 0}],
    ids=lambda option: next(iter(option)),
)
def test_another_choice_is_another_tag_at_the_same_address(app, world, clock, option):
    world.meeting(starts_at=clock.move() - timedelta(days=9))
    world.meeting(cancelled_at=clock.move())
    world.meeting()
    token = feed_of(world)
    before = fetch(app, token)
    with world.acting():
        db.session.query(Feed).update(option)
    after = fetch(app, token, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.data != before.data


# Whole days


@pytest.mark.parametrize("days", [1, 2])
@pytest.mark.parametrize("first", [date(2026, 11, 30), date(2026, 10, 25), date(2027, 3, 28), date(2027, 3, 27)])
def test_from_midnight_to_midnight_is_whole_days(app, world, first, days):
    begins, ends = (
        datetime.combine(day, datetime.min.time(), ics.clock.COPENHAGEN)
        for day in (first, first + timedelta(days=days))
    )
    meeting_id = world.meeting(starts_at=begins.astimezone(UTC))
    change(world, meeting_id, ends_at=ends.astimezone(UTC))
    response = fetch(app, feed_of(world))
    event = event_of(response, meeting_id)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (first, first + timedelta(days=days))
    assert f"DTSTART;VALUE=DATE:{first:%Y%m%d}\r\n".encode() in response.data


def test_a_meeting_that_only_begins_at_midnight_has_hours(app, world):
    meeting_id = world.meeting(starts_at=datetime(2026, 11, 29, 23, 0, tzinfo=UTC))
    assert isinstance(event_of(fetch(app, feed_of(world)), meeting_id)["DTSTART"].dt, datetime)
