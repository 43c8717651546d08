"""What the accounts that anybody may try have in their log, and the browsers they are signed in with elsewhere."""

from datetime import date, timedelta

from app.accounts.models import Event, EventKind
from app.demo.core_network import Known
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.demo.story.people import PEOPLE
from app.sessions.models import Means, SignInSession

_K, _M = EventKind, Means
OFFICE, PHONE = "Edge, Windows", "Safari, iPhone"
AGENTS = {
    OFFICE: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
    PHONE: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Version/18.5 Mobile Safari/604.1",
}
# days ago, hour, minute, what, with what, on which device
PAST = (
    (131, 8, 40, _K.SIGNED_IN, _M.CODE, OFFICE),
    (131, 8, 44, _K.PASSWORD_SET, None, ""),
    (90, 12, 10, _K.SIGNED_IN_ON_A_NEW_DEVICE, _M.CODE, PHONE),
    (63, 9, 2, _K.SIGN_IN_FAILED, _M.PASSWORD, OFFICE),
    (63, 9, 3, _K.SIGNED_IN, _M.PASSWORD, OFFICE),
    (34, 15, 55, _K.SIGNED_OUT, None, OFFICE),
    (20, 8, 15, _K.SIGNED_IN, _M.PASSWORD, OFFICE),
    (6, 16, 20, _K.SIGNED_IN, _M.CODE, PHONE),
)
HELD = ((20, 8, 15, _M.PASSWORD, OFFICE), (6, 16, 20, _M.CODE, PHONE))


def write_comings_and_goings(rows: Rows, known: Known, today: date) -> None:
    accounts = [known.people[key] for key, character in PEOPLE.items() if character.account]
    for away, hour, minute, kind, means, device in PAST:
        at = wall(last_working_day(today - timedelta(days=away)), hour, minute)
        facts = {name: value for name, value in (("means", means and means.value), ("device", device)) if value}
        for person_id in accounts:
            values = {"at": at, "kind": kind, "person_id": person_id, "by_id": None, "network_id": None}
            rows.add(Event, {**values, "facts": facts})
    for away, hour, minute, means, device in HELD:
        at = wall(last_working_day(today - timedelta(days=away)), hour, minute)
        for person_id in accounts:
            rows.add(
                SignInSession,
                {
                    "person_id": person_id,
                    "token_hash": f"nobody holds this: {person_id} {device}",  # no secret has such a fingerprint
                    "means": means,
                    "user_agent": AGENTS[device],
                    "created_at": at,
                    "seen_at": at + timedelta(days=min(away, 3), minutes=40),
                    "refreshed_at": at,
                    "refreshed_by": means,
                    "expires_at": at + SignInSession.LIFETIME,
                },
            )
