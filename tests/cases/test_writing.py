"""Telling cases, replying, editing, closing: for each write who may, who may not, what is said, and who is told."""

import re

import pytest

from app.cases.models import Case, Post, PostKind, ReadPosition
from app.extensions import db
from app.networks.models import Membership
from app.notifications.models import ChosenLevel, Level, Mail
from app.notifications.operations import choose_level, mute

TOLD = {
    "title": "Hvordan får vi mestre til at sige ja?",
    "situation": "Elleve mennesker vil arbejde.\n\nMestrene siger nej.",
    "tried": "",
    "wanted": "Jeres *første* sætning.",
}


@pytest.fixture
def row(world):
    """A row as it stands: row(Case, 1)."""

    def fetch(model, key):
        with world.app.app_context():
            return db.session.get(model, key)

    return fetch


@pytest.fixture
def owed(world):
    """Who is owed which kind of mail."""

    def read():
        with world.app.app_context():
            names = {number: name for name, number in world.cast.items()}
            return sorted((mail.kind, names[mail.person_id]) for mail in db.session.query(Mail))

    return read


def count(world, model):
    with world.app.app_context():
        return db.session.query(model).count()


# Telling a case


def test_a_member_tells_a_case_and_the_others_get_a_mail(browser, world, owed, row):
    member = browser("member")
    member.get(f"/networks/{world.network_id}/cases")
    member.follow("Skriv en sag")
    assert count(world, Case) == 0
    page = member.submit("Fortæl sagen", **TOLD)
    assert page.title == TOLD["title"]
    assert "Din sag er fortalt. De andre i netværket får en mail nu." in page.text
    assert owed() == [("case_opened", "colleague"), ("case_opened", "coordinator")]
    assert row(Case, 1).posts_count == 0
    assert row(ReadPosition, (world.cast["member"], 1)).number == 0, "one's own case is read"
    assert "Ny sag" not in member.get("/cases").text
    assert "Ny sag" in browser("colleague").get("/cases").text


def test_a_case_without_words_is_explained_at_its_fields_and_nothing_typed_is_lost(browser, world, owed):
    member = browser("member")
    member.get(f"/networks/{world.network_id}/cases/new")
    page = member.submit("Fortæl sagen", title="   ", situation="Kun dette", tried="x" * 20001, wanted="")
    assert page.errors == [
        "Skriv din sag som et spørgsmål.",
        "Hold det under 20000 tegn.",
        "Skriv, hvad de andre kan hjælpe med.",
    ]
    assert "Der er 3 felter, du skal rette" in page.text
    assert page.value("situation") == "Kun dette"
    assert len(page.value("tried")) == 20001
    page = member.submit("Fortæl sagen", **{**TOLD, "title": "x" * 201})
    assert page.errors == ["Hold det under 200 tegn."]
    assert count(world, Case) == 0
    assert owed() == []


def test_a_case_sent_twice_is_one_case(browser, world, owed, clock):
    member = browser("member")
    url = f"/networks/{world.network_id}/cases/new"
    member.post(url, **TOLD)
    clock.move(seconds=20)
    member.post(url, **TOLD)
    assert count(world, Case) == 1
    assert len(owed()) == 2
    clock.move(minutes=2)
    member.post(url, **TOLD)
    assert count(world, Case) == 2


# Replying


def test_a_member_replies_with_a_kind_and_the_others_get_a_mail(browser, world, owed, row):
    case = world.case()
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}")
    page = colleague.submit(
        "Send dit svar", follow=False, status=302, kind="advice", body="Spørg om **opgaven**.\r\nFørst."
    )
    assert page.response.headers["Location"] == f"/cases/{case}?page=1#post-1"
    page = colleague.get(page.response.headers["Location"])
    assert "Dit svar står i sagen. De andre får en mail nu." in page.text
    assert page.tree.css_first("#post-1.reply--advice .reply__body strong").text() == "opgaven"
    assert owed() == [("case_replied", "coordinator"), ("case_replied", "member")]
    assert row(Post, 1).body == "Spørg om **opgaven**.\nFørst."
    assert (row(Case, case).posts_count, row(ReadPosition, (world.cast["colleague"], case)).number) == (1, 1)
    assert "1 nyt svar" in browser("member").get("/cases").text


