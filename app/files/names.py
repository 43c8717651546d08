"""A file's name as it may be kept, shown and given out, whatever was sent."""

import unicodedata
from typing import Final

LONGEST: Final = 120
_NOT_IN_NAMES: Final = str.maketrans('<>:"|?*', "-------")
_ALSO_CALLED: Final = {"jpeg": "jpg", "jpe": "jpg", "markdown": "md", "text": "txt", "log": "txt"}


def cleaned(sent: str) -> tuple[str, str]:
    """The name without its ending, and the ending in small letters.

    Folders, control characters and marks that turn the direction of writing are left out: "gpj.exe" written backwards is
    still an exe.
    """
    base = unicodedata.normalize("NFC", sent).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(letter if letter.isprintable() else " " for letter in base).translate(_NOT_IN_NAMES)
    name = " ".join(seen.split()).rstrip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    ending = ending.strip().lower()
    stem = stem.strip(" .-")[:LONGEST].strip(" .-")
    return stem, _ALSO_CALLED.get(ending, ending)


def shortened(sent: str) -> str:
    """A name as it may be repeated to whoever sent it."""
    seen = " ".join("".join(letter if letter.isprintable() else " " for letter in sent).split())
    return seen if len(seen) <= 80 else f"{seen[:60]}…{seen[-15:]}"
