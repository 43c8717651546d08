"""Changing the order of hosts: notes, skips, swaps, and who is out of it. Each can be taken back."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.hosting.models import RotaEntry
from app.hosting.queries import NEVER, Turn, rota_of
from app.networks.models import Network


def _entry(network_id: int, code: str) -> RotaEntry:
    """The municipality's row, made if there is none; whoever changes the order waits for whoever is changing it."""
    db.session.execute(select(Network.id).where(Network.id == network_id).with_for_update())
    entry = db.session.scalar(
        select(RotaEntry).where(RotaEntry.network_id == network_id, RotaEntry.municipality_code == code)
    )
    if entry is None:
        entry = RotaEntry(network_id=network_id, municipality_code=code)
        db.session.add(entry)
        db.session.flush()
    return entry


def write_note(network_id: int, code: str, note: str) -> None:
    _entry(network_id, code).note = note


def take_out(network_id: int, code: str, *, reason: str, by: Person) -> None:
    entry = _entry(network_id, code)
    if entry.out_at is None:
        entry.out_at, entry.out_by_id = clock.now(), by.id
    entry.out_reason = reason


def put_back(network_id: int, code: str) -> None:
    """It comes in where its last turn puts it."""
    entry = _entry(network_id, code)
    entry.out_at, entry.out_by_id, entry.out_reason = None, None, ""


def skip(network_id: int, code: str, *, reason: str, by: Person | None) -> None:
    """Behind everybody else until each of them has been host once more, or it is taken back."""
    entry = _entry(network_id, code)
    rota = rota_of(network_id)
    if len(rota.in_turn) < 2:
        raise DomainError(_("There is nobody else to be host, so nobody can be skipped"))
    entry.skipped_at, entry.skipped_by_id, entry.skip_reason = clock.now(), by.id if by else None, reason
    entry.skipped_after = rota.latest


def unskip(network_id: int, code: str) -> None:
    entry = _entry(network_id, code)
    entry.skipped_at, entry.skipped_by_id, entry.skip_reason, entry.skipped_after = None, None, "", None


def swap(network_id: int, code: str, other_code: str, *, by: Person) -> None:
    """Each takes the other's place in the order, until it has been host."""
    if code == other_code:
        raise DomainError(_("Choose another municipality to swap with"), field="other")
    first, second = _entry(network_id, code), _entry(network_id, other_code)
    rota = rota_of(network_id)
    turns = {turn.place.code: turn for turn in rota.in_turn}
    if code not in turns or other_code not in turns:
        raise DomainError(_("Both have to be in the order to swap"), field="other")
    for entry, own, others in (
        (first, turns[code], turns[other_code]),
        (second, turns[other_code], turns[code]),
    ):
        _rank(entry, own, as_if=others)
        entry.swapped_at, entry.swapped_by_id = clock.now(), by.id
        entry.swapped_with_code = others.place.code


def _rank(entry: RotaEntry, own: Turn, *, as_if: Turn) -> None:
    _ahead, at, position = as_if.rank
    entry.rank_at, entry.rank_position = (None if at == NEVER else at), position
    entry.rank_turn_at = own.turn_at


def unswap(network_id: int, code: str) -> None:
    """Takes the latest swap of a municipality back, as long as neither has been host by it or swapped again."""
    entry = _entry(network_id, code)
    rota = rota_of(network_id)
    other = rota.turn_of(entry.swapped_with_code or "")
    own = rota.turn_of(code)
    is_whole = own and other and own.is_swapped and other.is_swapped
    if not is_whole or other is None or other.entry is None or other.entry.swapped_with_code != code:
        raise DomainError(_("The swap is over: one of them has been host or has swapped again"))
    for one in (entry, other.entry):
        one.swapped_at, one.swapped_by_id, one.swapped_with_code = None, None, None
        one.rank_at, one.rank_position, one.rank_turn_at = None, 0, None
