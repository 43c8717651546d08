"""Some people of the demo have a passkey; never those anybody may try it as, who are to come in by password alone."""

from datetime import date, timedelta
from hashlib import sha256

from app.demo.core_network import Known
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.demo.story.people import PEOPLE
from app.factors.models import Passkey

DEVICES = ("Arbejdscomputeren", "Min telefon", "Sikkerhedsnøgle på nøgleringen")
EVERY = 3


def write_factors(rows: Rows, known: Known, today: date) -> None:
    """One to every third. Nobody can sign in with them: their private halves were never made."""
    without_account = [known.people[key] for key, character in PEOPLE.items() if not character.account]
    for place, person_id in enumerate(without_account[::EVERY]):
        added_at = wall(last_working_day(today - timedelta(days=200 - 7 * place)), 10, place)
        rows.add(
            Passkey,
            {
                "person_id": person_id,
                "credential_id": sha256(f"demo {person_id}".encode()).digest(),
                "public_key": b"",
                "sign_count": 0,
                "transports": ["internal"],
                "is_synchronised": place % 2 == 0,
                "name": DEVICES[place % len(DEVICES)],
                "created_at": added_at,
                "last_used_at": added_at + timedelta(days=14 + place),
            },
        )
