"""Asking the employer who somebody is: OpenID Connect by authorization code, with PKCE, state and nonce.

Only the issuer that the settings name is ever asked, at the addresses that it names itself, over TLS.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from flask import current_app, session
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from app.accounts.addresses import NotAnAddressError, read_address
from app.core import clock
from app.notifications.links import link

KEY = "employer"
PATIENCE = 5  # seconds to wait for the issuer's server
SILENT_FOR = timedelta(minutes=1)  # how long it is left alone after it did not say who it is
KNOWN_FOR = timedelta(hours=1)  # how long its addresses and keys are kept at hand; an unknown key is looked up at once
ASKED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Signed with the issuer's private key. A shared secret, or no signature at all, would let others write such a token.
SIGNATURES = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}


class EmployerError(Exception):
    """The employer's server did not say who it is, or not so that it can be believed."""


@dataclass(frozen=True)
class Claims:
    """Who it is, by the issuer's own name for them; `address` only when the issuer vouches for it."""

    issuer: str
    subject: str
    address: str | None


def is_offered() -> bool:
    return bool(current_app.config["OIDC_ISSUER"])


def name() -> str:
    """What people know the employer's sign-in by."""
    return str(current_app.config["OIDC_NAME"])


def _may_be_asked(address: Any, issuer: str) -> bool:
    """HTTPS, or on this very machine where the issuer is too, for trying it out."""
    parts, home = urlsplit(str(address or "")), urlsplit(issuer)
    return bool(parts.hostname) and (parts.scheme == "https" or parts[:2] == home[:2])


def _is_current(kept: tuple[tuple[str, ...], datetime, Any] | None, key: tuple[str, ...]) -> bool:
    """Without a client what is kept is that there was none to be had."""
    if kept is None or kept[0] != key:
        return False
    return clock.now() - kept[1] < (KNOWN_FOR if kept[2] is not None else SILENT_FOR)


def _client() -> Any:
    """Authlib's client, with what the issuer says of itself; raises EmployerError when that cannot be right."""
    settings = current_app.config
    issuer = settings["OIDC_ISSUER"]
    key = (issuer, settings["OIDC_CLIENT_ID"], settings["OIDC_CLIENT_SECRET"])
    kept = current_app.extensions.get(KEY)
    if kept is not None and _is_current(kept, key):
        if kept[2] is None:
            raise EmployerError("it did not say who it is a moment ago")
        return kept[2]
    current_app.extensions[KEY] = (key, clock.now(), None)  # until it has; nobody else waits for it meanwhile
    client = FlaskOAuth2App(
        FlaskIntegration(KEY),
        name=KEY,
        client_id=key[1],
        client_secret=key[2],
        server_metadata_url=issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": PATIENCE},
    )
    facts = client.load_server_metadata()
    if facts.get("issuer") != issuer or not all(_may_be_asked(facts.get(name), issuer) for name in ASKED):
        raise EmployerError("the issuer describes itself as another, or without TLS")
    offered = facts.get("id_token_signing_alg_values_supported") or ["RS256"]
    facts["id_token_signing_alg_values_supported"] = [way for way in offered if way in SIGNATURES]
    current_app.extensions[KEY] = (key, clock.now(), client)
    return client


def way_there() -> ResponseReturnValue:
    """The redirect to the employer's sign-in page; state, nonce and PKCE's secret wait in this browser's cookie."""
    _forget_earlier_tries()
    try:
        answer: ResponseReturnValue = _client().authorize_redirect(link("sessions.employer_answer"))
    except (OAuthError, RequestException, RuntimeError, ValueError) as error:
        raise EmployerError(type(error).__name__) from error
    return answer


def _forget_earlier_tries() -> None:
    """One at a time: a cookie holds only four kilobytes."""
    for key in [key for key in session if key.startswith(f"_state_{KEY}_")]:
        session.pop(key)


def claims_of_answer() -> Claims:
    """Who came back. Raises EmployerError for whatever is not a right and fresh answer to what this browser asked."""
    issuer = current_app.config["OIDC_ISSUER"]
    wanted = {
        "iss": {"essential": True, "values": [issuer]},
        "aud": {"essential": True, "values": [current_app.config["OIDC_CLIENT_ID"]]},
    }
    try:
        client = _client()
        token = client.authorize_access_token(claims_options=wanted)
        said = dict(token["userinfo"])
        if "email" not in said and client.server_metadata.get("userinfo_endpoint"):
            said = _with_more(said, client, token)
    except (OAuthError, JoseError, RequestException, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise EmployerError(type(error).__name__) from error
    subject = str(said["sub"])
    if not 0 < len(subject) <= 255:
        raise EmployerError("a subject that cannot be kept")
    return Claims(issuer=issuer, subject=subject, address=_vouched_address(said))


def _with_more(said: dict[str, Any], client: Any, token: Any) -> dict[str, Any]:
    """Some providers keep the address for the userinfo endpoint; it must speak of the same person (OIDC Core 5.3.2)."""
    if not _may_be_asked(client.server_metadata["userinfo_endpoint"], current_app.config["OIDC_ISSUER"]):
        return said
    more = dict(client.userinfo(token=token))
    if more.get("sub") != said["sub"]:
        raise EmployerError("userinfo about somebody else")
    return {**more, **said}


def _vouched_address(said: dict[str, Any]) -> str | None:
    """The address, if the issuer says that it has checked it: `email_verified`, or Entra ID's `xms_edov`.

    Whatever else it says, in whatever spelling, is a no, also from an issuer that is trusted to say nothing.
    """
    says = [said[claim] for claim in ("email_verified", "xms_edov") if said.get(claim) is not None]
    says_yes = [str(word).lower() in {"true", "1"} for word in says]
    is_denied = "email_verified" in said and str(said["email_verified"]).lower() not in {"true", "1"}
    is_vouched = current_app.config["OIDC_TRUSTS_EMAIL"] or any(says_yes)
    try:
        return read_address(str(said.get("email") or "")) if is_vouched and not is_denied else None
    except NotAnAddressError:
        return None


def is_ours(issuer: str) -> bool:
    """Whether the settings still name this issuer."""
    return bool(issuer == current_app.config["OIDC_ISSUER"])
