"""Cases by mail: answering a case's mail, and writing to the address of a network."""

from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.cases.by_mail import kind_and_text, parts_of, title_of
from app.cases.models import Case, CaseAttachment, Post, PostKind, ReadPosition
from app.core import clock as core_clock
from app.extensions import db
from app.files.models import File
from app.incoming.models import Fate, IncomingMail
from app.incoming.operations import ingest
from app.networks.discretion import Confidentiality
from app.networks.models import Membership, Network
from app.notifications.addresses import address_of
from app.notifications.models import Mail
from tests.files import samples


@pytest.fixture
def row(world):
    def fetch(model, key):
        with world.app.app_context():
            return db.session.get(model, key)

    return fetch


@pytest.fixture
def send(world):
    """A mail from one of the cast comes in; each is another mail."""
    count = 0

    def one(to: str, text: str, *, who: str = "colleague", subject: str = "Re: Sagen", files=()):
        nonlocal count
        count += 1
        mail = EmailMessage()
        mail["To"], mail["Subject"], mail["Message-ID"] = to, subject, f"<{count}@mail.test>"
        mail.set_content(text)
        for name, content, more in files:
            mail.add_attachment(
                content, filename=name, **{"maintype": "application", "subtype": "octet-stream", **more}
            )
        with world.acting():
            mail["From"] = db.session.get_one(Person, world.cast[who]).email
            return ingest(mail.as_bytes(), to, str(mail["From"]))

    return one


@pytest.fixture
def reply_to(world):
    """Where somebody answers a case."""

    def read(case_id: int, who: str = "colleague") -> str:
        with world.app.app_context():
            return address_of("r", f"c{case_id}-{world.cast[who]}")

    return read


def network_address(world, network_id: int | None = None) -> str:
    with world.app.app_context():
        return address_of("n", str(network_id or world.network_id))


def count(world, model) -> int:
    with world.app.app_context():
        return db.session.query(model).count()


def change(world, **facts) -> None:
    with world.acting():
        for name, value in facts.items():
            setattr(db.session.get_one(Network, world.network_id), name, value)


# The mail that invites to an answer


def test_the_mail_of_a_case_says_where_an_answer_goes_and_who_reads_it(browser, world, outbox, reply_to):
    member = browser("member")
    member.get(f"/networks/{world.network_id}/cases/new")
    member.submit("Fortæl sagen", title="Hvem ringer?", situation="Sådan er det.", wanted="Råd")
    mail = next(told for told in outbox() if told.to == "person3@erfa.test")
    assert reply_to(1) in str(mail.message["Reply-To"])
    assert mail.text.startswith("##- Skriv dit svar over denne linje -##\n")
    assert "##- Skriv dit svar over denne linje -##" in mail.html
    for part in (mail.text, mail.html):
        assert "Svar på denne mail, så står dit svar i sagen. Netværkets 3 medlemmer kan læse det." in part


