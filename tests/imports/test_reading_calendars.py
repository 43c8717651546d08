"""Files as Outlook, Google, Apple and others write them, and those that mean harm: read rightly, or refused in a sentence."""

import time
import tracemalloc
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.reading import MOST_BYTES, MOST_EVENTS, UnreadableCalendarError, read_calendar
from tests.imports.calendars import APPLE, GOOGLE, OUTLOOK, PLAIN, ROMANCE, calendar, event

pytestmark = pytest.mark.once
SINCE, UNTIL = date(2026, 1, 1), date(2028, 12, 31)


@pytest.fixture(autouse=True)
def in_danish(app):
    with app.test_request_context():
        yield


def read(content, since=SINCE, until=UNTIL):
    return read_calendar(content, since=since, until=until)


def starts(content, **window):
    return [one.starts_at for one in read(content, **window).happenings]


def at(*numbers):
    return datetime(*numbers, tzinfo=UTC)


def why_not(content, **window):
    with pytest.raises(UnreadableCalendarError) as refused:
        read(content, **window)
    return refused.value.sentence


def test_outlooks_series_keeps_its_hour_over_the_clock_change_with_one_moved_and_one_taken_out():
    found = read(OUTLOOK).happenings
    assert [one.starts_at for one in found] == [
        at(2026, 10, 1, 7, 30), at(2026, 11, 6, 9), at(2027, 1, 7, 8, 30), at(2027, 2, 4, 8, 30),
    ]  # fmt: skip
    assert [one.title for one in found][:2] == ["ERFA-møde", "ERFA-møde (flyttet)"]
    assert found[0].place == "Rådhuset, Hjørring"
    assert found[0].description == "Vi ses.\n\nTag kage med; gerne to."
    assert len({one.key for one in found}) == 4


def test_googles_html_becomes_text_and_its_room_the_link():
    found = read(GOOGLE)
    online = found.happenings[0]
    assert online.online_url == "https://meet.google.com/abc-defg-hij"
    assert online.description.startswith("Dagsorden:") and "Sag & svar" in online.description
    assert "alert" not in online.description and "<" not in online.description
    assert [one.starts_at for one in found.happenings[1:]] == [
        at(2027, 2, 16, 8), at(2027, 3, 2, 8), at(2027, 3, 16, 8), at(2027, 3, 30, 7),
    ]  # fmt: skip
    assert [one.reason for one in found.left_out] == ["Det er aflyst i kalenderen"]


def test_apples_length_alarm_and_holiday():
    found = read(APPLE)
    assert [(one.starts_at, one.ends_at) for one in found.happenings] == [(at(2027, 3, 18, 8, 30), at(2027, 3, 18, 11))]
    assert found.happenings[0].title == "Årsmøde 🎉 på Læsø"
    assert found.happenings[0].place == "Byrum Hovedgade 69 9940 Læsø"
    assert [(one.title, one.reason) for one in found.left_out] == [("Ferie", "Det varer hele dagen")]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("", at(2026, 12, 3, 8, 30)),
        (";TZID=Romance Standard Time", at(2026, 12, 3, 8, 30)),
        (";TZID=Europe/Copenhagen", at(2026, 12, 3, 8, 30)),
        (";TZID=GMT Standard Time", at(2026, 12, 3, 9, 30)),
        (";TZID=Mars/Olympus", at(2026, 12, 3, 8, 30)),
        (";TZID=/freeassociation.sourceforge.net/Europe/Helsinki", at(2026, 12, 3, 7, 30)),
    ],
)
def test_every_way_of_naming_a_zone_and_none_at_all(zone, expected):
    lines = {"DTSTART": f"{zone}:20261203T093000", "DTEND": f"{zone}:20261203T103000"}
    lines = {name: value if zone else value[1:] for name, value in lines.items()}
    assert starts(calendar(event(UID="z", SUMMARY="Zone", **lines))) == [expected]


