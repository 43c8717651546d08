"""A real OpenID Connect server on loopback, and the application set to ask it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own imports are older than ours
    from oidc_provider_mock import User, run_server_in_thread


class Employer:
    """`knows(subject, …claims)` makes an account; `lets_in(url, subject)` signs in there and gives the way back."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"

    def knows(self, subject: str, **claims: Any) -> None:
        answer = requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10)
        answer.raise_for_status()

    def lets_in(self, url: str, subject: str) -> str:
        """Path and query of the way back."""
        assert url.startswith(self.issuer + "/")
        return self._way_back(requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=10))

    def refuses(self, url: str) -> str:
        return self._way_back(requests.post(url, data={"action": "deny"}, allow_redirects=False, timeout=10))

    @staticmethod
    def _way_back(answer: requests.Response) -> str:
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    @staticmethod
    def asked(url: str) -> dict[str, str]:
        """What the application asks of it."""
        return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@contextmanager
def employer() -> Iterator[Employer]:
    """Keys are drawn and old modules imported while it starts; what they warn of is theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with run_server_in_thread(require_nonce=True, user_claims=[User(sub="admin", claims={})]) as server:
            yield Employer(server.server_port)
