"""One connection to the mail server per batch, with a time limit and a checked certificate.

Flask-Mail gives the configuration (MAIL_SERVER and its siblings). Its own connection has no time limit, checks no certificate
at STARTTLS and keeps refused recipients to itself, so it is not used.
"""

import smtplib
import ssl
from types import TracebackType
from typing import Final, Self

from flask import Flask

from app.extensions import mail

PATIENCE: Final = 30.0  # seconds, for each answer of the server


class SmtpError(Exception):
    """The mail was not taken; the message says why in one line without addresses."""


class NoServerError(SmtpError):
    """There is nobody to hand mail to. No mail is to blame, so none is counted as tried."""


class TryLaterError(SmtpError):
    """This mail was not taken now; if the connection broke it may even have been."""


class RefusedError(SmtpError):
    """The server will never take this mail."""


class RecipientRefusedError(RefusedError):
    """The server will never take mail to this address."""


def _line(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]


class Connection:
    """Opens itself with the first mail, again after it broke, and closes at the end of the `with`."""

    def __init__(self, app: Flask, *, patience: float = PATIENCE) -> None:
        self.server = mail.init_mail(app.config)
        self.patience = patience
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if smtp.sock:
                smtp.sock.settimeout(1.0)  # all mail is delivered; a slow goodbye must not hold up the end
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        host, port = self.server.server, self.server.port or 25
        smtp: smtplib.SMTP | None = None
        try:
            if self.server.use_ssl:
                context = ssl.create_default_context()
                smtp = smtplib.SMTP_SSL(host, port, timeout=self.patience, context=context)
            else:
                smtp = smtplib.SMTP(host, port, timeout=self.patience)
            if self.server.use_tls:
                smtp.starttls(context=ssl.create_default_context())
            if self.server.username:
                smtp.login(self.server.username, self.server.password or "")
        except smtplib.SMTPResponseException as error:
            _hang_up(smtp)
            raise NoServerError(f"the mail server says {_line(error.smtp_code, error.smtp_error)}") from error
        except (OSError, smtplib.SMTPException) as error:
            _hang_up(smtp)
            raise NoServerError(f"no connection to the mail server: {type(error).__name__}: {error}"[:300]) from error
        self._smtp = smtp
        return smtp

    def deliver(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Returns when the server has taken the responsibility. Raises NoServerError, TryLaterError or RefusedError."""
        smtp = self._opened()
        try:
            smtp.sendmail(sender, [recipient], message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            refusal = _refusal(code, said)
            if isinstance(refusal, RefusedError):
                refusal = RecipientRefusedError(str(refusal))
            raise refusal from error
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code == 552:  # the server knows from SIZE= that this one is too large
                raise RefusedError(_line(error.smtp_code, error.smtp_error)) from error
            # Our own address or right to send: somebody has to mend the configuration, and then all of it goes.
            raise NoServerError(f"the sender was refused: {_line(error.smtp_code, error.smtp_error)}") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            _hang_up(smtp)
            raise TryLaterError(f"the connection broke: {type(error).__name__}") from error
        finally:
            if smtp.sock is None:  # after 421 or a break smtplib has closed it
                self._smtp = None


def _refusal(code: int, said: bytes | str) -> SmtpError:
    line = _line(code, said)
    return RefusedError(line) if 500 <= code < 600 else TryLaterError(line)


def _hang_up(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()
