"""The sign-in sheet as PDF, the signed scan that locks the list, and the log of what changes afterwards."""

import io
import time
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from app.attendance.models import Correction, Scan
from app.core import clock as core_clock
from app.core.pdf import drawable
from app.extensions import db
from app.files.models import File
from app.meetings.models import Meeting
from app.networks.discretion import Confidentiality
from app.networks.models import Network
from tests.files import samples
from tests.papers import words_in_pdf


def sheet(one, meeting_id: int, query: str = "") -> bytes:
    answer = one.raw("GET", f"/meetings/{meeting_id}/attendance/sheet.pdf{query}")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer.data


def upload(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def sign(karen, meeting_id: int, content: bytes = samples.PDF, **more):
    karen.get(f"/meetings/{meeting_id}/attendance/scan")
    button = "Erstat listen" if "Erstat" in karen.page.title else "Læg op og lås"
    return karen.submit(button, file=upload(content, "underskrevet.pdf"), **more)


# The sheet


def test_the_sheet_is_a_tagged_document_for_the_archive(browser, today):
    with pikepdf.open(io.BytesIO(sheet(browser("coordinator"), today))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("da")
        with document.open_metadata() as described:
            assert described["pdfaid:part"] == "2" and described["pdfaid:conformance"] == "A"
            assert described["pdfuaid:part"] == "1"
            assert "Deltagerliste til underskrift, Småjob" in described["dc:title"]
        assert document.Root.ViewerPreferences.DisplayDocTitle


def test_the_sheet_says_what_an_auditor_asks_for(browser, world, today, says):
    says(today, member="yes", colleague="no")
    karen = browser("coordinator")
    karen.get(f"/networks/{world.network_id}/project")
    karen.submit(
        "Gem", name="Nye veje i nord", number="ESF-21-0042", funder="Medfinansieret af Den Europæiske Socialfond"
    )
    text = words_in_pdf(sheet(karen, today))
    for words in (
        "Nye veje i nord", "ESF-21-0042", "Medfinansieret af Den Europæiske Socialfond", "Netværksmøde: Småjob",
        "ERFA Prøvenet", "mandag den 23. november 2026", "9.30–12.00", "Tangværket, Fjerritslev", "Mette Medlem",
        "Organisation 2", "Underskrift", "Værtens underskrift",
    ):  # fmt: skip
        assert words in text.replace("\n", " ") or words in text.replace("\n", ""), words
    assert "Ole Kollega" not in text  # has declined; there are blank lines
    english = words_in_pdf(sheet(karen, today, "?language=en"))
    assert "Sign-in sheet" in english and "Signature" in english


def test_the_same_sheet_is_the_same_file_and_quickly_made(browser, today):
    karen = browser("coordinator")
    first = sheet(karen, today)
    before = time.perf_counter()
    assert sheet(karen, today) == first
    assert time.perf_counter() - before < 2  # 0.05 s on a machine that does nothing else


def test_many_names_go_over_pages_and_the_head_comes_along(browser, world, today):
    with world.acting():
        for number in range(60):
            world.person(f"Person {number}", network=world.network_id)
    data = sheet(browser("coordinator"), today)
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) >= 3
    assert words_in_pdf(data).count("Underskrift") >= 3


def test_nothing_that_people_write_is_a_command(browser, world, today):
    evil = '#panic("x") $ ] ) } #read("/etc/passwd") \\ " \' *_`<@ 🎉 مرحبا \u202e\ue000'
    with world.acting():
        meeting = db.session.get_one(Meeting, today)
        meeting.title, meeting.place = evil[:160], evil
    text = words_in_pdf(sheet(browser("coordinator"), today)).replace("\n", " ")
    assert '#panic("x")' in text and '#read("/etc/passwd")' in text
    assert "root:" not in text


def test_letters_no_font_has_are_spelled_otherwise():
    assert drawable("Åse Ærø Øster – »ja« 5 €") == "Åse Ærø Øster – »ja« 5 €"
    assert drawable("🎉") == "?" and drawable("ﬁ") == "fi" and drawable("a\u200db\x00c") == "ab c"


def test_a_logo_is_drawn_anew_and_can_be_taken_out(browser, world, today):
    karen = browser("coordinator")
    karen.get(f"/networks/{world.network_id}/project")
    page = karen.submit("Gem", logo=upload(samples.PDF, "logo.pdf"))
    assert "Vi tager ikke imod filer af den slags" in page.errors[0]
    karen.submit("Gem", logo=upload(samples.picture("PNG", (2000, 900)), "logo.png"))
    assert "Der er et logo" in karen.page.text
    with pikepdf.open(io.BytesIO(sheet(karen, today))) as document:
        assert len(document.pages[0].get_images()) == 1
    karen.submit("Gem", without_logo="y")
    with pikepdf.open(io.BytesIO(sheet(karen, today))) as document:
        assert len(document.pages[0].get_images()) == 0


def test_the_sheet_says_of_the_meeting_what_the_level_allows(browser, world, today):
    with world.acting():
        db.session.get_one(Network, world.network_id).confidentiality = Confidentiality.PARTICIPANTS
    text = words_in_pdf(sheet(browser("coordinator"), today))
    assert "Småjob" not in text and "ERFA-møde" in text and "Mette Medlem" in text


def test_two_who_describe_the_project_do_not_overwrite_each_other_unseen(browser, world):
    karen, agnes = browser("coordinator"), browser("administrator")
    url = f"/networks/{world.network_id}/project"
    karen.get(url), agnes.get(url)
    karen.submit("Gem", name="Karens")
    page = agnes.submit("Gem", name="Agnes'", status=409)
    assert "Karens" in page.text and page.value("name") == "Agnes'"
    agnes.submit("Gem")
    assert agnes.get(url).value("name") == "Agnes'"


def test_members_may_not_describe_the_project_and_outsiders_do_not_find_it(browser, world):
    for who, status in (("member", 403), ("outsider", 404)):
        browser(who).get(f"/networks/{world.network_id}/project", status=status)
        browser(who).post(f"/networks/{world.network_id}/project", name="x", status=status)


# The signed sheet


def test_the_signed_sheet_locks_the_list(browser, world, today, kept):
    karen = browser("coordinator")
    karen.get(f"/meetings/{today}/attendance")
    karen.submit("Er her Mette Medlem")
    page = sign(karen, today)
    assert "Listen er underskrevet og låst." in page.text
    with world.acting():
        file = db.session.scalars(select(File)).one()
        assert file.sha256 in page.text
    assert "Er her Ole Kollega" not in page.html and "Fortryd" not in page.text
    karen.post(f"/meetings/{today}/attendance/people/{world.cast['colleague']}", said="here")
    karen.post(f"/meetings/{today}/attendance/people/{world.cast['member']}", said="away")
    karen.post(f"/meetings/{today}/attendance/expected")
    browser("colleague").post(f"/meetings/{today}/check-in", code="1", status=200)
    assert set(kept(today)) == {"member"}
    answer = karen.raw("GET", "/scans/1")
    assert answer.data == samples.PDF and "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_locked_list_is_changed_with_a_reason_only_and_the_log_says_it(browser, world, today, kept):
    karen = browser("coordinator")
    karen.get(f"/meetings/{today}/attendance")
    karen.submit("Er her Mette Medlem")
    sign(karen, today)
    karen.follow("Ret Mette Medlem")
    page = karen.submit("Gem", left="11.00")
    assert page.errors == ["Listen er underskrevet og låst. Skriv, hvorfor den ændres."]
    assert page.value("left") in {"11:00", "11.00"}
    page = karen.submit("Gem", left="11.00", reason="Hun nåede et tog.")
    assert "på stedet, kl. 9.30–12.00 → på stedet, kl. 9.30–11.00" in page.text
    assert "»Hun nåede et tog.«" in page.text and "Karen Tovholder" in page.text
    karen.follow("Ret Ole Kollega")
    karen.submit("Gem", presence="here", reason="Stod på papiret.")
    karen.follow("Ret Ole Kollega")
    page = karen.submit("Gem", presence="away", reason="Det var Jens, der skrev under.")
    assert "ikke på listen → på stedet" in page.text and "→ ikke på listen" in page.text
    with world.acting():
        assert db.session.query(Correction).count() == 3
    assert set(kept(today)) == {"member"}


def test_guests_of_a_locked_list_need_a_reason_as_well(browser, world, today, kept):
    karen = browser("coordinator")
    sign(karen, today)
    karen.get(f"/meetings/{today}/attendance/guests/new")
    assert karen.submit("Gem", name="Gerda Gæst").errors == [
        "Listen er underskrevet og låst. Skriv, hvorfor den ændres."
    ]
    karen.submit("Gem", name="Gerda Gæst", reason="Glemt.")
    karen.follow("Ret Gerda Gæst")
    page = karen.submit("Tag af listen")
    assert page.errors and set(kept(today)) == {"Gerda Gæst"}
    karen.submit("Tag af listen", reason="Var der ikke.")
    assert kept(today) == {}
    with world.acting():
        assert [row.reason for row in db.session.query(Correction).order_by(Correction.id)] == [
            "Glemt.",
            "Var der ikke.",
        ]


def test_saving_a_locked_line_unchanged_is_no_correction(browser, world, today):
    karen = browser("coordinator")
    karen.get(f"/meetings/{today}/attendance")
    karen.submit("Er her Mette Medlem")
    sign(karen, today)
    karen.follow("Ret Mette Medlem")
    karen.submit("Gem", reason="Kiggede kun.")
    with world.acting():
        assert db.session.query(Correction).count() == 0


def test_a_signed_sheet_is_replaced_with_a_reason_and_the_old_one_is_kept(browser, world, today):
    karen = browser("coordinator")
    sign(karen, today)
    page = sign(karen, today, samples.PDF + b"\n")
    assert page.errors == ["Skriv, hvorfor den underskrevne liste erstattes."]
    page = sign(karen, today, samples.PDF + b"\n", reason="Side to manglede.")
    assert "Erstatter den forrige: Side to manglede." in page.text and "Erstattet" in page.text
    assert karen.raw("GET", "/scans/1").data == samples.PDF
    sign(karen, today, samples.PDF + b"\n", reason="igen")
    with world.acting():
        assert db.session.query(Scan).count() == 2  # the same file once more is nothing new


@pytest.mark.parametrize("name", ["liste.docx", "liste.txt", "liste.webp"])
def test_only_paper_is_taken_for_the_signed_sheet(browser, today, name):
    karen = browser("coordinator")
    karen.get(f"/meetings/{today}/attendance/scan")
    page = karen.submit("Læg op og lås", file=upload(b"hej", name))
    assert "pdf, png, jpg" in page.errors[0]


def test_scans_are_for_coordinators(browser, world, today):
    sign(browser("coordinator"), today)
    browser("member").get("/scans/1", status=403)
    browser("outsider").get("/scans/1", status=404)
    browser("member").post(f"/meetings/{today}/attendance/scan", status=403)


def test_a_meeting_ahead_takes_no_signed_sheet(browser, world):
    meeting_id = world.meeting(starts_at=core_clock.now() + timedelta(days=2))
    browser("coordinator").post(f"/meetings/{meeting_id}/attendance/scan")
    with world.acting():
        assert db.session.query(Scan).count() == 0
