"""Attaching files to a meeting: who may, what is refused, who gets them, and taking it back."""

import io
from datetime import timedelta

import pytest

from app.core import clock as core_clock
from app.extensions import db
from app.files.models import File, FileContent
from app.files.operations import forget_removed
from app.meetings.models import Attachment, Meeting
from app.meetings.operations import attachments
from app.networks.models import Membership
from tests.counting import WHERE_ROOMS_MEET
from tests.files import samples


def put(one, meeting_id: int, content: bytes = samples.PDF, name: str = "Udkast til brev.pdf", **more):
    one.get(f"/meetings/{meeting_id}/attachments/new")
    return one.submit("Læg op", file=(io.BytesIO(content), name), **more)


def count(world, model=Attachment) -> int:
    with world.acting():
        return db.session.query(model).count()


def test_a_member_attaches_a_file_to_an_item_and_everybody_sees_it(browser, world):
    meeting_id = world.meeting()
    mette = browser("member")
    mette.get(f"/meetings/{meeting_id}")
    mette.follow("Læg et bilag op")
    item = mette.page.tree.css("select[name=item] option")[2].attributes["value"]
    page = mette.submit("Læg op", file=(io.BytesIO(samples.PDF), "Udkast til brev.pdf"), item=item)
    assert "Udkast til brev.pdf er lagt op." in page.text
    page = browser("colleague").get(f"/meetings/{meeting_id}")
    assert "PDF, 84 B · til kl. 9.45 · Mette Medlem" in page.text.replace(f"{len(samples.PDF)} B", "84 B")
    answer = browser("colleague").raw("GET", page.links()["Udkast til brev.pdf"])
    assert answer.data == samples.PDF
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Udkast til brev.pdf"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_names_with_danish_letters_arrive(browser, world):
    meeting_id = world.meeting()
    put(browser("member"), meeting_id, name="Blåbærgrød & æøå.pdf")
    header = browser("member").raw("GET", "/attachments/1").headers["Content-Disposition"]
    assert "filename*=UTF-8''Bl%C3%A5b%C3%A6rgr%C3%B8d" in header


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "tom.pdf", "Filen er tom"),
        (b"<html>", "side.html", "Vi tager ikke imod filer af den slags"),
        (b"MZ", "brev.docx", "indeholder noget andet"),
    ],
)
def test_what_is_refused_is_said_at_the_field(browser, world, content, name, sentence):
    page = put(browser("member"), world.meeting(), content, name)
    assert sentence in page.errors[0]
    assert count(world) == count(world, File) == 0


def test_what_is_too_large_is_said_at_the_field(app, browser, world, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_ATTACHMENT_MB", 0)
    assert "højst fylde 0 MB" in put(browser("member"), world.meeting()).errors[0]
    assert count(world) == 0


def test_nothing_chosen_is_said(browser, world):
    meeting_id = world.meeting()
    mette = browser("member")
    mette.get(f"/meetings/{meeting_id}/attachments/new")
    assert mette.submit("Læg op").errors == ["Vælg en fil."]


def test_what_belongs_to_another_meeting_cannot_be_chosen(browser, world):
    other = world.meeting(agenda=1)
    meeting_id = world.meeting(agenda=0)
    mette = browser("member")
    page = put(mette, meeting_id, item="1")
    assert page.errors and count(world) == 0
    assert other


def test_sending_twice_attaches_once(browser, world):
    meeting_id = world.meeting()
    mette = browser("member")
    for _ in range(2):
        put(mette, meeting_id)
    assert count(world) == count(world, File) == 1


def test_who_may_not_see_the_meeting_gets_nothing(app, browser, world):
    meeting_id = world.meeting()
    put(browser("member"), meeting_id)
    browser("outsider").get(f"/meetings/{meeting_id}/attachments/new", status=404)
    browser("outsider").get("/attachments/1", status=404)
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["colleague"]).one().left_at = core_clock.now()
    browser("colleague").get("/attachments/1", status=404)  # asked at every download


def test_the_attachments_of_a_draft_are_as_hidden_as_it_is(browser, world):
    meeting_id = world.meeting()
    put(browser("coordinator"), meeting_id)
    with world.acting():
        db.session.get_one(Meeting, meeting_id).called_at = None
    browser("member").get("/attachments/1", status=404)
    assert browser("coordinator").raw("GET", "/attachments/1").status_code == 200