def test_the_case_owner_replies_as_owner_whatever_the_form_says(browser, world, row):
    case = world.case()
    member = browser("member")
    page = member.get(f"/cases/{case}")
    assert page.tree.css_first("main [name=kind]") is None
    member.post(f"/cases/{case}/posts", kind="advice", body="Ja, det gør vi.")
    assert row(Post, 1).kind is PostKind.OWNER
    assert "Sagsgiver svarer Mette Medlem" in member.get(f"/cases/{case}").text


def test_an_empty_reply_or_an_unknown_kind_is_explained_and_nothing_is_lost(browser, world, owed):
    case = world.case()
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}")
    assert colleague.submit("Send dit svar", body=" \n ").errors == ["Skriv dit svar først."]
    page = colleague.submit("Send dit svar", kind="reflection", body="x" * 20001)
    assert page.errors == ["Hold det under 20000 tegn."]
    assert len(page.value("body")) == 20001
    assert "checked" in page.tree.css_first("[value=reflection]").attributes
    colleague.post(f"/cases/{case}/posts", status=200, kind="owner", body="Jeg er ikke sagsgiver")
    assert colleague.page.errors == ["Vælg, hvad dit svar er."]
    assert colleague.page.value("body") == "Jeg er ikke sagsgiver"
    assert count(world, Post) == 0
    assert owed() == []


def test_the_same_words_within_a_minute_are_one_reply(browser, world, owed, clock):
    case = world.case()
    colleague = browser("colleague")
    for _ in range(2):
        colleague.post(f"/cases/{case}/posts", kind="advice", body="Ring først.")
    assert colleague.page.response.headers["Location"] == f"/cases/{case}?page=1#post-1"
    assert count(world, Post) == 1
    assert len(owed()) == 2
    browser("coordinator").post(f"/cases/{case}/posts", kind="advice", body="Ring først.")
    assert count(world, Post) == 2, "another person may say the same"
    clock.move(seconds=61)
    colleague.post(f"/cases/{case}/posts", kind="advice", body="Ring først.")
    assert count(world, Post) == 3


def test_counters_follow_the_replies(browser, world, row, clock):
    case = world.case()
    for number in range(1, 4):
        moment = clock.move(minutes=5)
        browser("colleague").post(f"/cases/{case}/posts", kind="advice", body=f"Råd {number}")
        assert row(Case, case).posts_count == number
        assert row(Case, case).last_post_at == moment
    with world.app.app_context():
        assert [post.number for post in db.session.query(Post).order_by(Post.id)] == [1, 2, 3]


def test_a_closed_case_takes_no_reply_and_the_text_is_still_there(browser, world, owed, clock):
    case = world.case()
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}")
    browser("member").post(f"/cases/{case}/closing")
    page = colleague.submit("Send dit svar", kind="advice", body="Jeg var lige ved at skrive.")
    assert page.errors == ["Sagen er afsluttet og tager ikke imod svar. Din tekst står her endnu."]
    assert page.value("body") == "Jeg var lige ved at skrive."
    assert count(world, Post) == 0
    assert owed() == []
    page = colleague.get(f"/cases/{case}")
    assert "Den tager ikke imod flere svar" in page.text
    assert page.tree.css_first("textarea") is None


# Editing


def test_the_owner_edits_the_case_and_it_says_so(browser, world, row, owed):
    case = world.case()
    member = browser("member")
    member.get(f"/cases/{case}")
    member.follow("Redigér sagen")
    page = member.submit("Gem sagen", title="Hvem ringer først?", wanted="Råd")
    assert page.title == "Hvem ringer først?"
    assert "redigeret" in page.text
    assert "Sagen er gemt." in page.text
    assert row(Case, case).wanted == "Råd"
    assert owed() == []


def test_a_coordinator_edits_anybodys_case_and_a_colleague_nobodys(browser, world):
    case = world.case()
    coordinator = browser("coordinator")
    coordinator.get(f"/cases/{case}/edit")
    assert coordinator.submit("Gem sagen", wanted="Råd").title
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}/edit", status=403)
    colleague.post(f"/cases/{case}/edit", status=403, **TOLD)
    assert "Redigér sagen" not in colleague.get(f"/cases/{case}").links()


def test_bad_edits_are_explained_and_nothing_typed_is_lost(browser, world, row):
    case = world.case()
    member = browser("member")
    member.get(f"/cases/{case}/edit")
    page = member.submit("Gem sagen", title="", wanted="Mod")
    assert page.errors == ["Skriv din sag som et spørgsmål."]
    assert page.value("wanted") == "Mod"
    assert row(Case, case).edited_at is None


