"""A kind of mail for tests: its payload says what the composer is to do. Also an application that `flask worker` can run."""

from typing import Any

from flask import Flask

from app import create_app
from app.accounts.models import Person
from app.notifications import letters
from app.notifications.letters import Invitation, Letter, NotSent, Topic


def compose(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    if "not" in payload:
        return NotSent(payload["not"])
    if "break" in payload:
        raise RuntimeError(f"secret words about {person.email}")
    network = Topic("network", 7, "ERFA Prøvenet")
    return Letter(
        subject=payload.get("subject", "Hvem skal ringe først?"),
        template="mails/note",
        context={
            "heading": payload.get("subject", "Hvem skal ringe først?"),
            "lines": [f"Kære {person.name}", "Æblegrød på Læsø"],
        },
        from_name=payload.get("from", "ERFA Prøvenet"),
        thread="case-9",
        is_reply=bool(payload.get("reply")),
        topic=Topic("case", 9, "Hvem skal ringe først?", within=network) if payload.get("topic") else None,
        invitation=Invitation("REQUEST", payload["calendar"].encode()) if "calendar" in payload else None,
    )


def make_app() -> Flask:
    """For `flask --app tests.notifications.probe:make_app worker`."""
    app = create_app()
    letters.register("probe", compose)
    return app
