"""A meeting as iCalendar: what stands in it, and that every reader can read it (calendar-and-mail A2, A3)."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from app.accounts.models import Person
from app.calendars import ics
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Presence
from tests.calendars.feeds import change, event_of, feed_of, fetch, say

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def transition_days():
    for year in range(2024, 2041):
        for month in (3, 10):
            last = date(year, month, 31)
            yield last - timedelta(days=(last.weekday() + 1) % 7)


@pytest.mark.parametrize("day", list(transition_days()), ids=str)
def test_the_written_zone_gives_the_offset_of_zoneinfo_in_each_hour_of_both_changes(day):
    zone = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + ics.TIMEZONE + b"END:VCALENDAR\r\n").walk("VTIMEZONE")[0]
    rules = {rule.name: rule for rule in zone.subcomponents}
    for hours in range(-2, 26):
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)
        # the yearly rules, applied by hand: the last Sunday of the month, at the wall time of the offset before
        begins = {}
        for name, rule in rules.items():
            month = int(rule["RRULE"]["BYMONTH"][0])
            assert rule["RRULE"]["BYDAY"] == ["-1SU"]
            end_of_month = date(day.year, month, 31)
            sunday = end_of_month - timedelta(days=(end_of_month.weekday() + 1) % 7)
            wall = datetime.combine(sunday, rule["DTSTART"].dt.time(), tzinfo=UTC)
            begins[name] = wall - rule["TZOFFSETFROM"].td
        is_summer = begins["DAYLIGHT"] <= moment < begins["STANDARD"]
        written = rules["DAYLIGHT" if is_summer else "STANDARD"]["TZOFFSETTO"].td
        assert written == moment.astimezone(COPENHAGEN).utcoffset(), moment


def lines_of(body: bytes) -> list[bytes]:
    return body.replace(b"\r\n ", b"").split(b"\r\n")


def test_the_head_is_what_outlook_apple_google_and_nextcloud_read(app, world):
    lines = lines_of(fetch(app, feed_of(world)).data)
    assert lines[:3] == [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//ERFA Nord//Kalender//DA"]
    for line in (
        b"NAME:ERFA Nord", b"X-WR-CALNAME:ERFA Nord", b"X-WR-TIMEZONE:Europe/Copenhagen", b"COLOR:teal",
        b"X-APPLE-CALENDAR-COLOR:#0b5a73", b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H",
    ):  # fmt: skip
        assert lines.count(line) == 1, line
    assert any(line.startswith(b"X-WR-CALDESC:") for line in lines)
    assert lines.count(b"BEGIN:VCALENDAR") == 1


def test_nobody_is_named_by_mail_address_and_nothing_is_asked_of_the_reader(app, world):
    meeting_id = world.meeting()
    say(world, meeting_id, AnswerWord.YES, who="colleague")
    body = fetch(app, feed_of(world)).data
    for word in (b"METHOD", b"ATTENDEE", b"ORGANIZER", b"VALARM", b"RRULE:FREQ=WEEKLY", b"mailto", b"Kollega"):
        assert word not in body, word
    assert {line for line in lines_of(body) if b"@" in line} == {f"UID:meeting-{meeting_id}@erfa.test".encode()}


def test_lines_end_in_crlf_and_are_folded_at_75_octets_between_letters(app, world):
    world.meeting(
        title="Blåbærgrød på ærø 😀 " * 8,
        place="Æblehøj 🌊" * 12,
        description="Rødgrød med fløde, æ ø å 👩🏽‍🔧; bagstreg \\ og\nny linje " * 20,
        online_url="https://video.example.dk/rum/" + "x" * 200,
    )
    body = fetch(app, feed_of(world)).data
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r\n\r\n" not in body
    assert b"\r\n\t" not in body
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # not split inside a letter
    assert b"\\;" in body
    assert b"\\\\" in body


def test_text_comes_back_as_it_was_written(app, world):
    title, description = 'Semikolon; komma, "citat" og bagstreg \\ 😀', "Første linje\nAnden; linje, med \\n i"
    meeting_id = world.meeting(title=title, description=description)
    event = event_of(fetch(app, feed_of(world)), meeting_id)
    assert event["SUMMARY"] == title
    assert description in event["DESCRIPTION"]


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\u2028", "\r", "\ufeff"])
def test_control_characters_are_left_out(app, world, control):
    if control == "\x00":
        assert ics.clean(f"a{control}b") == "ab"  # PostgreSQL cannot even keep one
        return
    world.meeting(title=f"Før{control}efter", description=f"a{control}b", place=f"c{control}d")
    body = fetch(app, feed_of(world)).data.replace(b"\r\n", b"").decode()
    assert control not in body


def test_times_are_danish_wall_time(app, world):
    meeting_id = world.meeting(starts_at=datetime(2026, 11, 26, 8, 30, tzinfo=UTC))
    body = fetch(app, feed_of(world)).data
    assert b"DTSTART;TZID=Europe/Copenhagen:20261126T093000" in body
    assert b"DTEND;TZID=Europe/Copenhagen:20261126T120000" in body
    assert event_of(fetch(app, feed_of(world)), meeting_id)["DTSTART"].dt.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("minute", [0, 30, 59])
@pytest.mark.parametrize("hour", [0, 1])
def test_the_hour_that_autumn_has_twice_is_written_in_utc(app, world, hour, minute):
    world.meeting(starts_at=datetime(2026, 10, 25, hour, minute, tzinfo=UTC))
    body = fetch(app, feed_of(world)).data
    assert f"DTSTART:20261025T{hour:02d}{minute:02d}00Z".encode() in body
    assert re.search(rb"DTEND:20261025T0[2-4]\d\d00Z", body)


def test_a_reader_sees_the_right_moments_over_both_clock_changes(app, world):
    starts = [
        datetime(2026, 10, 24, 7, 30, tzinfo=UTC), datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
        datetime(2026, 10, 26, 8, 30, tzinfo=UTC), datetime(2027, 3, 27, 8, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
        datetime(2027, 3, 29, 7, 30, tzinfo=UTC), datetime(2027, 7, 1, 7, 0, tzinfo=UTC),
    ]  # fmt: skip
    for start in starts:
        world.meeting(starts_at=start)
    calendar = Calendar.from_ical(fetch(app, feed_of(world)).data)
    read = recurring_ical_events.of(calendar).between(
        datetime(2026, 9, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    )
    assert sorted(event.start.astimezone(UTC) for event in read) == starts


def test_a_cancelled_meeting_says_so_in_three_ways_and_stays_thirty_days(app, world, clock):
    meeting_id = world.meeting(title="Småjob")
    token = feed_of(world)
    cancelled = clock.move(hours=1)
    change(world, meeting_id, cancelled_at=cancelled, updated_at=cancelled, sequence=1, cancellation_reason="Sne.")
    event = event_of(fetch(app, token), meeting_id)
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == "AFLYST: Småjob"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["X-MICROSOFT-CDO-BUSYSTATUS"] == "FREE"
    assert event["SEQUENCE"] == 1
    assert "Mødet er aflyst: Sne." in event["DESCRIPTION"]
    clock.move(days=32)
    assert event_of(fetch(app, token), meeting_id)
    clock.move(days=2)
    assert b"BEGIN:VEVENT" not in fetch(app, token).data


@pytest.mark.parametrize(
    ("said_so", "taken", "words"),
    [
        ((None, None), ("OPAQUE", "TENTATIVE"), "Du har ikke svaret endnu."),
        ((AnswerWord.YES, None), ("OPAQUE", "BUSY"), "Dit svar: Deltager\n"),
        ((AnswerWord.YES, Presence.ONLINE), ("OPAQUE", "BUSY"), "Dit svar: Deltager, online"),
        ((AnswerWord.MAYBE, Presence.HERE), ("OPAQUE", "TENTATIVE"), "Dit svar: Måske"),
        ((AnswerWord.NO, None), ("TRANSPARENT", "FREE"), "Dit svar: Afbud"),
    ],
)
def test_my_own_answer_decides_whether_my_time_is_taken(app, world, said_so, taken, words):
    word, presence = said_so
    meeting_id = world.meeting()
    say(world, meeting_id, AnswerWord.NO, who="colleague")
    if word:
        say(world, meeting_id, word, presence=presence)
    event = event_of(fetch(app, feed_of(world)), meeting_id)
    assert (event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) == taken
    assert event["STATUS"] == "CONFIRMED"
    assert words in event["DESCRIPTION"] + "\n"


def test_the_description_carries_what_few_programs_have_a_field_for(app, world):
    meeting_id = world.meeting(
        starts_at=datetime(2026, 11, 26, 8, 30, tzinfo=UTC),
        online_url="https://video.example.dk/rum?a=1,2;ø",
        host_code="0849",
        description="Tag tal med.",
    )
    with world.acting():
        db.session.add(Answer(meeting_id=meeting_id, person_id=world.cast["member"], answer=AnswerWord.MAYBE))
    response = fetch(app, feed_of(world))
    event = event_of(response, meeting_id)
    text = str(event["DESCRIPTION"])
    for words in (
        "ERFA Prøvenet",
        "Vært: Jammerbugt",
        "Tag tal med.",
        "Dagsorden\n9.30 Punkt 1\n9.45 Punkt 2",
        f"https://erfa.test/meetings/{meeting_id}",
    ):
        assert words in text, words
    assert event["URL"] == f"https://erfa.test/meetings/{meeting_id}"
    assert event["LOCATION"] == "Tangværket, Fjerritslev"
    assert b"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://video.example.dk/rum?a=1,2;%C3%B8" in lines_of(
        response.data
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "rummet på 2. sal", "https://a b"])
def test_what_is_no_web_address_is_not_offered_as_a_conference(app, world, link):
    world.meeting(online_url=link)
    assert b"CONFERENCE" not in fetch(app, feed_of(world)).data


def test_an_online_meeting_has_a_place_too(app, world):
    meeting_id = world.meeting(place="", online_url="https://video.example.dk/7")
    assert event_of(fetch(app, feed_of(world)), meeting_id)["LOCATION"] == "Online"


def test_the_calendar_speaks_its_owners_language(app, world):
    meeting_id = world.meeting(starts_at=datetime(2026, 11, 26, 8, 30, tzinfo=UTC))
    token = feed_of(world)
    danish = fetch(app, token)
    with world.acting():
        db.session.get(Person, world.cast["member"]).locale = "en"
    english = fetch(app, token, Accept_Language="da", If_None_Match=danish.headers["ETag"])
    assert "You have not answered yet." in event_of(english, meeting_id)["DESCRIPTION"]
    assert "\nAgenda\n9:30 Punkt 1" in event_of(english, meeting_id)["DESCRIPTION"]
