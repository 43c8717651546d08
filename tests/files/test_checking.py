"""Only what a file says it is, and nothing that harms, is kept."""

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.files.checking import check
from app.files.models import FileKind
from app.files.names import cleaned
from tests.files import samples

GOOD = {
    "dagsorden.pdf": samples.PDF,
    "brev.docx": samples.office("docx"),
    "tal.xlsx": samples.office("xlsx"),
    "oplæg.pptx": samples.office("pptx"),
    "brev.odt": samples.open_document("text"),
    "tal.ods": samples.open_document("spreadsheet"),
    "oplæg.odp": samples.open_document("presentation"),
    "kort.png": samples.picture("PNG"),
    "kort.jpg": samples.picture("JPEG"),
    "kort.webp": samples.picture("WEBP"),
    "noter.txt": "Vi ringer først. Æblegrød".encode(),
    "noter.md": b"# Vi ringer",
    "liste.csv": "Navn;By\nÅse;Læsø".encode("latin-1"),
    "møde.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_people_work_with_is_taken_as_it_is(app, name):
    with app.app_context():
        checked = check(GOOD[name], name)
    assert checked.name == name
    assert checked.kind.value == name.rpartition(".")[2]
    assert checked.sha256 == hashlib.sha256(GOOD[name]).hexdigest()


OTHER = "indeholder noget andet"
HOSTILE = {
    "an empty file": ("tom.pdf", b"", "Filen er tom"),
    "more than ten megabytes": ("stor.txt", b"a" * 10_000_001, "højst fylde 10 MB"),
    "no ending": ("README", b"hej", "Vi tager ikke imod filer af den slags"),
    "a program": ("spil.exe", b"MZ", "Vi tager ikke imod filer af den slags"),
    "a page": ("side.html", b"<html><script>alert(1)</script>", "Vi tager ikke imod filer af den slags"),
    "a drawing that can hold scripts": ("logo.svg", b"<svg onload='alert(1)'/>", "Vi tager ikke imod filer af den slags"),
    "an archive": ("alt.zip", samples.packed({"a": b"b"}), "Vi tager ikke imod filer af den slags"),
    "a program called PDF": ("faktura.pdf", b"MZ\x90\x00", OTHER),
    "a page called PDF": ("faktura.pdf", b"<html>%PDF-1.7</html>%%EOF", OTHER),
    "half a PDF": ("halv.pdf", samples.PDF[:20], "Filen er beskadiget"),
    "PDF and archive in one": ("to.pdf", samples.PDF + samples.packed({"a.js": b"b"}), OTHER),
    "picture and archive in one": ("to.png", samples.picture() + samples.packed({"a.jar": b"b"}), OTHER),
    "a page called text": ("noter.txt", b"\xef\xbb\xbf  <!DOCTYPE html><script>", OTHER),
    "a drawing called text": ("noter.md", b"<svg xmlns='x'>", OTHER),
    "a program called text": ("noter.txt", b"MZ\x90\x00\x03\x00", OTHER),
    "text called picture": ("kort.png", b"hej", OTHER),
    "a PNG called JPEG": ("kort.jpg", samples.picture("PNG"), OTHER),
    "half a picture": ("kort.jpeg", samples.picture("JPEG", (400, 400))[:400], "Filen er beskadiget"),
    "a picture that would fill the memory": ("kort.png", samples.png_that_says_it_is_huge(), "for mange pixels"),
    "an archive called Word": ("brev.docx", samples.packed({"a.txt": b"b"}), OTHER),
    "Excel called Word": ("brev.docx", samples.office("xlsx"), OTHER),
    "a bomb": ("brev.docx", samples.bomb(), "pakket så tæt"),
    "a thousand thousand parts": ("brev.docx", samples.office(**{f"word/{n}.xml": b"" for n in range(3001)}), "pakket så tæt"),
    "macros": ("brev.docx", samples.office(**{"word/vbaProject.bin": b"x"}), "makroer"),
    "macros by name": ("brev.docm", samples.office(), "makroer"),
    "macros in the table": ("brev.docx", samples.office(main="ms-word.document.macroEnabled.main+xml"), "makroer"),
    "old macros": ("tal.xlsx", samples.office("xlsx", **{"xl/macrosheets/sheet1.xml": b"x"}), "makroer"),
    "basic macros": ("brev.odt", samples.open_document(**{"Basic/Standard/Module1.xml": b"x"}), "makroer"),
    "a way out of the folder": ("brev.docx", samples.office(**{"../../etc/passwd": b"x"}), "beskadiget"),
    "a password": ("brev.docx", samples.locked(), "adgangskode"),
    "a password as Office sets it": ("brev.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "adgangskode"),
    "old Word": ("brev.doc", b"\xd0\xcf\x11\xe0", "gammelt Office-format"),
    "text called OpenDocument": ("brev.odt", samples.open_document("spreadsheet"), OTHER),
    "half an archive": ("brev.docx", samples.office()[:60], "beskadiget"),
    "text called calendar": ("møde.ics", b"hej", OTHER),
    "a program written backwards": ("faktura\u202efdp.exe", samples.PDF, "Vi tager ikke imod filer af den slags"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_what_it_says_or_harms_is_refused_with_a_sentence(app, what):
    name, content, sentence = HOSTILE[what]
    with app.app_context(), pytest.raises(DomainError) as refused:
        check(content, name)
    assert sentence in refused.value.sentence
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\Karen\\Brev.DOCX", ("Brev", "docx")),
        ("../../etc/passwd.txt", ("passwd", "txt")),
        ("Blåbærgrød & æbler.jpeg", ("Blåbærgrød & æbler", "jpg")),
        ('a<b>:"|?*.txt', ("a-b", "txt")),
        ("nul\0byte\r\nSet-Cookie: a.pdf", ("nul byte Set-Cookie- a", "pdf")),
        ("faktura\u202efdp.exe", ("faktura fdp", "exe")),
        ("\u202e.pdf", ("", "pdf")),
        ("a" * 300 + ".pdf", ("a" * 120, "pdf")),
        (".htaccess", ("", "htaccess")),
    ],
)
def test_a_name_is_cleaned_and_stays_readable(sent, kept):
    assert cleaned(sent) == kept


def test_a_file_without_a_name_gets_one(app):
    with app.test_request_context():
        assert check(samples.PDF, "\u202e.pdf").name == "fil.pdf"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=40), st.sampled_from([kind.value for kind in FileKind]))
def test_whatever_is_sent_is_kept_or_refused_and_never_breaks(built, content, name, ending):
    app, _empty = built
    with app.app_context(), suppress(DomainError):
        checked = check(content, f"{name}.{ending}")
        assert checked.name.isprintable() and "/" not in checked.name and len(checked.name) <= 130


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_good_file_with_bytes_turned_round_never_breaks_the_check(built, name, data):
    app, _empty = built
    content = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with app.app_context(), suppress(DomainError):
        check(bytes(content), name)
