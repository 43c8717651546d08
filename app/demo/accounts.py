"""The four accounts anybody may try the demo with, and the row each person of it gets."""

import unicodedata
from datetime import date, datetime

from app.accounts.models import Affiliation, Person
from app.core.danish import sort_key
from app.demo.rows import Rows

PASSWORD = "erfa-nord-demo"  # noqa: S105 - printed by bin/run; guard.py keeps it out of production
ADDRESSES = ("admin@erfa.example", "tovholder@erfa.example", "medlem@erfa.example", "udenfor@erfa.example")


def _plain(text: str) -> str:
    """`text` as it may stand in an address."""
    spelled = text.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    letters = unicodedata.normalize("NFKD", spelled)
    return "".join(letter for letter in letters if letter.isascii() and (letter.isalnum() or letter in "- ")).strip()


class People:
    """Adds people, each with an address of their own below `.example`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._taken = set(ADDRESSES)
        self.addresses: dict[int, str] = {}  # of each person by their id

    def _address(self, name: str, web_name: str) -> str:
        words = _plain(name).split()
        local, address, twin = f"{words[0]}.{words[-1]}", "", 1
        while not address or address in self._taken:
            address = f"{local}{twin if twin > 1 else ''}@{web_name}.example"
            twin += 1
        self._taken.add(address)
        return address

    def add(
        self,
        name: str,
        *,
        title: str,
        organisation: tuple[int, str],
        since: datetime,
        phone: str = "",
        account: str = "",
        password_hash: str | None = None,
        administrator: bool = False,
        before: tuple[int, date] | None = None,
    ) -> int:
        """`before` is the organisation they came from, and the day they began at the present one."""
        organisation_id, web_name = organisation
        address = account or self._address(name, web_name)
        person_id = self._rows.add(
            Person,
            {
                "email": address,
                "name": name,
                "sort_key": sort_key(name),
                "title": title,
                "phone": phone,
                "organisation_id": organisation_id,
                "locale": "da",
                "password_hash": password_hash,
                "administrator_since": since if administrator else None,
                "disabled_at": None,
                "created_at": since,
            },
        )
        self.addresses[person_id] = address
        from_on = since.date()
        if before is not None:
            first, moved_on = before
            times = {"person_id": person_id, "organisation_id": first, "from_on": from_on, "to_on": moved_on}
            self._rows.add(Affiliation, times)
            from_on = moved_on
        self._rows.add(
            Affiliation,
            {"person_id": person_id, "organisation_id": organisation_id, "from_on": from_on, "to_on": None},
        )
        return person_id
