"""Publishing an agreement and accepting it."""

from datetime import timedelta

from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock
from app.extensions import db
from app.networks.models import Acceptance, Agreement, Network
from app.networks.operations import StaleError
from app.networks.queries import forget_standings, people_ids_in, standing_of
from app.notifications.operations import announce


def publish(network: Network, *, text: str, change: str, seen: int, by: Person) -> Agreement:
    """A new version: every member is asked again and told by mail. A member who publishes accepts by publishing.

    `seen` is the version that the writer had before them. Raises StaleError when another is in force by now.
    """
    db.session.refresh(network, with_for_update=True)
    if network.agreement_version != seen:
        raise StaleError
    version = seen + 1
    agreement = Agreement(network_id=network.id, version=version, text=text, change=change, by_id=by.id)
    db.session.add(agreement)
    network.agreement_version = version
    # Also what the calendars of those who are asked again may show has changed.
    network.updated_at = max(clock.now(), network.updated_at + timedelta(microseconds=1))
    db.session.flush()
    record(EventKind.AGREEMENT_CHANGED, by=by, network_id=network.id, network=network.name, version=version)
    forget_standings()
    if standing_of(by).belongs_to(network.id):
        accept(network, version=version, by=by)
    announce(
        "agreement_published",
        to=people_ids_in(network.id),
        about=f"agreement-{agreement.id}",
        payload={"network_id": network.id, "version": version},
        but_not=by.id,
    )
    return agreement


def accept(network: Network, *, version: int, by: Person) -> None:
    """Accepting twice, even at the same moment, is accepting once. Raises StaleError for a version not in force."""
    if network.agreement_version != version or version < 1:
        raise StaleError
    insert_here = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"network_id": network.id, "version": version, "person_id": by.id, "at": clock.now()}
    result = db.session.execute(insert_here(Acceptance).values(row).on_conflict_do_nothing().returning(Acceptance.at))
    if result.first() is not None:
        record(EventKind.AGREEMENT_ACCEPTED, by, network_id=network.id, network=network.name, version=version)
    forget_standings()