def test_a_closed_meeting_takes_no_more(browser, world):
    meeting_id = world.meeting()
    with world.acting():
        db.session.get_one(Meeting, meeting_id).closed_at = core_clock.now()
    assert "Læg et bilag op" not in browser("member").get(f"/meetings/{meeting_id}").text
    browser("member").get(f"/meetings/{meeting_id}/attachments/new", status=403)
    browser("member").post(f"/meetings/{meeting_id}/attachments/new", status=403)


def test_one_removes_ones_own_and_takes_it_back(browser, world):
    meeting_id = world.meeting()
    mette = browser("member")
    put(mette, meeting_id)
    page = mette.submit("Fjern Udkast til brev.pdf")
    assert "Det kan fortrydes herunder i 30 dage" in page.text
    mette.get("/attachments/1", status=404)
    assert "Udkast til brev.pdf" not in browser("colleague").get(f"/meetings/{meeting_id}").text
    mette.get(f"/meetings/{meeting_id}")
    mette.submit("Fortryd Udkast til brev.pdf")
    assert browser("colleague").raw("GET", "/attachments/1").data == samples.PDF


def test_others_do_not_remove_it_but_coordinators_do(browser, world):
    meeting_id = world.meeting()
    put(browser("member"), meeting_id)
    browser("colleague").post("/attachments/1/removal", status=403)
    browser("outsider").post("/attachments/1/removal", status=404)
    browser("coordinator").post("/attachments/1/removal")
    browser("colleague").post("/attachments/1/restoration", status=404)  # removed: not there for others
    browser("coordinator").post("/attachments/1/removal")
    browser("coordinator").post("/attachments/1/restoration")
    assert browser("member").raw("GET", "/attachments/1").status_code == 200


def test_what_was_removed_is_thrown_away_after_a_month(app, browser, world, clock):
    meeting_id = world.meeting(starts_at=core_clock.now() + timedelta(days=90))
    mette = browser("member")
    put(mette, meeting_id)
    put(mette, meeting_id, name="Andet.pdf")
    mette.post("/attachments/1/removal")
    clock.move(days=29)
    with world.acting():
        forget_removed()
    assert count(world, FileContent) == 2
    clock.move(days=2)
    with world.acting():
        forget_removed()
    assert count(world, FileContent) == 1 and count(world, File) == 2
    browser("coordinator").post("/attachments/1/restoration")
    assert browser("coordinator").raw("GET", "/attachments/1").status_code == 404


def test_a_meeting_and_a_network_are_full_some_day(app, browser, world, monkeypatch):
    meeting_id = world.meeting()
    mette = browser("member")
    monkeypatch.setattr(attachments, "MOST", 1)
    put(mette, meeting_id)
    page = put(mette, meeting_id, name="To.pdf")
    assert page.errors == ["Et møde kan have 1 bilag. Fjern et først."]
    monkeypatch.setitem(app.config, "NETWORK_FILES_MB", 0)
    page = put(mette, world.meeting(), name="Tre.pdf")
    assert "der er ikke plads til flere" in page.errors[0]


def test_the_page_costs_the_same_for_many(browser, world, statements):
    meeting_id = world.meeting()
    mette, counts = browser("member"), []
    for number in range(2):
        with statements.counted() as seen:
            mette.get(f"/meetings/{meeting_id}")
        counts.append(len(seen))
        for one in range(12):
            put(browser("colleague"), meeting_id, name=f"{number}-{one}.pdf")
    assert counts[0] == counts[1] and counts[0] <= WHERE_ROOMS_MEET, counts


def test_taking_a_removal_back_needs_room_too(app, browser, world, monkeypatch):
    mette = browser("member")
    put(mette, world.meeting())
    mette.post("/attachments/1/removal")
    monkeypatch.setitem(app.config, "NETWORK_FILES_MB", 0)
    mette.post("/attachments/1/restoration")
    assert mette.raw("GET", "/attachments/1").status_code == 404
    monkeypatch.setitem(app.config, "NETWORK_FILES_MB", 1)
    mette.post("/attachments/1/restoration")
    assert mette.raw("GET", "/attachments/1").status_code == 200
