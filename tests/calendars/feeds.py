"""What the tests of feeds share: making a feed, fetching it as a calendar program does, and reading it back."""

from typing import Any

from flask import Flask
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from app.accounts.models import Person
from app.calendars.models import FeedScope
from app.calendars.operations import Options, create_feed
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting, Presence
from app.networks.models import Membership, Network
from tests.world import World


def feed_of(
    world: World,
    who: str = "member",
    name: str = "Arbejdscomputeren",
    *,
    scope: FeedScope = FeedScope.MINE,
    network_id: int | None = None,
    **options: Any,
) -> str:
    """A new feed; returns its token."""
    with world.acting():
        person = db.session.get(Person, world.cast[who])
        network = db.session.get(Network, network_id) if network_id else None
        assert person
        return create_feed(person, name=name, scope=scope, network=network, options=Options(**options))[1]


def network_of(world: World, *people: str, **facts: Any) -> int:
    """Another network with these of the cast in it; returns its id."""
    with world.acting():
        network = Network(name="ERFA Andet", **facts)
        db.session.add(network)
        db.session.flush()
        db.session.add_all(Membership(network_id=network.id, person_id=world.cast[who]) for who in people)
        return network.id


def fetch(app: Flask, token: str, *, method: str = "GET", **headers: str) -> TestResponse:
    """As a program without cookies."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().open(f"/feeds/{token}.ics", method=method, headers=named, base_url="https://erfa.test")


def events(response: TestResponse) -> dict[str, Event]:
    """By UID."""
    assert response.status_code == 200, response.status
    return {str(event["UID"]): event for event in Calendar.from_ical(response.data).walk("VEVENT")}


def event_of(response: TestResponse, meeting_id: int) -> Event:
    return events(response)[f"meeting-{meeting_id}@erfa.test"]


def change(world: World, meeting_id: int, **facts: Any) -> None:
    """What an operation of meetings leaves behind; without a new `updated_at` of its own if one is given."""
    with world.acting():
        meeting = db.session.get(Meeting, meeting_id)
        for name, value in facts.items():
            setattr(meeting, name, value)


def rename(world: World, **facts: Any) -> None:
    with world.acting():
        network = db.session.get(Network, world.network_id)
        for name, value in facts.items():
            setattr(network, name, value)


def say(world: World, meeting_id: int, word: AnswerWord, who: str = "member", presence: Presence | None = None) -> None:
    with world.acting():
        asked = db.session.query(Answer).filter_by(meeting_id=meeting_id, person_id=world.cast[who])
        asked.delete()
        db.session.add(Answer(meeting_id=meeting_id, person_id=world.cast[who], answer=word, presence=presence))
