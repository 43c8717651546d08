"""Files with cases and replies: sent with the form, refused at the field, fetched, removed and taken back."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.cases import attachments
from app.cases.models import Case, CaseAttachment, Post
from app.core import clock as core_clock
from app.extensions import db
from app.files.models import File
from app.networks.models import Membership
from tests.files import samples


def file(content: bytes = samples.PDF, name: str = "Brev.pdf"):
    return (io.BytesIO(content), name)


def count(world, model=CaseAttachment) -> int:
    with world.app.app_context():
        return db.session.query(model).count()


def answer(one, case: int, *files, body: str = "Se brevet.", **more):
    one.get(f"/cases/{case}")
    return one.submit("Send dit svar", body=body, files=list(files), **more)


def attached_to(page, place: str) -> str:
    node = page.tree.css_first(f"{place} .attached")
    return " ".join(node.text().split()) if node else ""


def test_files_sent_with_a_reply_stand_with_it_and_members_fetch_them(browser, world):
    case = world.case()
    page = answer(browser("colleague"), case, file(), file(samples.picture(), "Foto æøå.png"))
    assert "Dit svar står i sagen" in page.text
    page = browser("member").get(f"/cases/{case}")
    assert attached_to(page, "#post-1").startswith("Brev.pdf PDF, 81 B Foto æøå.png Billede,")
    got = browser("member").raw("GET", page.links()["Brev.pdf"])
    assert got.data == samples.PDF
    assert got.headers["Content-Disposition"].startswith('attachment; filename="Brev.pdf"')
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]


def test_files_sent_with_a_case_stand_with_it(browser, world):
    member = browser("member")
    member.get(f"/networks/{world.network_id}/cases/new")
    page = member.submit("Fortæl sagen", title="Hvad siger I?", situation="Se filen.", wanted="Råd", files=[file()])
    assert page.title == "Hvad siger I?"
    assert attached_to(page, ".told").startswith("Brev.pdf PDF")


def test_more_files_come_when_one_edits(browser, world):
    case = world.case()
    answer(browser("colleague"), case, file())
    colleague = browser("colleague")
    colleague.get("/posts/1/edit")
    page = colleague.submit("Gem dit svar", files=[file(), file(name="To.pdf")])
    assert attached_to(page, "#post-1").count(".pdf PDF") == 2  # the one that was there already is not there twice
    member = browser("member")
    member.get(f"/cases/{case}/edit")
    page = member.submit("Gem sagen", situation="Som før.", wanted="Råd", files=[file(name="Tre.pdf")])
    assert attached_to(page, ".told").startswith("Tre.pdf PDF")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "tom.pdf", "tom.pdf: Filen er tom"),
        (b"MZ", "virus.exe", "virus.exe: Vi tager ikke imod filer af den slags"),
        (b"MZ", "brev.docx", "indeholder noget andet"),
    ],
)
def test_what_is_refused_is_said_at_the_field_and_the_words_are_kept(browser, world, content, name, sentence):
    case = world.case()
    page = answer(browser("colleague"), case, file(), file(content, name), body="Mine ord.")
    assert sentence in page.errors[0]
    assert page.value("body") == "Mine ord."
    assert count(world, Post) == count(world) == count(world, File) == 0


def test_too_many_at_once_and_too_many_in_all(browser, world, monkeypatch):
    case = world.case()
    page = answer(browser("colleague"), case, *[file(name=f"{number}.pdf") for number in range(11)])
    assert page.errors == ["Vælg højst 10 filer ad gangen."]
    monkeypatch.setattr(attachments, "MOST", 1)
    page = answer(browser("colleague"), case, file(name="1.pdf"), file(name="2.pdf"), body="Mine ord.")
    assert page.errors == ["2.pdf: En sag kan have 1 bilag. Fjern et først."]
    assert page.value("body") == "Mine ord."
    assert count(world, Post) == count(world) == 0


def test_a_full_network_says_so_on_each_form_and_nothing_typed_is_lost(app, browser, world, monkeypatch):
    case = world.case()
    answer(browser("colleague"), case)
    monkeypatch.setitem(app.config, "NETWORK_FILES_MB", 0)
    page = answer(browser("colleague"), case, file(), body="Mine ord.")
    assert "der er ikke plads til flere" in page.errors[0] and page.value("body") == "Mine ord."
    member, colleague = browser("member"), browser("colleague")
    member.get(f"/networks/{world.network_id}/cases/new")
    page = member.submit("Fortæl sagen", title="Ny?", situation="Sådan.", wanted="Råd", files=[file()])
    assert "der er ikke plads til flere" in page.errors[0] and page.value("situation") == "Sådan."
    member.get(f"/cases/{case}/edit")
    page = member.submit("Gem sagen", situation="Nyt.", wanted="Råd", files=[file()])
    assert "der er ikke plads til flere" in page.errors[0] and page.value("situation") == "Nyt."
    colleague.get("/posts/1/edit")
    page = colleague.submit("Gem dit svar", body="Andet.", files=[file()])
    assert "der er ikke plads til flere" in page.errors[0] and page.value("body") == "Andet."
    with world.app.app_context():
        assert db.session.get_one(Post, 1).body == "Se brevet."
        assert db.session.query(Case).count() == 1
        assert db.session.get_one(Case, case).situation == "Vi ved ikke, hvem der skal ringe."


def test_pressed_twice_is_one_file(browser, world):
    case = world.case()
    for _ in range(2):
        answer(browser("colleague"), case, file())
    assert (count(world, Post), count(world), count(world, File)) == (1, 1, 1)


def test_who_may_not_see_the_case_gets_no_file(browser, world):
    answer(browser("colleague"), world.case(), file())
    browser("outsider").get("/case-attachments/1", status=404)
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["member"]).one().left_at = core_clock.now()
    browser("member").get("/case-attachments/1", status=404)  # asked at every download


def test_one_removes_ones_own_which_leaves_a_trace_and_takes_it_back(browser, world):
    case = world.case()
    colleague = browser("colleague")
    answer(colleague, case, file())
    page = colleague.submit("Fjern Brev.pdf")
    assert "Brev.pdf er fjernet. Det kan fortrydes i 30 dage" in page.text
    assert "Brev.pdf blev fjernet" in attached_to(page, "#post-1")
    colleague.get("/case-attachments/1", status=404)
    seen = attached_to(browser("member").get(f"/cases/{case}"), "#post-1")
    assert seen.startswith("Et bilag blev fjernet") and "Brev.pdf" not in seen
    colleague.get(f"/cases/{case}")
    colleague.submit("Fortryd Brev.pdf")
    assert browser("member").raw("GET", "/case-attachments/1").data == samples.PDF


def test_others_do_not_remove_it_but_coordinators_do(browser, world):
    answer(browser("colleague"), world.case(), file())
    browser("member").post("/case-attachments/1/removal", status=403)  # not even the case owner: it is another's reply
    browser("outsider").post("/case-attachments/1/removal", status=404)
    for _ in range(2):
        browser("coordinator").post("/case-attachments/1/removal")
    browser("member").post("/case-attachments/1/restoration", status=404)  # removed: not there for others
    browser("outsider").post("/case-attachments/1/restoration", status=404)
    browser("coordinator").post("/case-attachments/1/restoration")
    assert browser("member").raw("GET", "/case-attachments/1").status_code == 200


def test_taking_it_back_needs_room(app, browser, world, monkeypatch):
    answer(browser("colleague"), world.case(), file())
    browser("colleague").post("/case-attachments/1/removal")
    monkeypatch.setitem(app.config, "NETWORK_FILES_MB", 0)
    browser("colleague").post("/case-attachments/1/restoration")
    browser("colleague").get("/case-attachments/1", status=404)


def test_the_case_costs_the_same_for_many_files(browser, world, statements):
    case = world.case(posts=3)
    costs = []
    for number in range(2):
        with statements.counted() as seen:
            browser("member").get(f"/cases/{case}")
        costs.append(len(seen))
        for one in range(3):
            answer(browser("colleague"), case, file(name=f"{number}-{one}.pdf"), body=f"{number} {one}")
    assert costs[0] == costs[1] <= 8, costs


def test_the_mail_says_that_there_are_files(browser, world, outbox):
    case = world.case()
    answer(browser("colleague"), case, file(), file(name="To.pdf"))
    for mail in outbox():
        assert "2 bilag ligger på sagens side." in mail.text
        assert "2 bilag ligger på sagens side." in mail.html
    answer(browser("colleague"), case, body="Uden.")
    assert all("bilag" not in mail.text for mail in outbox())


def test_a_large_file_gets_through(browser, world):
    """More than a request may carry elsewhere."""
    large = samples.PDF.replace(b"%%EOF", b"%" + b"x" * 3_000_000 + b"\n%%EOF")
    case = world.case()
    colleague = browser("colleague")
    token = colleague.get(f"/cases/{case}").tree.css_first("[name=csrf_token]").attributes["value"]
    words = {"csrf_token": token, "body": "Se brevet.", "kind": "advice"}
    boundary, body = encode_multipart({**words, "files": FileStorage(io.BytesIO(large), "Brev.pdf")})
    more = {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
    assert colleague.raw("POST", f"/cases/{case}/posts", **more).status_code == 302
    assert browser("member").raw("GET", "/case-attachments/1").data == large


def test_files_are_counted_and_words_are_not(browser, world):
    case = world.case()
    colleague = browser("colleague")
    for number in range(61):
        colleague.post(f"/cases/{case}/posts", body=f"Svar {number}")
    answer(colleague, case, file(), body="Med fil.")
    for number in range(59):
        colleague.post("/posts/1/edit", status=200, files=[file(b"MZ", f"{number}.exe")])
    colleague.post("/posts/1/edit", status=429, files=[file()])
