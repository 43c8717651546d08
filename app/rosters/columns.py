"""Which column of a list is what: guessed from its header, in Danish or English, and put right by whoever sends it."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Column(StrEnum):
    """What a column may hold."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    MAIL = "mail"
    TITLE = "title"
    PHONE = "phone"
    ORGANISATION = "organisation"
    MUNICIPALITY = "municipality"
    ROLE = "role"
    SINCE = "since"


WORDS: dict[Column, Any] = {
    Column.NAME: _l("Name"),
    Column.FIRST_NAME: _l("First name"),
    Column.LAST_NAME: _l("Last name"),
    Column.MAIL: _l("Mail"),
    Column.TITLE: _l("Title"),
    Column.PHONE: _l("Phone"),
    Column.ORGANISATION: _l("Organisation"),
    Column.MUNICIPALITY: _l("Municipality"),
    Column.ROLE: _l("Role"),
    Column.SINCE: _l("Member since"),
}
_HEADERS: dict[Column, str] = {
    Column.FIRST_NAME: "fornavn|fornavne|first ?name|given ?name",
    Column.LAST_NAME: "efternavn|last ?name|surname|family ?name",
    Column.MAIL: "e?-?mail ?(adresse|address)?|mailadresse|arbejdsmail|e-?post",
    Column.PHONE: "telefon ?(nummer|nr)?|tlf ?(nr)?|mobil ?(nummer|nr|telefon)?|direkte telefon|phone ?(number)?|mobile",
    Column.TITLE: "titel|stilling ?(sbetegnelse)?|jobtitel|funktion|title|job ?title|position",
    Column.ORGANISATION: "organisation|arbejdsplads|arbejdssted|firma|virksomhed|ansat ved|enhed|organi[sz]ation|company|employer",
    Column.MUNICIPALITY: "(hjem|arbejds)?kommune ?(navn|kode|nr)?|municipality",
    Column.ROLE: "rolle|rolle i netværket|role",
    Column.SINCE: "medlem siden|startdato|indmeldt|tilmeldt ?(den|dato)?|fra ?dato|member since|joined ?(on)?|start ?date",
    Column.NAME: "navn|fulde navn|medlem|deltager|navn og efternavn|name|full ?name",
}
_PATTERNS = {column: re.compile(pattern) for column, pattern in _HEADERS.items()}
Chosen = Mapping[int, Column]


def _plain(header: str) -> str:
    return " ".join(re.sub(r"[^\w -]", " ", header.casefold()).split())


def guessed(headers: Sequence[str]) -> dict[int, Column]:
    """Column number → what it is; each thing once, the first header that fits. Others are left out."""
    found: dict[int, Column] = {}
    for number, header in enumerate(headers):
        for column, pattern in _PATTERNS.items():
            if column not in found.values() and pattern.fullmatch(_plain(header)):
                found[number] = column
                break
    return found


def lacking(mapping: Chosen) -> list[Column]:
    """What a list can't do without and has not got."""
    given = set(mapping.values())
    lacks = [] if Column.NAME in given or {Column.FIRST_NAME, Column.LAST_NAME} <= given else [Column.NAME]
    return lacks + ([] if Column.MAIL in given else [Column.MAIL])
