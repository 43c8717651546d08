"""What can be done with a list: send it in, take it as a whole, forget it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.events import record, record_for_each
from app.accounts.models import Affiliation, EventKind, Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import Model, db
from app.networks.models import Membership, Network
from app.networks.queries import forget_standings
from app.notifications.operations import announce
from app.organisations.models import Organisation
from app.rosters.checking import Outlook, kind_of
from app.rosters.files import Row
from app.rosters.lines import Line
from app.rosters.models import ReceivedList
from app.rosters.queries import last_days, what_is_known


def receive_list(network: Network, rows: Sequence[Row], *, file_name: str, by: Person) -> ReceivedList:
    received = ReceivedList(
        network_id=network.id, by_id=by.id, file_name=file_name, rows=[[row.line, row.cells] for row in rows]
    )
    db.session.add(received)
    db.session.flush()
    return received


def take_list(received: ReceivedList, outlook: Outlook, *, by: Person, is_told: bool) -> int:
    """Makes everybody on the list a member, or nobody. Returns how many became one.

    Refuses while a line is wrong, and when somebody else has added one of them in this very moment. What is known of a
    person stays as it is; an organisation is written down only for who has none.
    """
    if outlook.wrong:
        raise DomainError(_("Correct the list first. Nobody has been added."))
    db.session.execute(select(Network.id).where(Network.id == received.network_id).with_for_update())
    try:
        with db.session.begin_nested():
            added = _add(received, outlook, by=by)
    except IntegrityError:
        raise DomainError(
            _(
                "Somebody has changed the members in this moment. Nobody has been added; look the list through once more."
            )
        ) from None
    if is_told and added:
        announce(
            "network_listed",
            to=added,
            about=f"list-{received.id}",
            payload={"network_id": received.network_id, "by": by.name},
            but_not=by.id,
        )
    received.taken_at, received.added, received.rows = clock.now(), len(added), []
    record(
        EventKind.LIST_IMPORTED,
        by,
        network_id=received.network_id,
        network=received.network.name,
        added=len(added),
    )
    forget_standings()
    return len(added)


def _add(received: ReceivedList, outlook: Outlook, *, by: Person) -> list[int]:
    """The ids of the new members. A handful of statements, however many they are."""
    organisations = outlook.known.organisations | _new_organisations(outlook, by=by)
    lines = {line.mail: line for line in outlook.coming}
    new = [mail for mail in lines if mail not in outlook.known.people]
    _insert(Person, [_person(lines[mail], organisations) for mail in new])
    people = outlook.known.people | what_is_known(received.network_id, new, []).people
    placed = [*new, *(mail for mail in lines if mail not in new and _lacks_a_place(people[mail], lines[mail]))]
    jobs, memberships = last_days(received.network_id, [people[mail].id for mail in lines if mail not in new])
    _insert(
        Affiliation,
        [_affiliation(people[mail], lines[mail], organisations, after=jobs.get(people[mail].id)) for mail in placed],
    )
    for mail in placed:
        people[mail].organisation_id = organisations[lines[mail].organisation_key].id
    members = [people[mail].id for mail in lines]
    _insert(
        Membership,
        [
            _membership(received, people[mail], line, after=memberships.get(people[mail].id))
            for mail, line in lines.items()
        ],
    )
    record_for_each(EventKind.REGISTERED, [people[mail].id for mail in new], by=by)
    record_for_each(EventKind.JOINED, members, by=by, network_id=received.network_id, network=received.network.name)
    return members


def _insert(kind: type[Model], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(kind), rows)


def _lacks_a_place(person: Person, line: Line) -> bool:
    """Known, but nobody has said where they work; the list does."""
    return person.organisation_id is None and bool(line.organisation)


def _new_organisations(outlook: Outlook, *, by: Person) -> dict[str, Organisation]:
    made = {
        key: Organisation(
            name=line.organisation, kind=kind_of(line.organisation), municipality_code=line.municipality_code
        )
        for key, line in outlook.new_organisations.items()
    }
    db.session.add_all(made.values())
    db.session.flush()
    for organisation in made.values():
        record(EventKind.ORGANISATION_MADE, by=by, organisation=organisation.name)
    return made


def _person(line: Line, organisations: dict[str, Organisation]) -> dict[str, Any]:
    return {
        "email": line.mail,
        "name": line.name,
        "title": line.title,
        "phone": line.phone,
        "organisation_id": organisations[line.organisation_key].id,
    }


def _affiliation(
    person: Person, line: Line, organisations: dict[str, Organisation], *, after: date | None
) -> dict[str, Any]:
    """Never before the job that is known to have come first, or the person would be counted twice."""
    from_on = line.since or clock.today()
    return {
        "person_id": person.id,
        "organisation_id": organisations[line.organisation_key].id,
        "from_on": max(from_on, after) if after else from_on,
    }


def _membership(received: ReceivedList, person: Person, line: Line, *, after: datetime | None) -> dict[str, Any]:
    """Never before they left the last time."""
    joined_at = _joined_at(line)
    return {
        "network_id": received.network_id,
        "person_id": person.id,
        "role": line.role,
        "joined_at": max(joined_at, after) if after else joined_at,
    }


def _joined_at(line: Line) -> datetime:
    """Noon of that day in Denmark, when no clock ever changes; without one it is now."""
    return clock.from_wall(datetime.combine(line.since, time(12))) if line.since else clock.now()


def note_export(network: Network, *, by: Person) -> None:
    record(EventKind.LIST_EXPORTED, by, network_id=network.id, network=network.name)


def forget_old_lists() -> None:
    """Empties lists that nobody took within a day; a chore of the worker."""
    db.session.execute(
        update(ReceivedList)
        .where(ReceivedList.taken_at.is_(None), ReceivedList.received_at <= clock.now() - ReceivedList.LIFETIME)
        .values(rows=[])
        .execution_options(synchronize_session=False)
    )
