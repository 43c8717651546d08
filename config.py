"""Everything that can be set from outside, read once and checked by name before anything starts."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from limits import parse_many

ROOT = Path(__file__).resolve().parent


class ConfigurationError(Exception):
    """A setting that cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """Reads named values from the environment, or from a `.env` file beside this one, the environment first."""

    values: dict[str, str]

    @classmethod
    def from_environment(cls) -> "Settings":
        in_file = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value is not None}
        return cls({**in_file, **os.environ})

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def number(self, name: str, default: int, *, least: int = 0, most: int = 65535) -> int:
        given = self.text(name, str(default))
        if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
            raise ConfigurationError(f"{name} must be a whole number from {least} to {most}, not {given!r}.")
        return int(given)

    def switch(self, name: str, *, default: bool = False) -> bool:
        given = self.text(name, "1" if default else "0").lower()
        if given not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
            raise ConfigurationError(f"{name} must be 1 or 0, not {given!r}.")
        return given in {"1", "true", "yes", "on"}

    def limit(self, name: str, default: str) -> str:
        """How often something may be tried, as Flask-Limiter writes it: "10 per 5 minutes", several parted by ";"."""
        given = self.text(name, default)
        try:
            parse_many(given)
        except ValueError:
            raise ConfigurationError(f"{name} must be like '10 per 5 minutes', not {given!r}.") from None
        return given


def _secret_key(settings: Settings, data_dir: Path) -> str:
    """The given key, or one made once into the data folder, readable by its owner only (ASVS 13.3.1)."""
    given = settings.text("SECRET_KEY")
    if given:
        if len(given) < 32 or given.lower().startswith("changeme"):
            raise ConfigurationError("SECRET_KEY must be at least 32 characters that nobody can guess.")
        return given
    path = data_dir / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def _database_url(settings: Settings, data_dir: Path) -> str:
    given = settings.text("DATABASE_URL", f"sqlite:///{data_dir / 'erfa.sqlite3'}")
    scheme = given.split(":", 1)[0]
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return "postgresql+psycopg:" + given.split(":", 1)[1]
    if scheme == "sqlite" and given.startswith("sqlite:///"):
        return given
    raise ConfigurationError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _base_url(settings: Settings) -> str:
    given = settings.text("BASE_URL", f"http://localhost:{settings.number('PORT', 5000, least=1)}").rstrip("/")
    try:
        parts = urlsplit(given)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ConfigurationError("BASE_URL must be like https://erfa.example.dk, without a path.")
    return given


def _web_address(settings: Settings, name: str) -> str:
    given = settings.text(name)
    if given and not given.startswith(("https://", "http://")):
        raise ConfigurationError(f"{name} must begin with https://.")
    return given


