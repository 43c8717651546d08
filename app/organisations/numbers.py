"""What a CVR number and a web address may look like, and the one way each is written down."""

from urllib.parse import urlsplit

from stdnum.dk import cvr
from stdnum.exceptions import ValidationError


class NotACvrNumberError(ValueError):
    """What was typed is no CVR number: eight digits of which the last ones prove the first (modulus 11)."""


class NotAWebAddressError(ValueError):
    """What was typed leads to no web page."""


def read_cvr(typed: str) -> str:
    """The eight digits, however they were spaced and whether or not DK stood before them."""
    if not typed.isascii():  # stdnum takes the digits of every alphabet
        raise NotACvrNumberError(typed)
    try:
        return str(cvr.validate(typed))
    except ValidationError as error:
        raise NotACvrNumberError(typed) from error


def read_web_address(typed: str) -> str:
    """The address with its https:// (added where nothing stood); only http and https can be clicked without danger."""
    address = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError as error:
        raise NotAWebAddressError(typed) from error
    is_plain = address.isprintable() and not any(letter.isspace() or letter in "<>\"'\\`" for letter in address)
    if parts.scheme not in {"http", "https"} or "." not in host.strip(".") or parts.username or not is_plain:
        raise NotAWebAddressError(typed)
    return address
