"""Who may present an item: the network's members, known by row, and whoever else is written by name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.networks.models import Membership


@dataclass(frozen=True)
class Presenters:
    """`names` are offered while one writes. What is written finds the member whom it names and nobody else."""

    names: list[str]
    _ids: dict[str, set[int]]

    @classmethod
    def among(cls, members: Iterable[Membership]) -> "Presenters":
        names, ids = [], defaultdict(set)
        for membership in members:
            person = membership.person
            municipality = person.organisation.municipality if person.organisation else None
            whole = f"{person.name}, {municipality.name}" if municipality else person.name
            names.append(whole)
            for name in (whole, person.name):
                ids[name.casefold()].add(person.id)
        return cls(names, dict(ids))

    def id_of(self, written: str) -> int | None:
        """None where it is nobody's name, or several people's."""
        ids = self._ids.get(written.casefold(), set())
        return next(iter(ids)) if len(ids) == 1 else None
