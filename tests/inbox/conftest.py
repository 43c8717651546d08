"""Mails that came back, told as mail systems tell of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.extensions import db
from app.incoming.operations import Verdict, ingest
from app.notifications.addresses import BOUNCE, address_of
from app.notifications.models import Mail
from app.notifications.operations import announce
from tests.world import World

REPORTS = Path(__file__).parent / "reports"


@pytest.fixture
def mail_to(world: World) -> Callable[..., int]:
    """Owes the member of the cast a mail about a case and returns its number."""

    def owe(who: str = "member") -> int:
        case_id = world.case(author="coordinator")
        with world.acting():
            announce("case_opened", to=[world.cast[who]], about=f"case-{case_id}", payload={"case_id": case_id})
            return db.session.scalars(select(Mail.id).order_by(Mail.id.desc())).first() or 0

    return owe


@pytest.fixture
def comes_back(world: World) -> Callable[..., Verdict]:
    """`comes_back(mail_id, "postfix", status="5.1.1")`: the report of that shape reaches us, about `to` or whom the mail was for."""

    def report(
        mail_id: int, shape: str = "postfix", *, status: str = "5.1.1", action: str = "failed", to: str = "",
        sender: str = "", who: str = "member",
    ) -> Verdict:  # fmt: skip
        with world.acting():
            address = address_of(BOUNCE, str(mail_id))
            to = to or db.session.get_one(Person, world.cast[who]).email
            raw = (REPORTS / f"{shape}.eml").read_text()
            for name, value in {
                "TO": to,
                "STATUS": status,
                "ACTION": action,
                "BACK": address,
                "N": str(mail_id),
            }.items():
                raw = raw.replace("{" + name + "}", value)
            return ingest(raw.replace("\n", "\r\n").encode(), address, sender)

    return report
