"""The eight steps, one after another, by people who know only the site's links and forms, their mail and their calendar."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from icalendar import Calendar, Event

from app.notifications.worker import Worker
from tests.browser import Browser
from tests.smtp import PostOffice, Taken
from tests.world import World

TITLE = "Småjob hos håndværksmestre"
QUESTION = "Hvem skal ringe først?"


class Somebody:
    """A person with a browser, a mailbox and, later, a calendar."""

    def __init__(self, app: Flask, office: PostOffice, address: str, browser: Browser) -> None:
        self.app, self.office, self.address, self.browser = app, office, address, browser
        self.read = 0
        self.calendar_url = ""

    def mail(self) -> Taken:
        """The one mail that has come since last time, after the worker has been round."""
        Worker(self.app).run(once=True)
        mine = [mail for mail in self.office.messages if mail.to == self.address]
        fresh, self.read = mine[self.read :], len(mine)
        assert len(fresh) == 1, [str(mail.message["Subject"]) for mail in fresh]
        return fresh[0]

    def sign_in(self) -> None:
        self.browser.get("/login")
        self.browser.submit("Send mig en kode", email=self.address)
        digits = re.search(r"\b(\d{3}) ?(\d{3})\b", text_of(self.mail()))
        assert digits
        self.browser.submit("Log ind med koden", code="".join(digits.groups()))
        assert self.browser.get("/").title.startswith(("Godmorgen", "Goddag", "Godaften"))

    def subscribe(self) -> None:
        self.browser.get("/calendar/feeds")
        page = self.browser.submit("Outlook")
        link = page.tree.css_first("link[rel=alternate][type='text/calendar']")
        self.calendar_url = urlsplit(link.attributes["href"]).path

    def meeting_in_calendar(self) -> Event:
        answer = self.app.test_client().get(self.calendar_url, base_url=self.app.config["BASE_URL"])
        (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
        return event


def text_of(mail: Taken) -> str:
    part = mail.message.get_body(("plain",))
    assert part
    return str(part.get_content())


@pytest.fixture
def people(app: Flask, smtp: PostOffice, world: World, browser: Callable[..., Browser]) -> dict[str, Somebody]:
    from app.accounts.models import Person
    from app.extensions import db

    with app.app_context():
        addresses = {role: db.session.get_one(Person, key).email for role, key in world.cast.items()}
    return {role: Somebody(app, smtp, address, browser(None)) for role, address in addresses.items()}


def test_a_meeting_is_called_answered_moved_held_and_written_about(people, clock):
    karen, mette, ole, ulla = (people[role] for role in ("coordinator", "member", "colleague", "outsider"))
    for person in (karen, mette, ole, ulla):
        person.sign_in()

    # A coordinator calls a meeting; the members are told, and it stands in their calendar.
    mette.subscribe()
    karen.browser.get("/networks")
    karen.browser.follow("ERFA Prøvenet")
    karen.browser.follow("Indkald til møde")
    page = karen.browser.submit(
        "Send indkaldelsen", title=TITLE, date="2026-12-03", starts="09:30", ends="12:00", place="Tangværket"
    )
    meeting = urlsplit(page.url).path
    call = mette.mail()
    assert TITLE in str(call.message["Subject"]) and "torsdag den 3. december 2026 kl. 9.30" in text_of(call)
    ole.mail()
    event = mette.meeting_in_calendar()
    assert (str(event["SUMMARY"]), event["SEQUENCE"]) == (TITLE, 0)
    assert event["DTSTART"].dt.isoformat() == "2026-12-03T09:30:00+01:00"

    # One answers from the front page; an outsider finds nothing.
    page = mette.browser.get("/")
    assert TITLE in page.text
    mette.browser.submit("Gem svar", answer="yes")
    assert "1 af 11 kommuner kommer" in karen.browser.get(meeting).text
    for hidden in (meeting, f"{meeting}.ics", f"{meeting}/minutes"):
        ulla.browser.get(hidden, status=404)

    # It is moved across a clock change: the same event, the same time of day, and a mail in the same thread.
    karen.browser.get(f"{meeting}/edit")
    karen.browser.submit("Gem mødet", date="2027-04-01")
    clock.move(minutes=6)  # changes are collected for a moment and told once
    moved = mette.mail()
    assert moved.message["References"] == call.message["References"]
    assert "torsdag den 1. april 2027 kl. 9.30" in text_of(moved)
    later = mette.meeting_in_calendar()
    assert (later["UID"], later["SEQUENCE"]) == (event["UID"], 1)
    assert later["DTSTART"].dt.isoformat() == "2027-04-01T09:30:00+02:00"
    ole.mail()

    # A member tells a case, a colleague replies: unread until it has been read.
    mette.browser.get("/cases")
    mette.browser.get("/networks")
    mette.browser.follow("ERFA Prøvenet")
    mette.browser.follow("Skriv en sag")
    page = mette.browser.submit("Fortæl sagen", title=QUESTION, situation="Vi har *ikke* ringet.", wanted="Hvem?")
    case = urlsplit(page.url).path
    assert QUESTION in str(ole.mail().message["Subject"])
    karen.mail()
    ole.browser.get(case)
    ole.browser.submit("Send dit svar", body="Mesteren selv.", kind="experience")
    assert "Mesteren selv." in text_of(mette.mail())
    assert "1 nyt svar" in mette.browser.get("/").text
    mette.browser.get(case)
    mette.browser.submit("Markér som læst")
    assert "1 nyt svar" not in mette.browser.get("/").text
    ulla.browser.get(case, status=404)

    # The minutes are written, shared and read.
    karen.browser.get(meeting)
    karen.browser.get(f"{meeting}/minutes/edit")
    karen.browser.submit("Gem", text="Gruppen prøver **det** til februar.")
    mette.browser.get(f"{meeting}/minutes", status=404)
    karen.browser.get(f"{meeting}/minutes/edit")
    karen.browser.follow("Del med netværket")
    karen.browser.submit("Del referatet")
    assert "Referat" in str(mette.mail().message["Subject"])
    assert "Gruppen prøver det til februar." in mette.browser.get(f"{meeting}/minutes").text

    # Signing out kills the session, whatever cookie is left.
    left = mette.browser.client.get_cookie("__Host-erfa", domain="erfa.test")
    mette.browser.get("/")
    mette.browser.submit("Log ud")
    assert left
    mette.browser.client.set_cookie("__Host-erfa", left.value, domain="erfa.test", secure=True)
    assert mette.browser.raw("GET", meeting).status_code == 302