def test_without_a_host_for_answers_no_mail_invites_to_one(app, browser, world, outbox, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_REPLY_HOST", "")
    member = browser("member")
    page = member.get(f"/networks/{world.network_id}/cases/new")
    assert "Eller skriv til netværket" not in page.text
    member.submit("Fortæl sagen", title="Hvem ringer?", situation="Sådan er det.", wanted="Råd")
    mail = outbox()[0]
    assert mail.message["Reply-To"] is None
    assert "##-" not in mail.text + mail.html
    assert "Svar på denne mail" not in mail.text + mail.html


def test_a_closed_case_and_one_that_takes_no_mail_invite_to_nothing(browser, world, outbox):
    case = world.case(posts=1)  # by the colleague, who hears how it goes on
    browser("member").post(f"/cases/{case}/posts", body="Så er det besluttet.")
    browser("member").post(f"/cases/{case}/closing")
    assert outbox()[0].message["Reply-To"] is None
    change(world, confidentiality=Confidentiality.PARTICIPANTS)
    browser("member").post(f"/cases/{case}/reopening")
    browser("member").post(f"/cases/{case}/posts", body="Og så alligevel ikke.")
    assert outbox()[0].message["Reply-To"] is None


# Answering


def test_an_answer_stands_in_the_case_is_read_by_its_writer_and_told_to_the_others(
    browser, world, send, reply_to, row, outbox
):
    case = world.case(posts=1)
    verdict = send(reply_to(case), "Ring selv først.\n\n# Ikke en overskrift\n1. Ring\n")
    assert (verdict.fate, verdict.reason) == (Fate.TAKEN, "reply 2 to case 1")
    post = row(Post, 2)
    assert (post.kind, post.author_id, post.incoming_mail_id) == (PostKind.EXPERIENCE, world.cast["colleague"], 1)
    assert row(ReadPosition, (world.cast["colleague"], case)).number == 2
    page = browser("member").get(f"/cases/{case}")
    assert "Ring selv først. # Ikke en overskrift 1. Ring" in page.text
    assert not page.tree.css("#post-2 .reply__body h3, #post-2 ol")
    assert "skrevet fra en mail" in page.tree.css_first("#post-2").text()
    told = outbox()
    assert {(mail.to, mail.kind) for mail in told} == {("person2@erfa.test", "case_replied")}
    assert "# Ikke en overskrift\n1. Ring" in told[0].text  # no backslashes to read


def test_the_same_mail_twice_is_one_reply(world, send, reply_to):
    case = world.case()
    send(reply_to(case), "Ring.")
    send(reply_to(case), "Ring.")  # another mail, the same words in the same minute
    assert count(world, Post) == 1


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("Råd: Ring først.", PostKind.ADVICE, "Ring først."),
        ("SPØRGSMÅL:\n\nHvem ringer?", PostKind.QUESTION, "Hvem ringer?"),
        ("Afklarende spørgsmål: Hvem?", PostKind.QUESTION, "Hvem?"),
        ("Erfaring: Det gik.", PostKind.EXPERIENCE, "Det gik."),
        ("Reflection: Hm.", PostKind.REFLECTION, "Hm."),
        ("Rådet: de kan ikke.", PostKind.EXPERIENCE, "Rådet: de kan ikke."),
        ("Jeg har et råd: ring.", PostKind.EXPERIENCE, "Jeg har et råd: ring."),
        ("Råd:", PostKind.ADVICE, ""),
    ],
)
def test_a_first_word_names_the_kind(text, kind, rest):
    assert kind_and_text(text, is_owner=False) == (kind, rest)
    assert kind_and_text(text, is_owner=True) == (PostKind.OWNER, text)


def test_the_case_owner_answers_as_owner(world, send, reply_to, row):
    case = world.case()
    send(reply_to(case, "member"), "Råd: tak for dem.", who="member")
    assert (row(Post, 1).kind, row(Post, 1).body) == (PostKind.OWNER, "Råd: tak for dem.")


def refusal(world) -> tuple[Fate, str]:
    with world.app.app_context():
        mail = db.session.query(IncomingMail).order_by(IncomingMail.id.desc()).first()
        return mail.fate, mail.reason


def test_a_closed_case_takes_no_answer(world, send, reply_to):
    case = world.case(closed_at=core_clock.now())
    send(reply_to(case), "For sent?")
    assert refusal(world) == (Fate.REFUSED, "the case is closed")
    assert count(world, Post) == 0
    with world.app.app_context():
        assert db.session.scalars(select(Mail.kind)).all() == ["mail_refused"]


def test_who_has_left_is_told_no_more_than_of_a_case_that_never_was(world, send, reply_to):
    case = world.case()
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["colleague"]).one().left_at = core_clock.now()
    send(reply_to(case), "Jeg er her stadig.")
    left = refusal(world)
    send(reply_to(4711), "Findes den?")
    assert left == refusal(world) == (Fate.REFUSED, "no such case for this sender")
    assert count(world, Post) == 0


def test_another_than_whom_the_mail_went_to_does_not_answer(world, send, reply_to):
    case = world.case()
    assert send(reply_to(case, "member"), "Videresendt til mig.", who="colleague").fate is Fate.REFUSED
    assert count(world, Post) == 0


@pytest.mark.parametrize(("text", "reason"), [("", "nothing written"), ("x" * 20001, "too long")])
def test_nothing_and_far_too_much_is_refused(world, send, reply_to, text, reason):
    case = world.case()
    send(reply_to(case), text)
    assert refusal(world) == (Fate.REFUSED, reason)
    assert count(world, Post) == 0


def test_an_agreement_not_accepted_keeps_the_mail_out(world, send, reply_to):
    case = world.case()
    world.agreement()
    send(reply_to(case), "Må jeg?")
    assert refusal(world) == (Fate.REFUSED, "the agreement is not accepted")
    send(network_address(world), "Må jeg så?", subject="Må jeg?")
    assert refusal(world) == (Fate.REFUSED, "the agreement is not accepted")
    assert count(world, Post) == 0 and count(world, Case) == 1


