"""Hosts and the annual wheel of the first network: a note, somebody out of the order, a question that waits, two years."""

from datetime import date, timedelta
from typing import Any

from app.demo.core_network import Known
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.hosting.models import HostAsk, RotaEntry
from app.wheels.models import Wheel

NOTES = {"0825": "online eller med færgen kl. 8.25", "0787": "mødelokalet er optaget om onsdagen"}
USUAL: dict[int, tuple[str, ...]] = {
    1: ("Spilleregler og kommissorium",),
    2: ("ESF-statusrapport, deltagerdata",),
    6: ("Midtvejsevaluering",),
    8: ("ESF-statusrapport, deltagerdata",),
    10: ("Værter for næste år findes",),
    12: ("Årsrapport",),
}
THEMES = {3: "Nye fokusområder", 5: "Små job, store skridt", 9: "Når projektet slutter", 11: "Det tager vi med"}
HOSTS = {3: "0840", 5: "0787", 9: "0846", 11: "0820"}


def write_hosting(rows: Rows, known: Known, today: date) -> None:
    network_id, by = known.networks["social"], known.people["karen"]
    nothing = dict.fromkeys(("out_at", "out_by_id", "skipped_at", "skipped_by_id", "skipped_after"))
    nothing |= dict.fromkeys(("swapped_at", "swapped_by_id", "swapped_with_code", "rank_at", "rank_turn_at"))
    texts: dict[str, Any] = {"out_reason": "", "skip_reason": "", "rank_position": 0}
    for code, note in NOTES.items():
        rows.add(RotaEntry, {"network_id": network_id, "municipality_code": code, "note": note, **nothing, **texts})
    asked_at = wall(last_working_day(today - timedelta(days=2)), 10, 40)
    answers = dict.fromkeys(("person_id", "instead_of_code", "meeting_id", "reminded_at", "accepted_at", "declined_at"))
    answers |= dict.fromkeys(("withdrawn_at", "answered_by_id"))
    month = date(today.year + 1, 3, 1)
    rows.add(
        HostAsk,
        {
            "network_id": network_id, "municipality_code": HOSTS[3], "month": month, "asked_by_id": by,
            "asked_at": asked_at, "word": "I har lokalet ved Skørping Station, og det er længe siden, vi var hos jer.",
            "place": "", "reason": "", "passes_turn": False, **answers,
        },
    )  # fmt: skip
    for year in (today.year, today.year + 1):
        rows.add(
            Wheel,
            {
                "network_id": network_id, "year": year, "plan": _plan(is_ahead=year > today.year), "version": 1,
                "edited_at": asked_at, "edited_by_id": by,
            },
        )  # fmt: skip


def _plan(*, is_ahead: bool) -> dict[str, Any]:
    """This year has what is planned beside its meetings; the next has themes and hosts too."""
    months = range(1, 13)
    return {
        str(n): {
            "theme": THEMES.get(n, "") if is_ahead else "",
            "host": HOSTS.get(n) if is_ahead else None,
            "meets": is_ahead and n in THEMES,
            "events": list(USUAL.get(n, ())),
        }
        for n in months
        if n in USUAL or (is_ahead and n in THEMES)
    }
