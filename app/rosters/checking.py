"""What a list would do to the network: who becomes a member, who is one already, and which rows are in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.danish import sort_key
from app.organisations.models import OrganisationKind
from app.organisations.queries import Place
from app.rosters.columns import Chosen
from app.rosters.files import Row
from app.rosters.lines import Line, read_lines
from app.rosters.queries import Known, what_is_known

_KINDS = (
    ("jobcenter", OrganisationKind.JOB_CENTRE),
    ("kommune", OrganisationKind.MUNICIPALITY),
    ("erhvervs", OrganisationKind.BUSINESS_CENTRE),
    ("forening", OrganisationKind.ASSOCIATION),
)


def kind_of(organisation: str) -> OrganisationKind:
    """What a new organisation is taken to be, by its name; it can be put right on its page."""
    name = sort_key(organisation)
    return next((kind for word, kind in _KINDS if word in name), OrganisationKind.SOCIAL_ENTERPRISE)


@dataclass(frozen=True)
class Outlook:
    """The list as it would be taken now."""

    lines: list[Line]
    known: Known

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.problems]

    @property
    def already(self) -> list[Line]:
        return [line for line in self.lines if not line.problems and self.is_member(line)]

    @property
    def coming(self) -> list[Line]:
        return [line for line in self.lines if not line.problems and not self.is_member(line)]

    @property
    def new_organisations(self) -> dict[str, Line]:
        """Those not known yet, by sort key, each with the first line that names it."""
        found: dict[str, Line] = {}
        for line in self.coming:
            if line.organisation and line.organisation_key not in self.known.organisations:
                found.setdefault(line.organisation_key, line)
        return found

    def person_of(self, line: Line) -> Person | None:
        return self.known.people.get(line.mail)

    def is_member(self, line: Line) -> bool:
        person = self.person_of(line)
        return person is not None and person.id in self.known.members


def look_through(network_id: int, rows: Sequence[Row], chosen: Chosen, places: Sequence[Place]) -> Outlook:
    """Reads only. `rows` are without the headers."""
    lines = read_lines(rows, chosen, places)
    known = what_is_known(
        network_id,
        (line.mail for line in lines if line.mail),
        (line.organisation_key for line in lines if line.organisation),
    )
    outlook = Outlook(lines, known)
    named: dict[str, Line] = {}
    for line in lines:
        person = known.people.get(line.mail)
        if person is not None and person.disabled_at is not None:
            line.problems.append(_("This address cannot be added. Ask an administrator."))
        if not outlook.is_member(line):
            _check_organisation(line, known, named)
    return outlook


def _check_organisation(line: Line, known: Known, named: dict[str, Line]) -> None:
    """A new organisation needs its municipality, and the same one in every line."""
    if not line.organisation:
        if line.mail not in known.people:
            line.problems.append(_("The organisation is missing."))
        return
    there = known.organisations.get(line.organisation_key)
    if there is not None and there.closed_at is not None:
        line.problems.append(_("»%(organisation)s« is closed.", organisation=line.organisation))
        return
    if there is None and not line.municipality_code:
        line.problems.append(
            _(
                "We do not know »%(organisation)s« yet. Write which municipality it is in.",
                organisation=line.organisation,
            )
        )
        return
    code = there.municipality_code if there else named.setdefault(line.organisation_key, line).municipality_code
    if line.municipality_code and line.municipality_code != code:
        line.problems.append(_("»%(organisation)s« is in another municipality.", organisation=line.organisation))
