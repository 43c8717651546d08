"""Invitations and requests to join as rows of the hand-made networks, every date counted from today."""

from datetime import date, timedelta

from app.core.tokens import fingerprint
from app.demo.core_network import Known
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.demo.story.invitations import ASKED, INVITED, Invited
from app.invitations.models import Invitation, JoinRequest
from app.networks.models import Role


def write_invitations(rows: Rows, known: Known, today: date) -> None:
    for number, invited in enumerate(INVITED):
        rows.add(Invitation, _invitation(invited, number, known, today))
    for asked in ASKED:
        rows.add(
            JoinRequest,
            {
                "network_id": known.networks[asked.network],
                "person_id": known.people[asked.person],
                "word": asked.word,
                "created_at": wall(last_working_day(today + timedelta(days=asked.day)), 12, 10),
                "approved_at": None,
                "declined_at": None,
                "reason": "",
                "decided_by_id": None,
                "withdrawn_at": None,
            },
        )


def _invitation(invited: Invited, number: int, known: Known, today: date) -> dict[str, object]:
    sent = wall(last_working_day(today + timedelta(days=invited.sent)), 9, 20)
    answered = wall(last_working_day(today + timedelta(days=invited.answered)), 14, 5)
    ends = sent + Invitation.LIFETIME
    return {
        "network_id": known.networks[invited.network],
        "email": invited.email,
        "name": invited.name,
        "role": Role(invited.role),
        "word": invited.word,
        "locale": "da",
        "invited_by_id": known.people[invited.by],
        "nonce": fingerprint(f"demo-{number}")[
            :32
        ],  # anybody may know it: the links need the installation's key as well
        "created_at": sent,
        "sent_count": 1,
        "last_sent_at": sent,
        # What has been waiting for a week has been reminded of, so that loading the demo sends nobody anything.
        "reminded_at": sent + timedelta(days=7) if invited.sent < -6 else None,
        "warned_at": ends - timedelta(days=3) if invited.sent < -26 else None,
        "expires_at": ends,
        "accepted_at": answered if invited.answer == "accepted" else None,
        "accepted_by_id": known.people["mette"] if invited.answer == "accepted" else None,
        "declined_at": answered if invited.answer == "declined" else None,
        "answer": invited.said,
        "withdrawn_at": answered if invited.answer == "withdrawn" else None,
    }