def test_an_edit_against_older_words_shows_both_and_overwrites_nothing(browser, world, row):
    case = world.case(wanted="Råd")
    member, coordinator = browser("member"), browser("coordinator")
    member.get(f"/cases/{case}/edit")
    coordinator.get(f"/cases/{case}/edit")
    coordinator.submit("Gem sagen", situation="Tovholderens ord")
    page = member.submit("Gem sagen", status=409, situation="Mine ord")
    assert "En anden har ændret sagen, siden du åbnede den." in page.text
    assert "Tovholderens ord" in page.text
    assert page.value("situation") == "Mine ord"
    assert row(Case, case).situation == "Tovholderens ord"
    member.submit("Gem sagen", situation="Begges ord")
    assert row(Case, case).situation == "Begges ord"


def test_the_same_edit_twice_is_no_conflict(browser, world, row):
    case = world.case(wanted="Råd")
    member = browser("member")
    member.get(f"/cases/{case}/edit")
    seen = member.page.value("seen")
    for _ in range(2):
        member.post(f"/cases/{case}/edit", seen=seen, **TOLD)
    assert row(Case, case).title == TOLD["title"]
    member.post(f"/cases/{case}/edit", status=409, seen="", **{**TOLD, "title": "Uden at have set"})


def test_an_own_reply_is_edited_and_marked(browser, world, row):
    case = world.case(posts=2)
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}")
    colleague.follow("Redigér svar 2")
    page = colleague.submit("Gem dit svar", kind="reflection", body="Nu **bedre**.")
    assert page.tree.css_first("#post-2.reply--reflection strong").text() == "bedre"
    assert "redigeret" in page.tree.css_first("#post-2").text()
    assert "redigeret" not in page.tree.css_first("#post-1").text()
    assert row(Post, 2).number == 2


def test_nobody_edits_what_another_has_said(browser, world, row):
    case = world.case(posts=1)
    for who in ("member", "coordinator", "administrator"):
        other = browser(who)
        other.get("/posts/1/edit", status=403)
        other.post("/posts/1/edit", status=403, kind="advice", body="Noget andet")
        assert "Redigér svar 1" not in other.get(f"/cases/{case}").links()
    assert row(Post, 1).body == "Erfaring 1"


def test_a_reply_edited_in_two_windows_keeps_both_texts(browser, world, row):
    world.case(posts=1)
    here, there = browser("colleague"), browser("colleague")
    here.get("/posts/1/edit")
    there.get("/posts/1/edit")
    there.submit("Gem dit svar", body="Fra telefonen")
    page = here.submit("Gem dit svar", status=409, body="Fra kontoret")
    assert "Fra telefonen" in page.text
    assert page.value("body") == "Fra kontoret"
    assert row(Post, 1).body == "Fra telefonen"
    assert here.submit("Gem dit svar", body="").errors == ["Skriv dit svar først."]


def test_the_owners_reply_stays_the_owners_when_edited(browser, world, row):
    case = world.case()
    member = browser("member")
    member.get(f"/cases/{case}")
    member.submit("Send dit svar", body="Ja.")
    member.follow("Redigér svar 1")
    member.submit("Gem dit svar", body="Nej.")
    assert (row(Post, 1).kind, row(Post, 1).body) == (PostKind.OWNER, "Nej.")


# Closing and reopening


def test_the_owner_and_the_coordinators_close_and_reopen(browser, world, row, clock, owed):
    case = world.case()
    for who in ("member", "coordinator"):
        someone = browser(who)
        someone.get(f"/cases/{case}")
        page = someone.submit("Afslut sagen")
        assert "Afsluttet 23. november" in page.text
        first = row(Case, case).closed_at
        clock.move(minutes=1)
        someone.post(f"/cases/{case}/closing")
        assert row(Case, case).closed_at == first, "closing twice changes nothing"
        someone.get(f"/cases/{case}")
        someone.submit("Genåbn sagen")
        someone.post(f"/cases/{case}/reopening")
        assert row(Case, case).closed_at is None
    assert owed() == []


def test_others_neither_close_nor_reopen(browser, world, row):
    case = world.case()
    colleague = browser("colleague")
    colleague.post(f"/cases/{case}/closing", status=403)
    colleague.post(f"/cases/{case}/reopening", status=403)
    assert row(Case, case).closed_at is None


