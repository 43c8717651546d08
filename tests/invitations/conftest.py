"""An invitation, the link that its mail holds, and acts that happen at the same moment."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core import clock as core_clock
from app.extensions import db
from app.invitations.models import Invitation
from app.invitations.tokens import code_of, new_nonce, token_of
from app.organisations.models import Organisation, OrganisationKind
from tests.world import World


@pytest.fixture
def invite(world: World) -> Callable[..., int]:
    """`invite("lone@thisted.dk", word="Kom")`: an invitation by the coordinator into her network; returns the id."""

    def add(email: str = "lone@thisted.dk", **more: Any) -> int:
        with world.acting():
            facts = {
                "network_id": world.network_id,
                "invited_by_id": world.cast["coordinator"],
                "nonce": new_nonce(),
                "expires_at": core_clock.now() + timedelta(days=30),
                **more,
            }
            return world._add(Invitation(email=email, **facts)).id

    return add


@pytest.fixture
def link_to(world: World) -> Callable[[int], str]:
    """The address in the mail."""

    def read(invitation_id: int) -> str:
        with world.app.app_context():
            return f"/invitations/{token_of(db.session.get_one(Invitation, invitation_id))}"

    return read


@pytest.fixture
def code_to(world: World) -> Callable[[int], str]:
    def read(invitation_id: int) -> str:
        with world.app.app_context():
            return code_of(db.session.get_one(Invitation, invitation_id))

    return read


@pytest.fixture
def kept(world: World) -> Callable[..., Invitation]:
    """The newest invitation to an address as it rests in the database."""

    def read(email: str = "lone@thisted.dk") -> Invitation:
        with world.app.app_context():
            return db.session.scalars(
                select(Invitation).where(Invitation.email == email).order_by(Invitation.id.desc())
            ).first()

    return read


@pytest.fixture
def job_centre(world: World) -> str:
    with world.acting():
        organisation = Organisation(
            name="Jobcenter Thisted", kind=OrganisationKind.JOB_CENTRE, municipality_code="0787"
        )
        return str(world._add(organisation).id)


def link_in(text: str) -> str:
    """The path of the invitation's address in a mail."""
    (found,) = set(re.findall(r"https://erfa\.test(/invitations/[a-z0-9-]+)", text))
    return found
