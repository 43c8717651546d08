"""What each row of a list says about a person, and what is wrong with it. Knows no database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _

from app.accounts.addresses import NotAnAddressError, read_address
from app.core import clock
from app.core.danish import sort_key
from app.core.formats import short_date
from app.networks.models import Role
from app.organisations.queries import Place
from app.rosters.columns import Chosen, Column
from app.rosters.files import Row

_EARLIEST: Final = date(2000, 1, 1)
_EXCELS_DAY_NOUGHT: Final = date(1899, 12, 30)
_ROLES: Final = {
    "": Role.MEMBER,
    "medlem": Role.MEMBER,
    "member": Role.MEMBER,
    "deltager": Role.MEMBER,
    "tovholder": Role.COORDINATOR,
    "medtovholder": Role.COORDINATOR,
    "koordinator": Role.COORDINATOR,
    "coordinator": Role.COORDINATOR,
}


@dataclass
class Line:
    """One person of the list. `problems` keep the whole list from being taken."""

    number: int
    name: str = ""
    mail: str = ""
    title: str = ""
    phone: str = ""
    organisation: str = ""
    municipality_code: str = ""
    role: Role = Role.MEMBER
    since: date | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def organisation_key(self) -> str:
        return sort_key(self.organisation)


def read_lines(rows: Sequence[Row], chosen: Chosen, places: Sequence[Place]) -> list[Line]:
    """A line per row; an address that stands twice is a problem of the later one."""
    municipalities = _names_of(places)
    lines = [_read(row, chosen, municipalities) for row in rows]
    first: dict[str, int] = {}
    for line in lines:
        if line.mail and first.setdefault(line.mail, line.number) != line.number:
            line.problems.append(_("The address stands in line %(line)d as well.", line=first[line.mail]))
    return lines


def _read(row: Row, chosen: Chosen, municipalities: dict[str, str]) -> Line:
    cells = {column: row.cells[number] for number, column in chosen.items() if number < len(row.cells)}
    line = Line(row.line)
    names = [cells.get(column, "") for column in (Column.FIRST_NAME, Column.LAST_NAME)]
    line.name = cells.get(Column.NAME) or " ".join(filter(None, names))
    line.title = cells.get(Column.TITLE, "")
    line.organisation = cells.get(Column.ORGANISATION, "")
    _check_lengths(line)
    _read_mail(line, cells.get(Column.MAIL, ""))
    _read_phone(line, cells.get(Column.PHONE, ""))
    _read_municipality(line, cells.get(Column.MUNICIPALITY, ""), municipalities)
    _read_role(line, cells.get(Column.ROLE, ""))
    _read_since(line, cells.get(Column.SINCE, ""))
    return line


def _check_lengths(line: Line) -> None:
    if not line.name:
        line.problems.append(_("The name is missing."))
    for word, text in ((_("Name"), line.name), (_("Title"), line.title), (_("Organisation"), line.organisation)):
        if len(text) > 120:
            line.problems.append(_("%(column)s has more than 120 characters.", column=word))


def _read_mail(line: Line, typed: str) -> None:
    """Outlook copies an address as "Mette Madsen <mette@kommune.dk>", Excel as a link "mailto:…"."""
    within = re.search(r"<([^<>]+)>\s*\Z", typed)
    bare = (within[1] if within else typed).strip().removeprefix("mailto:")
    if not bare:
        line.problems.append(_("The mail address is missing."))
        return
    try:
        line.mail = read_address(bare)
    except NotAnAddressError:
        line.problems.append(_("»%(typed)s« is no mail address.", typed=bare[:80]))


def _read_phone(line: Line, typed: str) -> None:
    if re.fullmatch(r"[0-9.,]+E\+?[0-9]+", typed, re.A | re.I):
        line.problems.append(_("Excel has shortened the phone number to %(typed)s. Make the column text.", typed=typed))
        return
    bare = re.sub(r"[\s./()\u00a0-]", "", typed)
    if not bare:
        return
    if not re.fullmatch(r"(\+|00)?[0-9]{4,15}", bare, re.A):
        line.problems.append(_("»%(typed)s« is no phone number.", typed=typed[:40]))
        return
    line.phone = _grouped(re.sub(r"\A(\+|00)45(?=[0-9]{8}\Z)|\A45(?=[0-9]{8}\Z)", "", bare))


def _grouped(number: str) -> str:
    """Eight digits are a Danish number and are written in pairs; others stay as they are."""
    return " ".join(number[at : at + 2] for at in range(0, 8, 2)) if re.fullmatch("[0-9]{8}", number) else number


def _names_of(places: Sequence[Place]) -> dict[str, str]:
    """Each way to write a municipality → its code. Excel takes the first nought from a code."""
    names: dict[str, str] = {}
    for place in places:
        for written in (place.name, f"{place.name} Kommune", place.name.removesuffix("s")):
            names[sort_key(written)] = place.code
        names[sort_key(f"{place.name.removesuffix('s')} Kommune")] = place.code
        names[place.code] = names[place.code.lstrip("0")] = place.code
    return names


def _read_municipality(line: Line, typed: str, municipalities: dict[str, str]) -> None:
    if not typed:
        return
    code = municipalities.get(sort_key(typed))
    if code is None:
        line.problems.append(_("»%(typed)s« is none of the eleven municipalities.", typed=typed[:60]))
    else:
        line.municipality_code = code


def _read_role(line: Line, typed: str) -> None:
    role = _ROLES.get(typed.casefold())
    if role is None:
        line.problems.append(_("»%(typed)s« is no role. Write member or coordinator.", typed=typed[:40]))
    else:
        line.role = role


def _read_since(line: Line, typed: str) -> None:
    if not typed:
        return
    day = _day(typed)
    if day is None:
        line.problems.append(_("»%(typed)s« is no day. Write it like 24.11.2026.", typed=typed[:40]))
    elif not _EARLIEST <= day <= clock.today():
        line.problems.append(_("%(day)s lies before 2000 or in the future.", day=short_date(day)))
    else:
        line.since = day


def _day(typed: str) -> date | None:
    """24.11.2026, 24-11-2026, 24/11 2026, 2026-11-24 with or without a time, or the number of days Excel keeps."""
    typed = re.sub(r"[T ]\d{2}[:.]\d{2}([:.]\d{2}(\.\d+)?)?\Z", "", typed, flags=re.A)
    danish = re.fullmatch(r"(\d{1,2})[. /-]+(\d{1,2})[. /-]+(\d{4})", typed, re.A)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", typed, re.A)
    try:
        if danish:
            return date(int(danish[3]), int(danish[2]), int(danish[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if re.fullmatch(r"\d{5}", typed, re.A):
            return _EXCELS_DAY_NOUGHT + timedelta(days=int(typed))
    except ValueError:
        return None
    return None
