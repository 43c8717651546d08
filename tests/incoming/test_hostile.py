"""Hostile and odd mails: none breaks anything, none gets in unseen, each leaves a trace, and none takes long."""

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.errors import DomainError
from app.extensions import db
from app.files.checking import check
from app.incoming.models import Fate, IncomingMail
from app.incoming.reading import LONGEST_HEADERS, MOST_CALENDARS, MOST_PARTS, read_mail
from tests.running import allowed


def mail(body: bytes, *headers: str, content_type: str = "text/plain; charset=utf-8") -> bytes:
    lines = [
        "From: Mette <%s>",
        "Subject: Re: Sagen",
        "Message-ID: <1@x.test>",
        f"Content-Type: {content_type}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def nested(depth: int) -> bytes:
    start = b"".join(
        b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1) for n in range(depth)
    )
    return mail(start + b"--b%d\r\n\r\ndybt\r\n" % depth, content_type='multipart/mixed; boundary="b0"')


def attachments(count: int) -> bytes:
    part = b'--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="a%d.txt"\r\n\r\nHej\r\n'
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nSe bilag.\r\n" + b"".join(part % number for number in range(count))
    return mail(body + b"--b--\r\n", content_type="multipart/mixed; boundary=b")


CALENDAR = b"--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nX-N:%d\r\nEND:VCALENDAR\r\n"

