"""Some people of the demo have a passkey; never those anybody may try it as, who are to come in by password alone."""

from datetime import datetime, timedelta
from hashlib import sha256

from app.demo.rows import Rows
from app.factors.models import Passkey

DEVICES = ("Arbejdscomputeren", "Min telefon", "Sikkerhedsnøgle på nøgleringen")
EVERY = 3


def give_passkeys(rows: Rows, people: list[int], *, since: datetime) -> None:
    """One to every third. Nobody can sign in with them: their private halves were never made."""
    for place, person_id in enumerate(people):
        if place % EVERY:
            continue
        added_at = since + timedelta(days=place)
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
                "last_used_at": added_at + timedelta(days=90),
            },
        )
