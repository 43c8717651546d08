"""Pictures: what is taken, what is refused with which sentence, and what is left of the file that was sent."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.core.errors import DomainError
from app.extensions import db
from app.people.models import Audience, Picture
from app.people.portraits import portrait_of
from tests.people.conftest import picture_file

PAGE = "/account/profile"
NEW = f"{PAGE}/picture"


def send(browser, data, name="mig.jpg", kind="image/jpeg", status=302):
    browser.get(PAGE)
    token = browser.page.tree.css_first("[name=csrf_token]").attributes["value"]
    file = FileStorage(BytesIO(data), name, "picture", kind)
    boundary, body = encode_multipart({"csrf_token": token, "picture": file})  # the test client would leave files open
    answer = browser.raw("POST", NEW, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    page = browser._take(answer, NEW)
    assert page.status == status, page.html[-2000:]
    return page


def kept(world, who="member"):
    with world.app.app_context():
        row = db.session.get(Picture, world.cast[who])
        return row and (row.fingerprint, row.large, row.small)


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "I;16"), ("WEBP", "RGBA")]
)  # fmt: skip
def test_a_picture_becomes_two_squares(browser, world, kind, mode):
    colour = {"RGBA": (9, 99, 99, 255), "RGB": "teal", "CMYK": (200, 20, 20, 0)}.get(mode, 1)
    me = browser("member")
    send(me, picture_file(kind, mode=mode, colour=colour), name="x.exe", kind="text/html")
    _fingerprint, large, small = kept(world)
    for data, side in ((large, 512), (small, 96)):
        with Image.open(BytesIO(data)) as image:
            assert (image.format, image.size, image.mode) == ("JPEG", (side, side), "RGB")


def test_it_is_shown_with_its_own_address_and_kept_by_the_browser_only(browser, world):
    me = browser("member")
    send(me, picture_file())
    page = me.get(PAGE)
    assert "Dit billede er gemt." in page.text
    for reader in ("member", "colleague"):
        shown = browser(reader).get(f"/people/{world.cast['member']}").tree.css_first(".leaf-head img")
        assert shown.attributes["alt"] == "Billede af Mette Medlem"
        answer = browser(reader).raw("GET", shown.attributes["src"])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert browser("outsider").raw("GET", shown.attributes["src"]).status_code == 404
    assert browser("member").raw("GET", shown.attributes["src"].replace("/512", "/511")).status_code == 404
    assert browser("member").get("/people").tree.css(".people img")


def test_another_picture_has_another_address(browser, world):
    me = browser("member")
    send(me, picture_file())
    old = kept(world)[0]
    send(me, picture_file(colour="red"))
    assert kept(world)[0] != old
    assert me.raw("GET", f"/people/{world.cast['member']}/picture/{old}/96").status_code == 404


def test_it_can_be_removed_twice(browser, world):
    me = browser("member")
    send(me, picture_file())
    me.get(PAGE)
    page = me.submit("Fjern billedet")
    assert "Dit billede er fjernet." in page.text
    assert kept(world) is None
    me.post(f"{PAGE}/picture/removal")
    assert me.get(f"/people/{world.cast['member']}").tree.css_first(".leaf-head .mono").text() == "MM"


def with_everything():
    """A picture that tells where and by whom it was taken, lying on its side: red above, as it is to be seen."""
    image = Image.new("RGB", (400, 400), "blue")
    image.paste("red", (0, 0, 200, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter to the right
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[2] = (57.0, 3.0, 1.0)
    file = BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"SECRETCOMMENT", icc_profile=b"SECRETPROFILE" * 20)
    return file.getvalue()


def test_it_stands_upright_and_tells_nothing_more(browser, world):
    data = with_everything()
    assert data.count(b"SECRET") > 2
    send(browser("member"), data)
    for file in kept(world)[1:]:
        assert b"SECRET" not in file and b"Exif" not in file
        with Image.open(BytesIO(file)) as image:
            assert not image.getexif() and "comment" not in image.info and "icc_profile" not in image.info
            side = image.width
            above, below = image.getpixel((side // 2, 5)), image.getpixel((side // 2, side - 5))
    assert above[0] > 200 and below[2] > 200


def test_what_is_transparent_becomes_white(world):
    data = picture_file("PNG", mode="RGBA", colour=(0, 0, 0, 0))
    with Image.open(BytesIO(portrait_of(data).small)) as image:
        assert image.getpixel((48, 48)) == (255, 255, 255)


def png_of(width, height):
    """The head of a PNG that claims a size, with a body that would unpack to it: a bomb of a few kilobytes."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