def test_a_zone_the_file_makes_itself_under_a_name_of_its_own():
    own = ROMANCE.replace("Romance Standard Time", "Min egen zone")
    lines = {"DTSTART": ";TZID=Min egen zone:20260703T093000", "DTEND": ";TZID=Min egen zone:20260703T103000"}
    assert starts(calendar(own, event(UID="z", SUMMARY="Zone", **lines))) == [at(2026, 7, 3, 7, 30)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_danish_letters_come_through_in_every_encoding(encoding):
    content = calendar(PLAIN).decode().encode(encoding)
    assert [one.title for one in read(content).happenings] == ["Småjob hos mestre"]


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\r\n"])
def test_every_line_ending(ending):
    content = calendar(PLAIN).replace(b"\r\n", ending.encode())
    assert len(starts(content)) == 1


def test_lines_that_are_broken_without_being_folded_empty_lines_and_control_characters():
    content = calendar(event(UID="b", SUMMARY="Et\0 møde\x07", DTSTART="20261203T083000Z", DTEND="20261203T110000Z", DESCRIPTION="Første linje\nanden linje uden indrykning\n\n  "))  # fmt: skip
    found = read(content).happenings
    assert found[0].title == "Et møde"
    assert found[0].description == "Første linje\nanden linje uden indrykning"


def test_several_calendars_in_one_file_and_an_invitation():
    second = calendar("METHOD:REQUEST\n", PLAIN.replace("et@prøve", "to@prøve"))
    assert len(starts(calendar(PLAIN) + second)) == 2


def test_the_newest_version_of_a_meeting_counts():
    newer = PLAIN.replace("SUMMARY:Småjob hos mestre", "SEQUENCE:2\nSUMMARY:Flyttet").replace("T083000Z", "T093000Z")
    for order in ((PLAIN, newer), (newer, PLAIN)):
        found = read(calendar(*order)).happenings
        assert [(one.title, one.starts_at) for one in found] == [("Flyttet", at(2026, 12, 3, 9, 30))]


def test_only_the_time_that_was_asked_for():
    window = {"since": date(2026, 11, 6), "until": date(2027, 1, 7)}
    assert starts(OUTLOOK, **window) == [at(2026, 11, 6, 9), at(2027, 1, 7, 8, 30)]


def test_a_series_without_end_stops_and_says_so():
    endless = event(
        UID="e", SUMMARY="Hver dag", DTSTART="20260101T083000Z", DTEND="20260101T090000Z", RRULE="FREQ=DAILY"
    )
    found = read(calendar(endless))
    assert len(found.happenings) == 120
    assert [one.reason for one in found.left_out] == ["Rækken fortsætter; 120 af dens møder tages med"]


def test_one_event_that_can_not_be_read_does_not_take_the_others_with_it():
    broken = [
        event(UID="1", SUMMARY="Uden tid"),
        event(UID="2", SUMMARY="Banan", DTSTART="banan"),
        event(UID="3", SUMMARY="Baglæns", DTSTART="20261203T110000Z", DTEND="20261203T083000Z"),
        event(UID="4", SUMMARY="Uendelig", DTSTART="20261203T110000Z", DTEND="20271203T083000Z"),
        event(UID="5", SUMMARY="År 1", DTSTART="00010101T110000Z", DTEND="00010101T120000Z"),
        event(UID="6", SUMMARY="Regel", DTSTART="20261203T110000Z", DTEND="20261203T120000Z", RRULE="FREQ=SOMETIMES"),
        event(UID="7", SUMMARY="Foråret", DTSTART="20270328T023000", DTEND="20270328T040000"),
        event(UID="8", SUMMARY="Bombe", DTSTART="20261203T110000Z", DTEND="20261203T120000Z", RRULE="FREQ=SECONDLY"),
        event(
            UID="9", SUMMARY="Bombe 2", DTSTART="20261203T110000Z", DTEND="20261203T120000Z",
            RRULE="FREQ=DAILY;BYSECOND=1,2,3,4;BYMINUTE=1,2,3",
        ),
    ]  # fmt: skip
    found = read(calendar(*broken, PLAIN))
    assert [one.title for one in found.happenings] == ["Småjob hos mestre"]
    assert {one.title for one in found.left_out} >= {
        "Uden tid", "Banan", "Baglæns", "Uendelig", "År 1", "Foråret", "Bombe", "Bombe 2",
    }  # fmt: skip
    assert all(one.reason for one in found.left_out)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0\0\0", b"hej", b"%PDF-1.7", b"PK\x03\x04", b"<html>", b"BEGIN:VCALENDAR", b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VCALENDAR\r\n",
        calendar(), calendar(PLAIN)[:-40],
    ],
)  # fmt: skip
def test_what_is_no_calendar_gets_a_sentence(content):
    assert why_not(content).endswith(".")


def test_too_large_too_many_and_nothing_in_the_time():
    assert "5 MB" in why_not(b"x" * (MOST_BYTES + 1))
    assert "begivenheder" in why_not(calendar("BEGIN:VEVENT\nEND:VEVENT\n" * (MOST_EVENTS + 1)))
    assert "ingen begivenheder" in why_not(calendar(PLAIN), until=date(2026, 6, 1))
    many = "".join(PLAIN.replace("et@", f"{number}@") for number in range(501))
    assert "kortere" in why_not(calendar(many))


def test_no_file_keeps_the_server_busy_or_fills_its_memory():
    deep = b"BEGIN:VCALENDAR\r\n" * 20_000
    long_line = calendar(PLAIN.replace("Fjerritslev", "x" * 4_000_000))
    rules = "".join(
        event(
            UID=str(number), SUMMARY="Altid", DTSTART="19700101T083000Z", DTEND="19700101T090000Z",
            RRULE="FREQ=YEARLY;BYDAY=FR;BYMONTHDAY=30;BYMONTH=2",
        )
        for number in range(3)
    )  # fmt: skip
    tracemalloc.start()
    began = time.process_time()
    for content in (deep, long_line, calendar(rules, PLAIN)):
        with suppress(UnreadableCalendarError):
            read(content)
    assert time.process_time() - began < 20
    assert tracemalloc.get_traced_memory()[1] < 200_000_000
    tracemalloc.stop()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 2000), st.integers(0, 60))
def test_whatever_is_damaged_in_a_file_it_is_read_or_refused(noise, where, length):
    content = OUTLOOK[:where] + noise + OUTLOOK[where + length :]
    with suppress(UnreadableCalendarError):
        reading = read(content)
        assert all(one.ends_at > one.starts_at and one.title for one in reading.happenings)