ODD = {
    "no headers at all": b"hej",
    "nothing": b"",
    "only NULs": b"\0" * 5000,
    "NULs inside": mail(b"Det \0har\0 vi.", "X-A: \0b"),
    "no charset": mail("Blåbærgrød".encode("latin-1"), content_type="text/plain"),
    "a charset nobody has": mail("Blåbærgrød".encode(), content_type="text/plain; charset=x-marsian"),
    "a charset that is a bomb": mail(b"x", content_type="text/plain; charset=zlib"),
    "the wrong charset": mail("Blåbærgrød".encode(), content_type="text/plain; charset=us-ascii"),
    "utf-16 that is not": mail(b"abc", content_type="text/plain; charset=utf-16"),
    "broken base64": mail(b"!!!=\xff===", "Content-Transfer-Encoding: base64"),
    "broken quoted-printable": mail(b"=\r\n=ZZ=", "Content-Transfer-Encoding: quoted-printable"),
    "an encoding nobody has": mail(b"x", "Content-Transfer-Encoding: x-uuencode"),
    "uuencode": mail(b"begin 644 a\r\n!!!\r\n", "Content-Transfer-Encoding: uuencode"),
    "a multipart without a boundary": mail(b"--\r\n", content_type="multipart/mixed"),
    "a multipart that never begins": mail(b"x", content_type="multipart/mixed; boundary=b"),
    "a multipart of itself": mail(b"--b\r\n" * 500, content_type="multipart/alternative; boundary=b"),
    "1,000 multiparts within each other": nested(1000),
    "50 multiparts within each other": nested(50),
    "20 multiparts and millions of lines": nested(20) + b"--x\r\n" * 1_000_000,
    "nothing but lines": mail(b"\r\n" * 5_000_000),
    "100 attachments": attachments(100),
    "10,000 attachments": attachments(10_000),
    "1,000 recipients": mail(b"Hej.", "To: " + ", ".join(f"a{n}@b.test" for n in range(1000))),
    "1,000 recipients of a group": mail(b"Hej.", "To: " + "alle: " * 500 + "a@b.test" + ";" * 500),
    "a huge header": mail(b"Hej.", "X-A: " + "a" * 2 * LONGEST_HEADERS),
    "many headers": mail(b"Hej.", *[f"X-{n}: {n}" for n in range(60_000)]),
    "a header without end": b"From: " + b"a" * 1_000_000,
    "a subject of encoded words": mail(b"Hej.", "Subject: " + "=?utf-8?q?=C3=A6?= " * 5000),
    "broken encoded words": mail(b"Hej.", "Subject: =?utf-8?b?////=?= =?x?q?=ff?="),
    "bare bytes in headers": mail(b"Hej.").replace(b"Sagen", "Sagen æøå".encode("latin-1")),
    "brackets and quotes": mail(b"Hej.", "Cc: " + "(" * 5000 + '"' * 4999),
    "parameters without end": mail(b"Hej.", content_type="text/plain; " + "a*0*=x; " * 3000),
    "a date of never": mail(b"Hej.", "Date: 99 Foo 99999 99:99:99 +9999999"),
    "a mail in a mail in a mail": mail(b"Content-Type: message/rfc822\r\n\r\n" * 300, content_type="message/rfc822"),
    "a delivery report of nonsense": mail(b"--b\r\nContent-Type: message/delivery-status\r\n\r\n:::\r\n\r\n\r\n",
                                          content_type="multipart/report; report-type=delivery-status; boundary=b"),
    "calendars without number": mail(b"".join(CALENDAR % n for n in range(100)) + b"--b--\r\n", content_type="multipart/mixed; boundary=b"),
    "a calendar without end": mail(b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 200_000, content_type="text/calendar"),
    "one line of a megabyte": mail(b"a" * 1_000_000),
    "a megabyte of quotes": mail(b"> " * 500_000),
    "html without end": mail(b"<div>" * 100_000, content_type="text/html"),
    "html of bare marks": mail(b"<" * 300_000, content_type="text/html"),
    "controls and directions": mail("\x1b[31m\u202ehej\u2066 \x07".encode()),
    "line ends of all kinds": mail(b"a\rb\nc\r\nd\x0b\x0c\x85"),
    "half a character": mail(b"\xed\xa0\x80 \xf0\x9f"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_breaks_nothing_and_leaves_a_trace(app, post, room, name):
    raw = ODD[name].replace(b"<%s>", b"<" + post.email("member").encode() + b">")
    started = time.perf_counter()
    verdict = post.bring(raw)
    assert time.perf_counter() - started < allowed(4)
    assert verdict.fate is not Fate.FAILED, verdict.reason
    with app.app_context():
        (row,) = db.session.scalars(select(IncomingMail))
        assert row.fate is verdict.fate
    for got in room.came:
        assert "\0" not in got.text + got.subject + got.from_name
        assert got.text.encode() is not None  # no half characters: a database could not keep them


@pytest.mark.parametrize("name", ["no charset", "a charset nobody has", "the wrong charset"])
def test_letters_are_found_whatever_the_mail_says_of_them(name):
    assert read_mail(ODD[name]).text == "Blåbærgrød"


def test_ten_megabytes_are_taken_and_more_than_may_be_is_refused_with_a_word(app, post, room, outbox, monkeypatch):
    whom = post.email("member").encode()
    large = mail(b"a" * 99 + b"\r\n").replace(b"%s", whom) + (b"b" * 76 + b"\r\n") * 130_000
    assert len(large) > 10_000_000
    started = time.perf_counter()
    assert post.bring(large).fate is Fate.TAKEN
    assert time.perf_counter() - started < allowed(10)
    monkeypatch.setitem(app.config, "MAIL_IN_MB", 5)
    assert post.bring(large.replace(b"<1@", b"<2@")).fate is Fate.REFUSED
    assert "for stor. Den må højst fylde 5 MB" in outbox()[0].text
    with app.app_context():
        kept = db.session.scalars(select(IncomingMail).order_by(IncomingMail.id)).all()[1]
        assert len(kept.raw) < 40_000


def test_a_header_cannot_begin_another(post, room, outbox):
    raw = (
        mail(b"Hej.", "Subject: =?utf-8?q?Hej=0D=0ABcc:_alle=40x.test?=")
        .replace(b"Subject: Re: Sagen\r\n", b"")
        .replace(b"Mette <%s>", b"=?utf-8?q?Mette=0ABcc:_a=40b.test?= <" + post.email("member").encode() + b">")
    )
    room.refuse("Sagen er lukket.")
    assert post.bring(raw).fate is Fate.REFUSED
    assert room.came[0].subject == "Hej Bcc: alle@x.test" and "\n" not in room.came[0].from_name
    (told,) = outbox()
    assert told.message["Bcc"] is None and told.message["Cc"] is None


def test_a_number_that_is_no_header_is_not_answered_by_it(post, room, outbox):
    room.refuse("Sagen er lukket.")
    raw = post.mail().replace(b"<1@mail.test>", b"<1@x.test>, <a> \x01 " + b"b" * 2000)
    post.bring(raw)
    (told,) = outbox()
    assert told.message["In-Reply-To"] is None and told.message["Auto-Submitted"] == "auto-replied"


def test_files_come_along_and_nobody_has_unpacked_them(post, room):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", b"0" * 50_000_000)
    part = b'--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename="a.docx"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    import base64

    raw = mail(
        b"--b\r\n\r\nSe.\r\n" + part + base64.encodebytes(packed.getvalue()) + b"--b--\r\n",
        content_type="multipart/mixed; boundary=b",
    )
    seen = []

    def look(got, _numbers):
        for file in got.files:
            try:
                check(file.content, file.name)
            except DomainError as no:
                seen.append(no.sentence)
                raise
        return "kept"

    room.answer = look
    verdict = post.bring(raw.replace(b"%s", post.email("member").encode()))
    assert verdict.fate is Fate.REFUSED and "pakket så tæt" in seen[0]


def test_file_names_are_decoded_and_hold_no_tricks():
    part = b"--b\r\nContent-Type: text/plain; name=\"=?utf-8?q?R=C3=A5d.txt?=\"\r\nContent-Disposition: attachment;\r\n filename*=utf-8''R%C3%A5d%0D%0A..%2F.txt\r\n\r\nHej\r\n--b--\r\n"
    (file,) = read_mail(mail(part, content_type="multipart/mixed; boundary=b")).files
    assert file.name == "Råd ../.txt" and "\n" not in file.name


def test_bounds_hold():
    assert read_mail(ODD["10,000 attachments"]).trouble == "too many parts"
    assert len(read_mail(ODD["100 attachments"]).files) == 100 <= MOST_PARTS
    assert len(read_mail(ODD["calendars without number"]).calendars) == MOST_CALENDARS
    assert read_mail(ODD["1,000 multiparts within each other"]).trouble


HEADERS = st.sampled_from(
    [b"From", b"Subject", b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"To", b"Sender"]
)
VALUES = st.one_of(st.binary(max_size=60), st.sampled_from([b"multipart/mixed; boundary=b", b"text/html", b"base64", b"message/rfc822",
    b"quoted-printable", b"attachment; filename*=utf-8''a", b"text/plain; charset=utf-7", b"<a@b>", b"=?utf-8?b?w6Y=?="]))  # fmt: skip
BODIES = st.lists(
    st.one_of(
        st.binary(max_size=60), st.sampled_from([b"--b", b"--b--", b"", b"Content-Type: text/html", b"> x", b"-- "])
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(HEADERS, VALUES), max_size=8), BODIES)
def test_whatever_the_bytes_something_is_read(headers, lines):
    raw = b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + b"\r\n".join(lines)
    read = read_mail(raw)
    for words in (read.text, read.subject, read.message_id, read.html):
        assert "\0" not in words
        words.encode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_bytes_that_are_no_mail(raw):
    read_mail(raw).text.encode()
