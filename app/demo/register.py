"""The register of the demo: who worked where before, an organisation that is closed, and the lines of the log."""

from datetime import date, timedelta

from app.accounts.models import Event, EventKind
from app.core.danish import sort_key
from app.demo.core_network import Known
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.demo.story.people import ABOUT
from app.demo.story.register import CLOSED, LOG, MOVED, Noted
from app.organisations.models import Organisation, OrganisationKind


def write_register(rows: Rows, known: Known, today: date) -> None:
    for name, (code, cvr, days) in CLOSED.items():
        values = {"name": name, "sort_key": sort_key(name), "kind": OrganisationKind.SOCIAL_ENTERPRISE}
        closed_at = wall(last_working_day(today - timedelta(days=days)), 14, 5)
        rows.add(
            Organisation, {**values, "municipality_code": code, "cvr": cvr, "web_address": "", "closed_at": closed_at}
        )
    for noted in sorted((*LOG, *_sign_ins(known)), key=lambda noted: (-noted.day, noted.at)):
        _note(rows, known, today, noted)


def _sign_ins(known: Known) -> list[Noted]:
    """Everybody of the story has been here within the last four weeks."""
    return [
        Noted(3 + number * 7 % 25, (8 + number % 7, number * 13 % 60), EventKind.SIGNED_IN, about=key)
        for number, key in enumerate(known.people)
    ]


def _note(rows: Rows, known: Known, today: date, noted: Noted) -> None:
    day = last_working_day(today - timedelta(days=noted.day))
    facts: dict[str, str] = dict(noted.facts)
    if noted.kind is EventKind.MOVED:
        facts["on"] = (today - timedelta(days=MOVED[noted.about][1])).isoformat()
    if noted.network:
        facts["network"] = ABOUT[noted.network][0]
    rows.add(
        Event,
        {
            "at": wall(day, *noted.at),
            "kind": noted.kind,
            "person_id": known.people.get(noted.about),
            "by_id": known.people.get(noted.by),
            "network_id": known.networks.get(noted.network),
            "facts": facts,
        },
    )
