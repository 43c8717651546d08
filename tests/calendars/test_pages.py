"""The calendar's own pages, the single file, and what the page of a meeting shows of the calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from flask_login import login_user
from icalendar import Calendar
from sqlalchemy import insert

from app.accounts.models import Person
from app.core.parts import parts_of
from app.extensions import db
from app.meetings.models import AnswerWord, Meeting
from app.meetings.queries import meeting_with_agenda_for
from app.networks.models import Membership
from tests.calendars.feeds import change, event_of, feed_of, fetch, say


def test_a_member_sees_the_months_with_meetings_and_today_in_its_place(browser, world, clock):
    now = clock.move()
    world.meeting(title="Sidste måned", starts_at=now - timedelta(days=30))
    world.meeting(title="Før i dag", starts_at=now - timedelta(days=2))
    world.meeting(title="Efter i dag", starts_at=now + timedelta(days=3, minutes=30))
    world.meeting(title="Næste år", starts_at=now + timedelta(days=60))
    world.meeting(title="Glemt", starts_at=now - timedelta(days=80))
    world.meeting(title="Skjult", network_id=world.other_network_id)
    page = browser("member").get("/calendar")
    words = page.text
    order = [
        "Oktober 2026",
        "Sidste måned",
        "November 2026",
        "Før i dag",
        "I dag uge 48",
        "Efter i dag",
        "Januar 2027",
        "Næste år",
    ]
    places = [words.index(word) for word in order]
    assert places == sorted(places)
    assert "kl. 9.30–12.00, Tangværket, Fjerritslev · ERFA Prøvenet · uge 48" in words
    assert "Skjult" not in words
    assert "Glemt" not in words
    assert len(page.tree.css('[aria-current="date"]')) == 1


def test_earlier_months_are_a_link_away(browser, world, clock):
    world.meeting(title="Glemt", starts_at=clock.move() - timedelta(days=80))
    member = browser("member")
    page = member.get("/calendar")
    assert "Glemt" not in page.text
    assert "Glemt" in member.follow("‹ September").text
    assert "Glemt" not in member.follow("I dag").text


@pytest.mark.parametrize("given", ["", "2026", "2026-13", "x", "9999-12", "0001-01", "2026-11-01", "-1-1"])
def test_a_month_that_is_none_is_taken_as_no_wish(browser, world, given):
    world.meeting()
    assert "Småjob" in browser("member").get("/calendar", query_string={"from": given}).text


def test_what_i_said_stands_beside_each_meeting(browser, world):
    said = {AnswerWord.YES: "Deltager", AnswerWord.MAYBE: "Måske", AnswerWord.NO: "Afbud"}
    for word in said:
        say(world, world.meeting(title=f"Møde {word}"), word)
    world.meeting(title="Uden svar")
    cancelled = world.meeting(title="Ude af kalenderen")
    change(world, cancelled, cancelled_at=datetime(2026, 11, 23, tzinfo=UTC))
    rows = {
        row.css_first("a").text(): row.text()
        for row in browser("member").get("/calendar").tree.css("main .rows li")
        if row.css_first("a")
    }
    for word, words in said.items():
        assert words in rows[f"Møde {word}"]
    assert "Mangler svar" in rows["Uden svar"]
    assert "Aflyst" in rows["Ude af kalenderen"]


def test_an_empty_calendar_says_what_to_expect(browser):
    assert "Så snart en tovholder indkalder" in browser("member").get("/calendar").text
    assert "ikke med i et netværk" in browser("administrator").get("/calendar").text


def test_more_meetings_than_a_page_holds_go_on_at_a_month(browser, world, monkeypatch):
    monkeypatch.setattr("app.calendars.routes.MOST_LISTED", 5)
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    for number in range(12):
        world.meeting(title=f"Møde nummer {number:02d}", starts_at=start + timedelta(days=15 * number), agenda=0)
    member, seen = browser("member"), []
    page = member.get("/calendar")
    for _ in range(12):
        seen += [link for link in page.links() if link.startswith("Møde nummer")]
        further = [link for link in page.links() if link.endswith(" ›")]
        if not further:
            break
        page = member.follow(further[0])
    assert seen == [f"Møde nummer {number:02d}" for number in range(12)]


def test_a_month_shows_whole_weeks_with_their_numbers(browser, world):
    world.meeting(title="Den sidste i oktober", starts_at=datetime(2026, 10, 28, 9, tzinfo=UTC))
    meeting_id = world.meeting(title="I november")
    say(world, meeting_id, AnswerWord.MAYBE)
    page = browser("member").get("/calendar/2026/11")
    assert page.title == "November 2026"
    assert [node.text() for node in page.tree.css(".month__week")] == [f"Uge {week}" for week in range(44, 50)]
    assert len(page.tree.css(".month__day")) == 42
    today = page.tree.css_first(".is-today time")
    assert today.attributes["datetime"] == "2026-11-23"
    assert "Den sidste i oktober" in page.text
    assert "I november kl. 9.30, Tangværket, Fjerritslev · måske" in page.text
    assert page.links()["‹ Oktober"] == "/calendar/2026/10"
    assert page.links()["December ›"] == "/calendar/2026/12"


def test_a_meeting_late_at_night_stands_on_its_danish_day(browser, world):
    world.meeting(title="Sent", starts_at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    page = browser("member").get("/calendar/2026/12")
    (day,) = [day for day in page.tree.css(".month__day") if day.css_first("a")]
    assert day.css_first("time").attributes["datetime"] == "2026-12-01"


@pytest.mark.parametrize("path", ["2026/13", "2026/0", "1999/12", "2101/1", "99999/1", "2026/11/31"])
def test_a_month_that_is_none_is_not_there(browser, path):
    browser("member").get(f"/calendar/{path}", status=404)


@pytest.mark.parametrize("path", ["2000/1", "2100/12", "2026/3", "2026/10", "2027/2"])
def test_every_month_there_is_can_be_shown(browser, path):
    assert "Ingen møder i" in browser("member").get(f"/calendar/{path}").text


def test_the_pages_cost_the_same_for_many_meetings(browser, world, statements, clock):
    member = browser("member")
    counts = []
    for _ in range(2):
        for path in ("/calendar", "/calendar/2026/11"):
            with statements.counted() as seen:
                member.get(path)
            counts.append(len(seen))
        for number in range(20):
            say(
                world,
                world.meeting(starts_at=clock.move() + timedelta(hours=number), host_code=["0849", "0851"][number % 2]),
                AnswerWord.YES,
            )
    assert counts == [3, 3, 3, 3]


def test_one_meeting_can_be_fetched_as_a_file_of_its_own(app, browser, world):
    meeting_id = world.meeting()
    say(world, meeting_id, AnswerWord.YES)
    response = browser("member").raw("GET", f"/meetings/{meeting_id}.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=erfa-2026-11-26.ics"
    calendar = Calendar.from_ical(response.data)
    assert calendar.get_missing_tzids() == set()
    assert "METHOD" not in calendar
    assert "X-WR-CALNAME" not in calendar  # Outlook would open it as another calendar
    (event,) = calendar.walk("VEVENT")
    assert event.to_ical() == event_of(fetch(app, feed_of(world)), meeting_id).to_ical()


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("outsider", 404), ("member", 200), ("administrator", 200)])
def test_a_file_is_for_those_who_may_see_the_meeting(browser, world, who, status):
    meeting_id = world.meeting()
    assert browser(who).raw("GET", f"/meetings/{meeting_id}.ics").status_code == status
    assert browser(who).raw("GET", f"/meetings/{meeting_id + 99}.ics").status_code in {302, 404}


def part(app, place, who, meeting_id, world):
    with app.test_request_context():
        viewer = db.session.get(Person, world.cast[who])
        login_user(viewer)
        meeting = meeting_with_agenda_for(viewer, meeting_id)
        return "".join(parts_of(place, meeting=meeting, viewer=viewer))


def test_the_page_of_a_meeting_names_its_file(app, world):
    meeting_id = world.meeting(title='Med "citat" & tegn')
    head = part(app, "meeting.head", "member", meeting_id, world)
    assert (
        f'<link rel="alternate" type="text/calendar" title="Med &#34;citat&#34; &amp; tegn" href="/meetings/{meeting_id}.ics">'
        in head
    )


def test_a_meeting_that_is_off_is_not_offered_as_a_file(app, world, clock):
    off = world.meeting(cancelled_at=clock.move())
    assert "Hent kun dette møde" not in part(app, "meeting.aside", "member", off, world)


def test_the_page_of_a_meeting_says_whether_my_calendar_has_it(app, world, clock):
    meeting_id = world.meeting()
    without = part(app, "meeting.aside", "member", meeting_id, world)
    assert "Læg mine møder i min kalender" in without
    assert "Hent kun dette møde" in without
    token = feed_of(world)
    assert "næste gang din kalender kigger" in part(app, "meeting.aside", "member", meeting_id, world)
    clock.move(minutes=5)
    fetch(app, token, User_Agent="Microsoft Outlook 16.0")
    assert "ligger allerede i Outlook" in part(app, "meeting.aside", "member", meeting_id, world)
    clock.move(minutes=5)
    later = world.meeting()
    assert "næste gang din kalender kigger" in part(app, "meeting.aside", "member", later, world)
    feed_of(world, "administrator")
    assert "Læg mine møder" in part(app, "meeting.aside", "administrator", meeting_id, world)


def test_a_day_with_many_meetings_shows_the_first_and_leads_to_the_others(browser, world, clock, statements):
    morning = clock.move().replace(hour=8, minute=0, second=0, microsecond=0)
    for number in range(30):
        world.meeting(title=f"Møde {number}", starts_at=morning + timedelta(days=3, minutes=number))
    member = browser("member")
    page = member.get("/calendar/2026/11")
    assert "Møde 3 " in page.text and "Møde 4 " not in page.text
    assert "26 mere" in page.text
    assert "Møde 29" in member.follow("26 mere 26. november").text
    assert member.page.title.startswith("Torsdag den 26. november 2026")


def test_thousands_of_meetings_cost_the_pages_no_more_statements_and_rows(browser, world, clock, statements):
    world.meeting(starts_at=clock.move() + timedelta(days=1))
    member = browser("member")
    few = {}
    for path in ("/calendar", "/calendar/2026/11", "/calendar/2026", "/calendar/2026/11/24", "/"):
        with statements.counted() as counted:
            member.get(path)
        few[path] = len(counted)
    with world.acting():
        begins = clock.move() - timedelta(days=20)
        db.session.execute(
            insert(Meeting),
            [
                {
                    "network_id": world.network_id, "title": f"Møde {number}", "created_by_id": world.cast["coordinator"],
                    "starts_at": begins + timedelta(minutes=10 * number),
                    "ends_at": begins + timedelta(minutes=10 * number + 90),
                }
                for number in range(5_000)
            ],
        )  # fmt: skip
    for path, count in few.items():
        with statements.counted() as counted:
            page = member.get(path)
        assert len(counted) <= count <= 8, path
        assert len(page.html) < 400_000, path


def test_the_year_shows_days_with_meetings_holidays_and_weeks(browser, world, clock):
    world.meeting(title="Næste møde", starts_at=clock.move() + timedelta(days=3))
    page = browser("member").get("/calendar/2026")
    assert page.title == "2026" and "1 møde." in page.text
    assert "26 : Næste møde" in page.text and "25 : Juledag" in page.text
    assert "Efterårsferie (uge 42)" in page.text and "53" in page.text
    assert browser("member").get("/calendar/1999", status=404) and browser("member").get("/calendar/99999", status=404)


def test_the_views_show_the_networks_that_are_chosen_and_keep_the_choice(browser, world):
    with world.acting():
        db.session.add(Membership(network_id=world.other_network_id, person_id=world.cast["member"]))
    world.meeting(title="Herinde")
    world.meeting(title="Derovre", network_id=world.other_network_id)
    member = browser("member")
    member.get("/calendar")
    member.submit("Vis", network=[str(world.network_id)])
    assert "Herinde" in member.page.text and "Derovre" not in member.page.text
    assert "1 netværk vises" in member.page.text
    for view in ("Måned", "År", "Liste"):
        page = member.follow(view)
        assert "Herinde" in page.text and "Derovre" not in page.text, view
    assert "Derovre" in browser("outsider").get("/calendar", query_string={"network": world.other_network_id}).text
    assert "Derovre" not in browser("colleague").get("/calendar", query_string={"network": world.other_network_id}).text


def test_a_draft_stands_in_the_coordinators_calendar_only_and_is_marked(browser, world):
    meeting_id = world.meeting(title="Hemmeligt udkast")
    with world.acting():
        db.session.get_one(Meeting, meeting_id).called_at = None
    for path in ("/calendar", "/calendar/2026/11", "/calendar/2026", "/calendar/2026/11/26"):
        assert "Hemmeligt" not in browser("member").get(path).text
        assert "Hemmeligt udkast" in browser("coordinator").get(path).text


@pytest.mark.parametrize(
    "path", ["/calendar/2026/2/30", "/calendar/2026/13/1", "/calendar/1999/1/1", "/calendar/2026/0/1"]
)
def test_a_day_that_is_none_is_not_found(browser, path):
    browser("member").get(path, status=404)