def _mail(settings: Settings) -> dict[str, Any]:
    tls, ssl = settings.switch("MAIL_USE_TLS"), settings.switch("MAIL_USE_SSL")
    if tls and ssl:
        raise ConfigurationError("MAIL_USE_TLS and MAIL_USE_SSL exclude each other; set one of them to 0.")
    host = urlsplit(_base_url(settings)).hostname
    sender = settings.text("MAIL_DEFAULT_SENDER", f"noreply@{host}")
    if sender.count("@") != 1 or any(letter.isspace() or ord(letter) < 32 for letter in sender.strip()):
        raise ConfigurationError("MAIL_DEFAULT_SENDER must be one bare mail address, like noreply@erfa.example.dk.")
    return {
        "MAIL_SERVER": settings.text("MAIL_SERVER"),
        "MAIL_PORT": settings.number("MAIL_PORT", 465 if ssl else 587 if tls else 25, least=1),
        "MAIL_USE_TLS": tls,
        "MAIL_USE_SSL": ssl,
        "MAIL_USERNAME": settings.text("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": settings.text("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": sender,
        "MAIL_REPLY_HOST": _reply_host(settings),
        "MAIL_IN_MB": settings.number("MAIL_IN_MB", 25, least=1, most=100),  # one mail that comes in, as it comes
        "MAIL_IN_LIMIT": settings.limit("MAIL_IN_LIMIT", "50 per minute;600 per hour"),  # mails taken in, per sender
        "MAIL_AUTHSERV_ID": settings.text("MAIL_AUTHSERV_ID").lower(),
        "MAIL_IN_SECRET": _mail_in_secret(settings),
        **_imap(settings),
    }


def _mail_in_secret(settings: Settings) -> str:
    """What whoever brings mail by the web proves to know; "" and nobody may."""
    given = settings.text("MAIL_IN_SECRET")
    if given and len(given) < 32:
        raise ConfigurationError("MAIL_IN_SECRET must be at least 32 characters that nobody can guess.")
    return given


def _imap(settings: Settings) -> dict[str, Any]:
    """The mailbox that `flask mail poll` empties."""
    tls = settings.text("IMAP_TLS", "ssl").lower()
    if tls not in {"ssl", "starttls", "none"}:
        raise ConfigurationError("IMAP_TLS must be ssl, starttls or none.")
    host = settings.text("IMAP_HOST")
    if tls == "none" and host not in {"", "localhost", "127.0.0.1", "::1"}:
        raise ConfigurationError("IMAP_TLS may be none only where IMAP_HOST is this machine.")
    return {
        "IMAP_HOST": host,
        "IMAP_PORT": settings.number("IMAP_PORT", 993 if tls == "ssl" else 143, least=1),
        "IMAP_TLS": tls,
        "IMAP_USER": settings.text("IMAP_USER"),
        "IMAP_PASSWORD": settings.text("IMAP_PASSWORD"),
        "IMAP_FOLDER": settings.text("IMAP_FOLDER", "INBOX"),
        "IMAP_DONE_FOLDER": settings.text("IMAP_DONE_FOLDER", "Behandlet"),
        "IMAP_FAILED_FOLDER": settings.text("IMAP_FAILED_FOLDER", "Fejl"),
    }


def _reply_host(settings: Settings) -> str:
    """The host whose mail comes back to us, all of it; "" when none does."""
    given = settings.text("MAIL_REPLY_HOST").lower()
    if given and not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?", given):
        raise ConfigurationError("MAIL_REPLY_HOST must be a bare host name, like svar.erfa.example.dk.")
    return given


def _employer(settings: Settings) -> dict[str, Any]:
    """Sign-in with the employer's account (OpenID Connect): all three settings, or none."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    given = {name: settings.text(name) for name in names}
    missing = [name for name in names if not given[name]]
    if missing and len(missing) < len(names):
        raise ConfigurationError(
            f"{missing[0]} is missing; OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together."
        )
    parts = urlsplit(given["OIDC_ISSUER"])
    is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}  # for trying it out
    if not missing and not (parts.hostname and (parts.scheme == "https" or is_here)):
        raise ConfigurationError("OIDC_ISSUER must begin with https://, as the provider writes it itself.")
    return {
        **given,
        "OIDC_NAME": settings.text("OIDC_NAME", parts.hostname or ""),
        "OIDC_TRUSTS_EMAIL": settings.switch("OIDC_TRUSTS_EMAIL"),
    }


def load(settings: Settings | None = None) -> dict[str, Any]:
    """The whole configuration as Flask wants it. Raises ConfigurationError naming the first setting that is wrong."""
    settings = settings or Settings.from_environment()
    data_dir = Path(settings.text("DATA_DIR", str(ROOT / "instance"))).expanduser().resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(f"DATA_DIR cannot be made: {error.strerror}.") from error
    base_url = _base_url(settings)
    is_https = base_url.startswith("https://")
    return {
        "BASE_URL": base_url,
        "DATA_DIR": data_dir,
        "DEMO": settings.switch("DEMO"),
        "HOST": settings.text("HOST", "127.0.0.1"),
        "PORT": settings.number("PORT", 5000, least=1),
        "CONTACT_EMAIL": settings.text("CONTACT_EMAIL"),
        "WAS_URL": _web_address(settings, "WAS_URL"),
        "TELL_AFTER_MINUTES": settings.number(
            "TELL_AFTER_MINUTES", 5, most=600
        ),  # a changed meeting's mail waits so long
        "TELL_WITHIN_MINUTES": settings.number(
            "TELL_WITHIN_MINUTES", 15, most=1440
        ),  # and at most so long, if it goes on
        "WEB_CONCURRENCY": settings.number("WEB_CONCURRENCY", 2, least=1, most=64),
        "PROXIES": settings.number("PROXIES", 0, most=3),
        "SECRET_KEY": _secret_key(settings, data_dir),
        "SQLALCHEMY_DATABASE_URI": _database_url(settings, data_dir),
        "SESSION_COOKIE_NAME": "__Host-erfa" if is_https else "erfa",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 30 * 24 * 3600,
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_ATTACHMENT_MB": settings.number("MAX_ATTACHMENT_MB", 10, least=1, most=50),  # one file
        "PROJECT_NAME": settings.text("PROJECT_NAME"),  # on sign-in sheets, unless the network says otherwise
        "PROJECT_NUMBER": settings.text("PROJECT_NUMBER"),
        "PROJECT_FUNDER": settings.text("PROJECT_FUNDER"),
        "NETWORK_FILES_MB": settings.number("NETWORK_FILES_MB", 1000, least=10, most=100_000),  # all files of a network
        "WTF_CSRF_SSL_STRICT": False,  # it wants the Referer that we ask browsers not to send
        "WTF_CSRF_TIME_LIMIT": None,  # lives as long as the session it belongs to
        "BABEL_DEFAULT_LOCALE": "da",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Copenhagen",
        "RATELIMIT_STORAGE_URI": "erfa-database://",
        "RATELIMIT_HEADERS_ENABLED": False,  # core.limits says Retry-After itself, by our clock
        "LOGIN_LIMIT": settings.limit("LOGIN_LIMIT", "10 per 5 minutes"),  # failed passwords, per account and per IP
        "CODE_LIMIT": settings.limit("CODE_LIMIT", "5 per 15 minutes"),  # codes asked for, per account
        "CODE_IP_LIMIT": settings.limit("CODE_IP_LIMIT", "20 per 15 minutes"),  # codes asked for, per IP
        "CODE_TRY_LIMIT": settings.limit(
            "CODE_TRY_LIMIT", "10 per 5 minutes;50 per day"
        ),  # wrong codes, as LOGIN_LIMIT
        "FACTOR_LIMIT": settings.limit(
            "FACTOR_LIMIT", "5 per 5 minutes;20 per hour"
        ),  # wrong second steps, per account
        "ADDRESS_LIMIT": settings.limit(
            "ADDRESS_LIMIT", "5 per hour;10 per day"
        ),  # new addresses asked for, per account
        "STRENGTH_LIMIT": settings.limit(
            "STRENGTH_LIMIT", "120 per 5 minutes"
        ),  # passwords weighed while being written
        **_mail(settings),
        **_employer(settings),
    }