# Following


def follow(page):
    """What the case says of one's mails, and what is chosen."""
    part = page.tree.css_first("#follow")
    return part.css_first("p").text(), part.css_first("option[selected]").attributes["value"]


def test_a_member_chooses_how_much_to_hear_of_a_case_and_takes_it_back(browser, world):
    case = world.case()
    member, colleague = browser("member"), browser("colleague")
    assert follow(member.get(f"/cases/{case}")) == ("Du får mails om denne sag, fordi den er din.", "network")
    why, _chosen = follow(colleague.get(f"/cases/{case}"))
    assert why == "Du får ingen mails om svar her, fordi du ikke har skrevet her. Skriver du, får du dem."
    for level, why in [
        ("watch", "Du får hvert nyt svar, fordi du har valgt det."),
        ("normal", "Du får svar, hvis du har skrevet her, fordi du har valgt det."),
        ("quiet", "Du får kun det, der er rettet til dig, fordi du har valgt det."),
        ("muted", "Du får intet om denne sag, fordi du har valgt det. Den står stadig under Sager."),
    ]:
        member.get(f"/cases/{case}")
        assert follow(member.submit("Gem", level=level)) == (why, level)
        member.post(f"/cases/{case}/level", level=level)
        assert count(world, ChosenLevel) == 1
    member.post(f"/cases/{case}/level", level="network")
    member.post(f"/cases/{case}/level", level="network")
    assert count(world, ChosenLevel) == 0


def test_nobody_chooses_nonsense_or_for_a_case_they_are_not_in(browser, world):
    case = world.case()
    browser("member").post(f"/cases/{case}/level", status=400, level="loud")
    browser("member").post(f"/cases/{case}/level", status=400)
    browser("outsider").post(f"/cases/{case}/level", status=404, level="watch")
    browser("administrator").post(f"/cases/{case}/level", status=403, level="watch")
    assert count(world, ChosenLevel) == 0


def test_the_case_says_why_one_hears_of_it(browser, world):
    case = world.case(posts=1)
    assert follow(browser("colleague").get(f"/cases/{case}"))[0] == (
        "Du får mails om denne sag, fordi du har skrevet her."
    )
    coordinator = browser("coordinator")
    for level, why in [
        (Level.WATCH, "Du får mails om denne sag, fordi du følger alt i netværket."),
        (Level.QUIET, "Du får ingen mails om svar her, fordi du har valgt stille for netværket."),
        (Level.MUTED, "Du har slået mails fra for hele netværket, så du får ingen om denne sag."),
    ]:
        with world.acting():
            choose_level(world.cast["coordinator"], "network", world.network_id, level)
        assert follow(coordinator.get(f"/cases/{case}"))[0] == why


def test_no_act_happens_by_looking(browser, world):
    case = world.case()
    member = browser("member")
    for act in ("posts", "closing", "reopening", "reading", "level", "agenda-item", "agenda-item/removal"):
        assert member.raw("GET", f"/cases/{case}/{act}").status_code == 405
    for url in (f"/cases/{case}", f"/cases/{case}/edit", "/cases", f"/networks/{world.network_id}/cases/new"):
        member.get(url)
    assert [count(world, model) for model in (Post, Mail, ChosenLevel, ReadPosition)] == [0, 0, 0, 0]


# What the mails say


def test_the_mail_of_a_new_case_tells_it_whole(browser, world, outbox):
    browser("member").post(f"/networks/{world.network_id}/cases/new", **{**TOLD, "tried": "<b>Folder</b>"})
    mails = outbox()
    assert sorted(mail.to for mail in mails) == ["person1@erfa.test", "person3@erfa.test"]
    mail = mails[0]
    assert mail.subject == TOLD["title"]
    assert "Mette Medlem, Hjørring, spørger ERFA Prøvenet:" in mail.text
    assert "Elleve mennesker vil arbejde." in mail.text
    assert "https://erfa.test/cases/1" in mail.text
    assert "<em>første</em>" in mail.html
    assert "&lt;b&gt;Folder&lt;/b&gt;" in mail.html
    assert mail.text.count("ERFA Prøvenet") == 2, "where it comes from, and why one gets it"
    assert mail.message["From"].startswith("Mette Medlem")