@pytest.mark.parametrize(
    "facts", [{"confidentiality": Confidentiality.PARTICIPANTS}, {"takes_mail": False}], ids=["level", "switched off"]
)
def test_a_network_may_take_no_mail(browser, world, send, reply_to, facts):
    case = world.case()
    change(world, **facts)
    send(reply_to(case), "Ring.")
    assert refusal(world) == (Fate.REFUSED, "the network takes no mail")
    send(network_address(world), "Vi ved det ikke.", subject="Hvem ringer?")
    assert refusal(world) == (Fate.REFUSED, "the network takes no mail")
    assert (count(world, Post), count(world, Case)) == (0, 1)
    assert "Eller skriv til netværket" not in browser("colleague").get(f"/networks/{world.network_id}/cases").text


# Writing to a network


def test_a_member_opens_a_case_by_mail_and_gets_a_mail_with_the_way_on(browser, world, send, row, outbox):
    text = (
        "Elleve vil arbejde.\n\nDet har vi prøvet:\nAt ringe.\n\nDet vil jeg gerne have hjælp til\nDen første sætning."
    )
    verdict = send(network_address(world), text, subject="[EKSTERN] VS: SV: Hvem ringer først?")
    assert (verdict.fate, verdict.reason) == (Fate.TAKEN, "case 1")
    case = row(Case, 1)
    assert (case.title, case.situation) == ("Hvem ringer først?", "Elleve vil arbejde.")
    assert (case.tried, case.wanted) == ("At ringe.", "Den første sætning.")
    assert (case.author_id, case.incoming_mail_id) == (world.cast["colleague"], 1)
    told = {(mail.to, mail.kind): mail for mail in outbox()}
    assert set(told) == {
        ("person1@erfa.test", "case_opened"),
        ("person2@erfa.test", "case_opened"),
        ("person3@erfa.test", "case_by_mail"),
    }
    answer = told["person3@erfa.test", "case_by_mail"]
    assert "Din sag »Hvem ringer først?« er fortalt i ERFA Prøvenet." in answer.text
    assert "https://erfa.test/cases/1/edit" in answer.text
    with world.app.app_context():
        assert address_of("r", f"c1-{world.cast['colleague']}") in str(answer.message["Reply-To"])  # more goes there
    assert "skrevet fra en mail" in browser("member").get("/cases/1").text
    browser("colleague").get("/cases/1/edit")


def test_a_mail_without_question_or_text_says_what_is_missing(world, send):
    send(network_address(world), "Tekst", subject="SV: ")
    assert refusal(world) == (Fate.REFUSED, "no subject")
    send(network_address(world), "", subject="Hvem ringer?")
    assert refusal(world) == (Fate.REFUSED, "nothing written")
    send(network_address(world), "Tekst", subject="x" * 201)
    assert refusal(world) == (Fate.REFUSED, "too long a subject")
    assert count(world, Case) == 0


def test_outsiders_and_administrators_hear_what_anybody_hears_at_no_address(world, send):
    send(network_address(world), "Lad mig ind.", who="outsider", subject="Hvem ringer?")
    outside = refusal(world)
    send(network_address(world), "Lad mig ind.", who="administrator", subject="Hvem ringer?")
    assert refusal(world) == outside
    send(network_address(world, 4711), "Er her nogen?", subject="Hvem ringer?")
    assert refusal(world) == outside == (Fate.REFUSED, "no such network for this sender")
    assert count(world, Case) == 0


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: Hvem ringer?", "Hvem ringer?"),
        ("SV: VS: FW: RE[2]: Hvem\t ringer?", "Hvem ringer?"),
        ("[EXTERNAL] Fwd: Hvem ringer?", "Hvem ringer?"),
        ("Regler: hvem ringer?", "Regler: hvem ringer?"),
        ("Hvem\r\nBcc: x", "Hvem Bcc: x"),
        ("Re:", ""),
    ],
)
def test_the_subject_is_the_question(subject, title):
    assert title_of(subject) == title


def test_headings_within_a_sentence_are_no_headings():
    text = "Vi har prøvet at ringe.\nVi har prøvet: intet."
    assert parts_of(text) == {"situation": "Vi har prøvet at ringe.", "tried": "intet.", "wanted": ""}


