"""Files that a browser saves, under a name that every browser understands (RFC 6266, RFC 8187)."""

import unicodedata
from urllib.parse import quote

from flask import Response

_SPELLED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
_MAY_STAND = "!#$&+-.^_`|~"  # attr-char of RFC 8187


def attached(body: str | bytes, *, name: str, content_type: str) -> Response:
    """The name is given twice: spelled with the letters of ASCII, and as it is."""
    letters = unicodedata.normalize("NFKD", name.translate(_SPELLED)).encode("ascii", "ignore").decode()
    plain = "".join(letter for letter in letters if letter.isprintable() and letter not in '"\\/')
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_MAY_STAND)}"
    )
    return response
