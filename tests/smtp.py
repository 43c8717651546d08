"""A real mail server in the process: what it was given, and how it refuses."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Taken:
    """A mail the server said 250 to."""

    to: str
    sender: str
    raw: bytes = field(repr=False)

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.raw, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])


class PostOffice:
    """`answers[recipient]` is said at RCPT TO instead of 250; `after_data` is what happens once a mail has come whole:
    None takes it, a string is said instead, "drop" takes it and hangs up without a word, "silence" says nothing at all."""

    def __init__(self) -> None:
        self.messages: list[Taken] = []
        self.answers: dict[str, str] = {}
        self.after_data: Callable[[Taken], str | None] = lambda _mail: None
        self.connections = 0
        self.port = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = Taken(envelope.rcpt_tos[0], envelope.mail_from or "", envelope.content)
        answer = self.after_data(mail)
        if answer == "silence":
            await asyncio.sleep(60)
        if answer is None or answer == "drop":
            self.messages.append(mail)
        if answer == "drop" and server.transport:
            server.transport.abort()
        return "250 OK" if answer is None else answer

    def wait_for(self, count: int, *, seconds: float = 30) -> None:
        """Until so many mails have come."""
        until = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < until, f"only {len(self.messages)} of {count} mails came"
            time.sleep(0.005)


class _Server(Controller):
    """Listens on a port the kernel chose."""

    def __init__(self, handler: PostOffice, **more: Any) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self.listening.getsockname()[1], **more)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listening)


@contextmanager
def post_office(tls: SSLContext | None = None) -> Iterator[PostOffice]:
    """A running server; with `tls` it offers STARTTLS and demands it."""
    office = PostOffice()
    server = _Server(office, **({"tls_context": tls, "require_starttls": True} if tls else {}))
    server.start()
    office.port = server.port
    try:
        yield office
    finally:
        server.stop()
