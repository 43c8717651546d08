"""A device that keeps passkeys, in Python: it answers as a browser and its authenticator would, or wrongly on request."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Kept:
    id: bytes
    key: ec.EllipticCurvePrivateKey
    handle: bytes
    count: int = 0


@dataclass
class Device:
    """`origin`, `rp_id` and `verifies` may lie; `counts=False` is a passkey that is synchronised."""

    origin: str = "https://erfa.test"
    rp_id: str = ""
    verifies: bool = True
    counts: bool = True
    kept: list[Kept] = field(default_factory=list)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, rp_id: str, count: int, attested: bytes = b"") -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | (ATTESTED if attested else 0)
        rp_hash = hashlib.sha256((self.rp_id or rp_id).encode()).digest()
        return rp_hash + bytes([flags]) + count.to_bytes(4) + attested

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        kept = Kept(os.urandom(32), ec.generate_private_key(ec.SECP256R1()), to_bytes(options["user"]["id"]))
        self.kept.append(kept)
        point = kept.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        attested = bytes(16) + len(kept.id).to_bytes(2) + kept.id + cose
        data = self._authenticator_data(options["rp"]["id"], kept.count, attested)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            kept,
            clientDataJSON=self._client_data("create", options["challenge"]),
            attestationObject=attestation,
            transports=["internal", "hybrid"],
        )

    def get(self, options: dict[str, Any], *, which: int = -1) -> str:
        """The answer to `navigator.credentials.get`."""
        kept = self.kept[which]
        kept.count += self.counts
        data = self._authenticator_data(options["rpId"], kept.count)
        client_data = self._client_data("get", options["challenge"])
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            kept,
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=kept.key.sign(signed, ec.ECDSA(SHA256())),
            userHandle=kept.handle,
        )

    def _answer(self, kept: Kept, **response: Any) -> str:
        written = {name: to_text(value) if isinstance(value, bytes) else value for name, value in response.items()}
        return json.dumps(
            {
                "id": to_text(kept.id),
                "rawId": to_text(kept.id),
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
                "response": written,
            }
        )