def test_members_see_where_to_write_and_others_do_not(browser, world):
    address = network_address(world)
    for url in (f"/networks/{world.network_id}", f"/networks/{world.network_id}/cases"):
        page = browser("member").get(url)
        assert page.links()[address] == f"mailto:{address}"
        assert "Emnet bliver til spørgsmålet" in page.text
        assert address not in browser("administrator").get(url).text


# Files


def test_files_that_may_be_kept_stand_with_the_reply_and_the_others_are_named_in_a_mail(
    browser, world, send, reply_to, outbox
):
    case = world.case()
    files = [
        ("Brev.pdf", samples.PDF, {}),
        ("virus.exe", b"MZ", {}),
        (
            "image001.png",
            samples.picture(),
            {"maintype": "image", "subtype": "png", "cid": "<logo@x>", "disposition": "inline"},
        ),
        ("smime.p7s", b"0", {"subtype": "pkcs7-signature"}),
    ]
    assert send(reply_to(case), "Her er brevet.", files=files).fate is Fate.TAKEN
    page = browser("member").get(f"/cases/{case}")
    assert "Brev.pdf PDF, 81 B" in " ".join(page.tree.css_first("#post-1 .attached").text().split())
    assert browser("member").raw("GET", page.links()["Brev.pdf"]).data == samples.PDF
    assert count(world, File) == count(world, CaseAttachment) == 1
    mail = next(told for told in outbox() if told.kind == "case_by_mail")
    assert mail.to == "person3@erfa.test"
    assert "virus.exe: Vi tager ikke imod filer af den slags." in mail.text
    assert "image001" not in mail.text and "smime" not in mail.text


def test_a_hundred_files_make_no_endless_mail(world, send, reply_to, outbox):
    case = world.case()
    send(reply_to(case), "Alt.", files=[(f"{number}.exe", b"MZ", {}) for number in range(100)])
    mail = next(told for told in outbox() if told.kind == "case_by_mail")
    assert mail.text.count(".exe: ") == 20 and "og 80 til" in mail.text


def test_all_files_kept_is_not_worth_a_mail(world, send, reply_to, outbox):
    case = world.case()
    send(reply_to(case), "Her er brevet.", files=[("Brev.pdf", samples.PDF, {})])
    assert {mail.kind for mail in outbox()} == {"case_replied"}


def test_a_full_network_keeps_the_words_and_says_so(app, world, send, outbox, monkeypatch):
    monkeypatch.setitem(app.config, "NETWORK_FILES_MB", 0)
    send(network_address(world), "Her er brevet.", subject="Er det godt?", files=[("Brev.pdf", samples.PDF, {})])
    assert (count(world, Case), count(world, File)) == (1, 0)
    mail = next(told for told in outbox() if told.kind == "case_by_mail")
    assert "Brev.pdf: Netværkets filer fylder" in mail.text


def test_a_photograph_in_the_text_is_kept(world, send, reply_to):
    case = world.case()
    photo = samples.picture()
    more = {"maintype": "image", "subtype": "png", "disposition": "inline"}
    send(reply_to(case), "Sådan ser der ud.", files=[("IMG_1.png", photo, more)])
    assert count(world, CaseAttachment) == 1


# Switching it off


def test_a_coordinator_switches_it_off_and_on_again(browser, world, send):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/edit")
    coordinator.submit("Gem", takes_mail="")
    assert send(network_address(world), "Vi ved det ikke.", subject="Hvem ringer?").fate is Fate.REFUSED
    coordinator.get(f"/networks/{world.network_id}/edit")
    coordinator.submit("Gem", takes_mail="y")
    assert send(network_address(world), "Vi ved det ikke.", subject="Hvem ringer?").fate is Fate.TAKEN


def test_where_no_mail_comes_in_the_switch_keeps_its_place(app, browser, world, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_REPLY_HOST", "")
    change(world, takes_mail=False)
    coordinator = browser("coordinator")
    assert "Medlemmer må skrive pr. mail" not in coordinator.get(f"/networks/{world.network_id}/edit").text
    coordinator.submit("Gem", name="ERFA Nyt")
    with world.app.app_context():
        assert not db.session.get_one(Network, world.network_id).takes_mail


def test_help_tells_of_it_where_mail_comes_in(app, browser, world, monkeypatch):
    assert "Kan jeg skrive pr. mail?" in browser("member").get("/help").text
    monkeypatch.setitem(app.config, "MAIL_REPLY_HOST", "")
    assert "Kan jeg skrive pr. mail?" not in browser("member").get("/help").text