def test_the_mail_of_a_reply_holds_its_text_and_leads_to_it(browser, world, outbox):
    case = world.case(posts=60)  # by the colleague, who therefore hears how it goes on
    browser("coordinator").post(f"/cases/{case}/posts", kind="experience", body="Vi lod en **murer** ringe.")
    mails = {mail.to: mail for mail in outbox()}
    assert sorted(mails) == ["person2@erfa.test", "person3@erfa.test"]
    mail = mails["person2@erfa.test"]
    assert mail.subject == "Re: Hvem skal ringe først?"
    assert "Erfaring · Karen Tovholder, Frederikshavn" in mail.text
    assert "Vi lod en **murer** ringe." in mail.text
    assert "<strong>murer</strong>" in mail.html
    assert f"https://erfa.test/cases/{case}?page=2#post-61" in mail.text
    assert re.search(rf"case-{case}\b", mail.message["References"])


def test_a_mail_is_not_sent_to_whoever_left_has_read_it_or_does_not_want_it(browser, world, outbox, clock):
    case = world.case()
    with world.acting():
        for name in ("Lisa Læst", "Tavs Thea", "Gone Gorm", "Netop Nej"):
            world.cast[name] = world.person(name, network=world.network_id)
    browser("colleague").post(f"/cases/{case}/posts", kind="advice", body="Ring.")
    browser("Lisa Læst").post(f"/cases/{case}/reading", number="1")
    browser("Tavs Thea").post(f"/cases/{case}/level", level="muted")
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["Gone Gorm"]).one().left_at = clock.move(hours=1)
        mute(world.cast["Netop Nej"], "network", world.network_id)
    assert [mail.to for mail in outbox()] == ["person2@erfa.test"]
    assert [reason for _to, _kind, reason in outbox.untold()] == [
        "takes no part in the case",
        "already read",
        f"case {case} is muted",
        "no longer a member of the network",
        f"network {world.network_id} is muted",
    ]


def test_a_new_case_is_not_mailed_to_whoever_has_opened_it_or_left(browser, world, outbox, clock):
    browser("member").post(f"/networks/{world.network_id}/cases/new", **TOLD)
    browser("colleague").post("/cases/1/reading", number="0")
    with world.acting():
        person = world.cast["coordinator"]
        db.session.query(Membership).filter_by(person_id=person).one().left_at = clock.move(minutes=1)
    assert outbox() == []
    assert outbox.untold() == [
        ("person1@erfa.test", "case_opened", "no longer a member of the network"),
        ("person3@erfa.test", "case_opened", "already read"),
    ]


# What people try


FUZZ = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[klik](javascript:alert(1))",
    "[klik](  JaVaScRiPt&colon;alert(1))",
    "![x](https://evil.example/x.png)",
    "<svg/onload=alert(1)>",
    "<a href='data:text/html,x'>x</a>",
    "{{ 7*7 }}{% raw %}",
    "]]><!--",
    "<style>*{display:none}</style>",
    "</textarea><script>1</script>",
    "\u202e\u2066 vendt \U0001f9d1",
    "<h1>stor</h1>\n# Overskrift\n\n<iframe src=//evil.example>",
]


@pytest.mark.parametrize("evil", FUZZ)
def test_what_people_write_is_only_ever_words(browser, world, outbox, evil):
    """The reading browser checks each page: valid HTML, one h1, no inline script or style."""
    member = browser("member")
    member.get(f"/networks/{world.network_id}/cases/new")
    member.submit("Fortæl sagen", title=evil[:200], situation=evil, tried=evil, wanted=evil)
    colleague = browser("colleague")
    colleague.get("/cases/1")
    colleague.submit("Send dit svar", kind="advice", body=evil)
    pages = [colleague.page, colleague.get("/cases"), colleague.get("/posts/1/edit"), member.get("/cases/1/edit")]
    for page in pages:
        main = page.tree.css_first("main")
        assert not main.css("script, style, iframe, img, object, h1 ~ h1")
        for node in main.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")], node.html
        for link in main.css("a[href]"):
            assert link.attributes["href"].startswith(("/", "http", "#", "mailto:", "?")), link.html
        assert "49" not in main.text() or "49" in evil
    for mail in outbox():
        assert "<script" not in mail.html
        assert "onerror=alert" not in mail.html.replace("&lt;", "").split("<img")[0] or "<img" not in mail.html
        assert "javascript:" not in mail.html.lower() or 'href="javascript' not in mail.html.lower()
