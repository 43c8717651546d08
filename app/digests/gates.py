"""Asked just before each letter is sent: does it wait for a digest, or for the end of quiet hours?"""

from app.accounts.models import Person
from app.core import clock
from app.digests.models import Collected
from app.digests.queries import times_of
from app.digests.times import end_of_quiet, is_quiet
from app.extensions import db
from app.notifications import letters
from app.notifications.letters import Later, Letter


def network_of(letter: Letter) -> int | None:
    widest = letter.topic.widest if letter.topic else None
    return widest.scope_id if widest is not None and widest.scope == "network" else None


def timed(person: Person, letter: Letter) -> letters.Collected | Later | None:
    """The gate. What a digest can tell waits for it where the person wants so; quiet hours keep back all but the urgent."""
    network_id = network_of(letter)
    hours, rhythm = times_of(person.id, network_id)
    if rhythm is not None and letter.gist is not None:
        person_id, within = person.id, rhythm.network_id
        return letters.Collected(lambda mail_id: _keep(mail_id, person_id, within))
    if hours is not None and not letter.is_urgent and is_quiet(clock.now(), hours):
        return Later(end_of_quiet(clock.now(), hours))
    return None


def _keep(mail_id: int, person_id: int, network_id: int) -> None:
    db.session.add(Collected(mail_id=mail_id, person_id=person_id, network_id=network_id))
