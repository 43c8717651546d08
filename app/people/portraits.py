"""A portrait from whatever picture somebody sends: two squares, made anew, so that nothing else of the file is left.

Pillow is asked for three formats only, and for the size before it unpacks anything.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from app.core.errors import DomainError
from app.people.queries import LARGE, SMALL

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a telephone's camera makes 12 to 25 million
FORMATS = ("JPEG", "PNG", "WEBP")
UPPER_HALF = (0.5, 0.4)  # where faces are, when a tall picture is cut to a square
WHITE = (255, 255, 255)
# What Pillow raises at files that are cut short or made to hurt.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)

Image.MAX_IMAGE_PIXELS = None  # it only warns at first; `_opened` refuses with a sentence


@dataclass(frozen=True)
class Portrait:
    """JPEG files of LARGE and SMALL pixels on each side."""

    large: bytes
    small: bytes


def portrait_of(data: bytes) -> Portrait:
    """Raises DomainError with what is wrong, for the field `picture`."""
    if len(data) > MOST_BYTES:
        raise _refusal(too_large())
    try:
        with _opened(data) as image:
            square = _square(image)
    except BROKEN:
        raise _refusal(_("The picture is damaged. Open it, save it again and choose the new file.")) from None
    return Portrait(_as_jpeg(square, LARGE), _as_jpeg(square, SMALL))


def too_large() -> str:
    return _("The picture may be at most 5 MB. Make it smaller, or choose another.")


def _refusal(sentence: str) -> DomainError:
    return DomainError(sentence, field="picture")


def _opened(data: bytes) -> Image.Image:
    """What the content says it is; the name and the browser's word do not count (ASVS 5.2.2)."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise _refusal(_("Choose a picture of the kind JPEG, PNG or WebP.")) from None
    if image.width * image.height > MOST_PIXELS:
        raise _refusal(_("The picture has too many pixels. Make it smaller: 1000 on each side is plenty."))
    return image


def _square(image: Image.Image) -> Image.Image:
    """Upright, cut to a square, on white where it was transparent; a new picture that inherits no metadata."""
    image.draft("RGB", (2 * LARGE, 2 * LARGE))  # JPEG only: unpacks no more than is needed
    upright = ImageOps.exif_transpose(image)
    cut = ImageOps.fit(upright.convert("RGBA"), (LARGE, LARGE), centering=UPPER_HALF)
    square = Image.new("RGB", cut.size, WHITE)
    square.paste(cut, mask=cut)
    return square


def _as_jpeg(square: Image.Image, side: int) -> bytes:
    file = BytesIO()
    square.resize((side, side), Image.Resampling.LANCZOS).save(file, "JPEG", quality=85, optimize=True)
    return file.getvalue()
