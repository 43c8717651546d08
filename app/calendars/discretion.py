"""Keeps the secrets in feed addresses out of every log, whoever writes it."""

import logging
import re

_SECRET = re.compile(r"(feeds/)[^\s\"'/?]+\.ics", re.IGNORECASE)


class DiscreetRecord(logging.LogRecord):
    """Says `/feeds/….ics` wherever a line has an address with its token.

    A record, not a filter: filters stand on single loggers or handlers, and gunicorn's access log, werkzeug's
    development server and Flask's report of an exception each print the path through one of their own.
    """

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        return _SECRET.sub(r"\1….ics", super().getMessage())


def keep_secrets() -> None:
    logging.setLogRecordFactory(DiscreetRecord)
