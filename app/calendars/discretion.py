"""Keeps the secrets in addresses out of every log, whoever writes it: of feeds, and of the links that mails lead by."""

import logging
import re

_SECRETS = (
    (re.compile(r"(feeds/)[^\s\"'/?]+\.ics", re.IGNORECASE), r"\1….ics"),
    (re.compile(r"(/meetings/answers/|/unsubscribe/|/invitations/(?=[^/\s]*-))[^\s\"'/?]+", re.IGNORECASE), r"\1…"),
)


class DiscreetRecord(logging.LogRecord):
    """Says `/feeds/….ics` wherever a line has an address with its token, and `/unsubscribe/…` and the like.

    A record, not a filter: filters stand on single loggers or handlers, and gunicorn's access log, werkzeug's
    development server and Flask's report of an exception each print the path through one of their own.
    """

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        line = super().getMessage()
        for secret, told in _SECRETS:
            line = secret.sub(told, line)
        return line


def keep_secrets() -> None:
    logging.setLogRecordFactory(DiscreetRecord)
