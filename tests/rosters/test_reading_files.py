"""Lists as Excel and others write them, and those that mean harm: each is read rightly or refused in a sentence."""

import re
import tracemalloc
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rosters.files import MOST_ROWS, UnreadableFileError, read_rows
from tests.rosters.files import BO, HEADERS, LONE, as_csv, as_xlsx, repacked

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def in_danish(app):
    with app.test_request_context():
        yield


def cells(content):
    return [row.cells for row in read_rows(content)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_danish_letters_come_through_in_every_encoding_excel_writes(encoding):
    assert cells(as_csv(HEADERS, BO, encoding=encoding)) == [HEADERS, BO]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_seen(delimiter):
    assert cells(as_csv(HEADERS, LONE, delimiter=delimiter)) == [HEADERS, LONE]


def test_excels_own_line_about_the_delimiter_is_believed_and_counted():
    rows = read_rows(b"sep=|\r\n" + as_csv(HEADERS, LONE, delimiter="|"))
    assert [row.cells for row in rows] == [HEADERS, LONE]
    assert [row.line for row in rows] == [2, 3]


def test_a_delimiter_within_quotes_parts_nothing():
    assert cells(b'"Navn, fulde";Mail\r\n"Lund, Lone";l@x.dk\r\n') == [
        ["Navn, fulde", "Mail"],
        ["Lund, Lone", "l@x.dk"],
    ]


def test_lines_are_counted_as_an_editor_does_also_past_empty_ones_and_breaks_within_a_cell():
    rows = read_rows(b'Navn;Mail\r\n\r\n"Lone\r\nLund";l@x.dk\r\n;;\r\nBo;b@x.dk\r\n')
    assert [(row.line, row.cells[0]) for row in rows] == [(1, "Navn"), (3, "Lone Lund"), (6, "Bo")]


def test_short_rows_are_filled_up_and_empty_columns_at_the_end_left_out():
    assert cells(b"Navn;Mail;;;\r\nLone\r\n") == [["Navn", "Mail"], ["Lone", ""]]


def test_a_workbooks_numbers_days_and_gaps_are_read_as_they_look():
    book = as_xlsx(
        ["Navn", "Tlf", "Siden", "Kode"],
        ["Lone", 98123456.0, datetime.combine(date(2026, 8, 1), time(0)), 787],
        [],
        ["Bo", None, date(2026, 9, 2), True],
    )
    rows = read_rows(book)
    assert rows[1].cells == ["Lone", "98123456", "2026-08-01", "787"]
    assert (rows[2].line, rows[2].cells) == (4, ["Bo", "", "2026-09-02", "1"])


def test_a_formula_is_read_as_what_it_last_showed_never_as_itself():
    never_shown = as_xlsx(["Navn", "Titel"], ["Lone", '=HYPERLINK("http://x","y")'])
    assert cells(never_shown) == [["Navn", "Titel"], ["Lone", ""]]


def test_the_apostrophe_that_an_export_put_in_front_is_taken_off():
    assert cells(b"Navn;Tlf\r\nLone;'+45 98\r\nBo;'s\r\n")[1:] == [["Lone", "+45 98"], ["Bo", "'s"]]


BOMB = b"<worksheet><sheetData>" + b"<row/>" * 8_000_000 + b"</sheetData></worksheet>"
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>"""
PLAIN = as_xlsx(HEADERS, LONE)
HOSTILE = {
    "nothing": (b"", "tom"),
    "only headers": (as_csv(HEADERS), "tom"),
    "an empty workbook": (as_xlsx(), "tom"),
    "an open quotation mark": (b'Navn;Mail\r\nLone;"lone@x.dk\r\nBo;b@x.dk', "Linje 2 har et anførselstegn"),
    "a quotation mark in the middle": (b'Navn;Mail\r\n"Lone"x;l@x.dk\r\n', "Linje 2 har et anførselstegn"),
    "a NUL byte": (b"Navn;Mail\r\nLo\0ne;l@x.dk\r\n", "ikke en liste, vi kan læse"),
    "a NUL in UTF-16": ("Navn;Mail\r\nLo\0ne;l@x.dk\r\n".encode("utf-16"), "Linje 2 indeholder et tegn"),
    "half of UTF-16": (b"\xff\xfeN", "Vi kan ikke læse bogstaverne"),
    "a hundred thousand rows": (as_csv(HEADERS, *[["Lone", "l@x.dk"]] * 100_000), "mere end 2.000 personer"),
    "a workbook of a hundred thousand rows": (
        repacked(PLAIN, xl__worksheets__sheet1_xml=b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
                 + b"".join(b"<row r='%d'><c t='inlineStr'><is><t>x</t></is></c></row>" % n for n in range(1, 100_001)) + b"</sheetData></worksheet>"),
        "mere end 2.000 personer",
    ),
    "more columns than any list needs": (as_csv(["x"] * 300, ["y"] * 300), "mere end 40 kolonner"),
    "a cell as long as a book": (as_csv(HEADERS, ["x" * 600, "", "", ""]), "celle med mere end 500 tegn"),
    "a cell past the library's own limit": (as_csv(HEADERS, ["x" * 200_000, "", "", ""]), "Linje 2"),
    "a last row that is very far down": (
        repacked(PLAIN, xl__worksheets__sheet1_xml=b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
                 b"<row r='1'><c t='inlineStr'><is><t>Navn</t></is></c></row><row r='1000000000'><c t='inlineStr'><is><t>x</t></is></c></row></sheetData></worksheet>"),
        "fortsætter under linje 20.000",
    ),
    "a zip bomb": (repacked(PLAIN, xl__worksheets__sheet1_xml=BOMB), "alt for stor indeni"),
    "a thousand parts": (repacked(PLAIN, **{f"xl__part{n}_xml": b"" for n in range(1000)}), "alt for stor indeni"),
    "entities that multiply": (repacked(PLAIN, xl__worksheets__sheet1_xml=LAUGHS), "i stykker"),
    "XML that ends too early": (repacked(PLAIN, xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row"), "i stykker"),
    "a workbook that was cut off": (PLAIN[: len(PLAIN) // 2], "i stykker"),
    "a package that is no workbook": (repacked(as_xlsx()).replace(b"xl/workbook.xml", b"xl/workbonk.xml"), "ikke en liste"),
    "an old workbook, or one with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ældre slags"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100), "ikke en liste, vi kan læse"),
    "six megabytes": (b"Navn;Mail\r\n" + b"x;y\r\n" * 1_300_000, "for stor"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_what_can_not_be_read_is_refused_in_a_sentence_and_in_little_memory(content, sentence):
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFileError) as refused:
            read_rows(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sentence in refused.value.sentence
    assert peak < 80_000_000


@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_whatever_is_sent_is_read_or_refused(content):
    try:
        rows = read_rows(content)
    except UnreadableFileError:
        pass
    else:
        assert 2 <= len(rows) <= MOST_ROWS + 1
        assert len({len(row.cells) for row in rows}) == 1
        assert not any(re.search(r"[\x00-\x1f]", cell) for row in rows for cell in row.cells)
