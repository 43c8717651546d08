"""Passkeys (WebAuthn): what a browser is asked, and whether its answer holds.

The name and origin of this site come from BASE_URL and never from a request. User verification is always required, so
a passkey proves two things at once: that one has it, and its PIN, finger or face.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_client_data_json, parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.models import Person
from app.core import clock
from app.core.tokens import fingerprint, sign
from app.extensions import db
from app.factors.challenges import new_challenge, spend
from app.factors.models import Passkey
from app.factors.queries import passkeys_of

LONGEST_ANSWER = 20_000  # characters; real ones have two thousand


class PasskeyRefusedError(Exception):
    """The answer does not prove what was asked; the message is for the log, never for the visitor.

    `person_id` says whose passkey it was, if it was anybody's.
    """

    def __init__(self, message: str, *, person_id: int | None = None) -> None:
        super().__init__(message)
        self.person_id = person_id


def rp_id() -> str:
    return str(urlsplit(current_app.config["BASE_URL"]).hostname)


def _handle(person: Person) -> bytes:
    """What the device files the passkey under: the same for all of someone's, and telling nothing of them."""
    return bytes.fromhex(fingerprint(sign("passkey-person", str(person.id))))


def _described(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=passkey.credential_id, transports=[AuthenticatorTransport(word) for word in passkey.transports]
        )
        for passkey in passkeys
    ]


def options_to_add(person: Person) -> str:
    """For `navigator.credentials.create`, as JSON: one that can be found without a user name, and none twice."""
    options = generate_registration_options(
        rp_id=rp_id(),
        rp_name="ERFA Nord",
        user_name=person.email,
        user_display_name=person.name,
        user_id=_handle(person),
        challenge=new_challenge(f"add {person.id}"),
        exclude_credentials=_described(passkeys_of(person.id)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options)


def options_to_sign_in(purpose: str, passkeys: list[Passkey] | None = None) -> str:
    """For `navigator.credentials.get`, as JSON: any passkey for this site, or one of `passkeys`."""
    options = generate_authentication_options(
        rp_id=rp_id(),
        challenge=new_challenge(purpose),
        allow_credentials=_described(passkeys or []),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def _read(answer: str) -> tuple[dict[str, Any], bytes]:
    """The answer, and the challenge it says it answers."""
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefusedError("too long")
    try:
        credential = json.loads(answer)
        client_data = parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    except Exception as error:  # what strangers send may break the parser anywhere
        raise PasskeyRefusedError("not readable") from error
    return credential, client_data.challenge


def new_passkey(person: Person, answer: str, *, name: str) -> Passkey:
    """The passkey that the browser has made, not yet remembered. Raises PasskeyRefusedError."""
    credential, challenge = _read(answer)
    if not spend(challenge, f"add {person.id}"):
        raise PasskeyRefusedError("not our challenge, too old, or answered before")
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(),
            expected_origin=current_app.config["BASE_URL"],
            require_user_verification=True,
        )
        transports = parse_registration_credential_json(credential).response.transports or []
    except Exception as error:
        raise PasskeyRefusedError(type(error).__name__) from error
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == verified.credential_id)):
        raise PasskeyRefusedError("known already")
    return Passkey(
        person_id=person.id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=[transport.value for transport in transports],
        is_synchronised=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        name=name,
    )


def passkey_that_answered(answer: str, purpose: str, *, of: int | None = None) -> Passkey:
    """Whose passkey signed the challenge: anybody's, or only of the person with the id `of`.

    Counts the use. Raises PasskeyRefusedError; commit either way, for the challenge is spent.
    """
    credential, challenge = _read(answer)
    if not spend(challenge, purpose):
        raise PasskeyRefusedError("not our challenge, too old, or answered before")
    passkey = _named_in(credential)
    if passkey is None or (of is not None and passkey.person_id != of):
        raise PasskeyRefusedError("nobody's passkey")
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(),
            expected_origin=current_app.config["BASE_URL"],
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        raise PasskeyRefusedError(type(error).__name__, person_id=passkey.person_id) from error
    _count(passkey, verified.new_sign_count)
    return passkey


def _named_in(credential: dict[str, Any]) -> Passkey | None:
    try:
        credential_id = base64url_to_bytes(credential["rawId"])
    except Exception as error:
        raise PasskeyRefusedError("not readable") from error
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _count(passkey: Passkey, sign_count: int) -> None:
    """Only if nobody has counted it up meanwhile: of two answers with the same count one is a copy's."""
    counted = db.session.scalars(
        update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=sign_count, last_used_at=clock.now())
        .returning(Passkey.id)
    )
    if counted.first() is None:
        raise PasskeyRefusedError("counted by another answer meanwhile", person_id=passkey.person_id)
