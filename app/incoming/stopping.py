"""Unsubscribing by mail, as mail programs do it from List-Unsubscribe: the same as the link."""

from collections.abc import Callable

from app.accounts.models import Person
from app.core.errors import DomainError
from app.extensions import db
from app.incoming.destinations import Incoming
from app.notifications.operations import mute

SCOPES = ("network", "case")


def stopper_of(scope: str) -> Callable[[Incoming, list[int]], str]:
    """The address is the proof, as it is in the link: whoever the mail program sends it for, only that person's mails stop."""

    def receive(_mail: Incoming, numbers: list[int]) -> str:
        scope_id, person_id = numbers
        if db.session.get(Person, person_id) is None:
            raise DomainError("nobody of that number")
        mute(person_id, scope, scope_id)
        return f"{scope} {scope_id} is muted"

    return receive