WRONG_KIND = "Vælg et billede af typen JPEG, PNG eller WebP."
DAMAGED = "Billedet er beskadiget. Åbn det, gem det igen, og vælg den nye fil."
TOO_LARGE = "Billedet må højst fylde 5 MB. Gør det mindre, eller vælg et andet."
TOO_MANY = "Billedet har for mange pixels. Gør det mindre: 1000 på hver led er rigeligt."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Vælg et billede først."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", WRONG_KIND),
        (b"<html>", WRONG_KIND),
        (picture_file("GIF", mode="P", colour=1), WRONG_KIND),
        (picture_file("TIFF"), WRONG_KIND),
        (picture_file("BMP"), WRONG_KIND),
        (picture_file("JPEG")[:700], DAMAGED),
        (picture_file("PNG", size=(300, 300))[:120], DAMAGED),
        (picture_file("WEBP")[:60], DAMAGED),
        (picture_file("JPEG") + b"\0" * 5_300_000, TOO_LARGE),
        (png_of(30_000, 30_000), TOO_MANY),
        (png_of(2**31 - 1, 2**31 - 1), TOO_MANY),
        (png_of(6000, 6000), DAMAGED),
        (picture_file("WEBP", size=(16_000, 4000)), TOO_MANY),
    ],
    ids=range(14),
)
def test_what_cannot_be_taken_is_explained_at_the_field(browser, world, data, sentence):
    me = browser("member")
    page = send(me, data, name="mig.jpg" if data else "", status=200)
    assert page.errors == [sentence]
    assert kept(world) is None
    assert me.get(NEW, status=302)


def test_more_than_the_server_reads_is_explained_at_the_field_too(browser, world):
    me = browser("member")
    page = send(me, b"\0" * 27_000_000, status=413)
    assert page.errors == [TOO_LARGE]
    assert kept(world) is None


def test_only_this_address_takes_so_much(app, browser):
    me = browser("member")
    me.get(PAGE)
    token = me.page.tree.css_first("[name=csrf_token]").attributes["value"]
    answer = me.raw("POST", PAGE, data={"csrf_token": token, "about": "x" * 2_000_000})
    assert answer.status_code == 413
    assert "for meget på én gang" in answer.get_data(as_text=True).lower()
    assert browser(None).raw("POST", NEW, data={"a": "x" * 27_000_000}).status_code == 413


def test_a_bad_picture_leaves_the_good_one(browser, world):
    me = browser("member")
    send(me, picture_file())
    before = kept(world)
    send(me, b"no picture", status=200)
    assert kept(world) == before


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=8),
    st.integers(0, 3000),
)
def test_whatever_is_sent_is_taken_or_refused(kind, changes, cut):
    data = bytearray(picture_file(kind, size=(60, 40)))
    for place, value in changes:
        data[place % len(data)] = value
    sent = bytes(data[: max(1, len(data) - cut % len(data))] if cut > 1500 else data)
    with suppress(DomainError):
        made = portrait_of(sent)
        assert made.large[:3] == made.small[:3] == b"\xff\xd8\xff"


def test_a_picture_for_coordinators_is_initials_for_others(browser, world, profile):
    profile("member", file=picture_file(size=(20, 20)), picture=Audience.COORDINATORS)
    address = f"/people/{world.cast['member']}"
    assert browser("coordinator").get(address).tree.css(".leaf-head img")
    assert not browser("colleague").get(address).tree.css(".leaf-head img")
    assert browser("colleague").raw("GET", f"{address}/picture/abc/512").status_code == 404
