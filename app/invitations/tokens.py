"""What proves that an invitation has reached somebody: the link in the mail, or its code together with the address."""

import secrets

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.addresses import as_kept
from app.core.tokens import eight_letters, is_code, read_signed, sign
from app.extensions import db
from app.invitations.models import Invitation


def new_nonce() -> str:
    return secrets.token_hex(16)


def _purpose(nonce: str) -> str:
    return f"invitation-{nonce}"


def token_of(invitation: Invitation) -> str:
    """Stands in the link; the same for every mail about the invitation, so that an older one works as well."""
    return token_for(invitation.id, invitation.nonce)


def token_for(invitation_id: int, nonce: str) -> str:
    return sign(_purpose(nonce), str(invitation_id))


def code_of(invitation: Invitation) -> str:
    """To be typed by whoever cannot follow the link, like K7QM-2XFD."""
    code = eight_letters(_purpose(invitation.nonce), "code").upper()
    return f"{code[:4]}-{code[4:]}"


def _whole() -> Select[Invitation]:
    return select(Invitation).options(joinedload(Invitation.network), joinedload(Invitation.invited_by))


def invitation_of(token: str) -> Invitation | None:
    """With its network and who sent it, in whatever state it is."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    invitation = db.session.scalar(_whole().where(Invitation.id == int(number)))
    if invitation is None or read_signed(_purpose(invitation.nonce), token) != number:
        return None
    return invitation


def invitation_with_code(email: str, typed: str) -> Invitation | None:
    """The newest one for this address that has this code. The same single query whether there is any or not."""
    found = list(db.session.scalars(_whole().where(Invitation.email == as_kept(email)).order_by(Invitation.id.desc())))
    right = [one for one in found if is_code(typed, code_of(one).replace("-", "").lower())]
    return right[0] if right else None
