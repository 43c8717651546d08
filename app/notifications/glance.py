"""What the frame of each page shows of mail and messages: read with whoever is signed in, so it costs no statement of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import ScalarSelect

from app.accounts.models import Person
from app.notifications.bounces import suspended_since
from app.notifications.notices import unread_of


@dataclass(frozen=True)
class Glance:
    """How many lines of the inbox are unread, and since when mail does not reach the person's address."""

    unread: int = 0
    unreachable_since: datetime | None = None


def of_each_page() -> tuple[ScalarSelect[Any], ...]:
    """The columns of a Glance, for a query that has the person."""
    return unread_of(Person.id), suspended_since(Person.email)


def glance_at(glance: Glance) -> None:
    g.glance = glance


def glance() -> Glance:
    """Of whoever is signed in, for the templates."""
    return g.get("glance") or Glance()
