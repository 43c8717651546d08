"""Finding cases and reading them: lists, unread, paging, the page itself."""

import pytest

from app.cases import queries
from app.cases.models import Case, Post, PostKind, ReadPosition
from app.core import clock as time
from app.extensions import db
from app.networks.models import Membership, Network


@pytest.fixture
def position(world):
    """How far somebody of the cast has read a case; None when they never opened it."""

    def read(who, case):
        with world.app.app_context():
            row = db.session.get(ReadPosition, (world.cast[who], case))
            return row.number if row else None

    return read


def in_both(world, who="member"):
    with world.acting():
        db.session.add(Membership(network_id=world.other_network_id, person_id=world.cast[who]))


def test_a_member_reads_a_case_its_replies_and_where_they_come_from(browser, world):
    case = world.case(posts=2, tried="En **folder**.", wanted="Jeres første sætning.")
    page = browser("member").get(f"/cases/{case}")
    assert page.title == "Hvem skal ringe først?"
    assert "Mette Medlem, Hjørring · 23. november 2026" in page.text
    assert "2 svar" in page.text
    assert "Erfaring Ole Kollega" in page.text
    assert page.tree.css_first(".told strong").text() == "folder"
    assert [node.attributes["id"] for node in page.tree.css("article.reply")] == ["post-1", "post-2"]


def test_the_lists_name_the_network_and_say_what_is_new(browser, world):
    in_both(world)
    world.case(posts=1)
    world.case(network_id=world.other_network_id, title="Hvad gør de andre?", author="outsider")
    text = browser("member").get("/cases").text
    assert "Hvem skal ringe først? Mette Medlem, Hjørring · ERFA Prøvenet · 1 svar 1 nyt svar" in text
    assert "Hvad gør de andre? Ulla Udenfor, Læsø · ERFA Hemmeligt Ny sag" in text


def test_open_closed_and_unread_cases_have_a_list_each(browser, world, clock):
    world.case(title="Den åbne")
    world.case(title="Den lukkede", closed_at=clock.move(minutes=1))
    member = browser("member")
    member.get("/cases")
    assert "Den åbne" in member.page.text
    assert "Den lukkede" not in member.page.text
    member.follow("Afsluttede")
    assert "Den lukkede" in member.page.text
    assert "Den åbne" not in member.page.text
    member.follow("Ulæste")
    assert "Den åbne" in member.page.text
    assert "Den lukkede" in member.page.text
    member.get(f"/networks/{world.network_id}/cases")
    member.follow("Afsluttede sager")
    assert "Den lukkede" in member.page.text
    assert "Den åbne" not in member.page.text


def test_a_filter_nobody_made_is_the_open_cases(browser, world):
    world.case()
    assert "Hvem skal ringe først?" in browser("member").get("/cases?show=%27drop&page=-3").text


def test_an_empty_list_says_what_to_do_next(browser, world):
    member = browser("member")
    assert "Ti linjer er nok." in member.get("/cases").text
    member.follow("Skriv en sag")
    assert member.page.title == "Skriv en sag"
    assert "Du har læst det hele." in member.get("/cases?show=unread").text
    assert "Ingen afsluttede sager endnu." in member.get(f"/networks/{world.network_id}/cases?show=closed").text


def test_twenty_five_cases_stand_on_a_page_newest_first(browser, world, clock):
    for number in range(1, 28):
        clock.move(minutes=1)
        world.case(title=f"Sag {number}.")
    member = browser("member")
    member.get("/cases")
    assert len(member.page.tree.css(".rows > li")) == 25
    assert member.page.text.index("Sag 27.") < member.page.text.index("Sag 26.")
    member.follow("Næste")
    assert len(member.page.tree.css(".rows > li")) == 2
    assert "Sag 1." in member.page.text


def test_an_outsider_finds_no_trace_of_the_other_networks_cases(browser, world):
    """Neither id, title nor text of a case, in any page of this room; and hidden looks like missing."""
    case = world.case(posts=3, title="Hemmelig titel", situation="Hemmelig situation")
    outsider = browser("outsider")
    for url in ("/cases", "/cases?show=unread", "/cases?show=closed", f"/networks/{world.other_network_id}/cases"):
        html = outsider.get(url).html
        for trace in ("Hemmelig titel", "Hemmelig situation", "Erfaring 1", f"/cases/{case}", "Prøvenet"):
            assert trace not in html, (url, trace)
    missing = outsider.get("/cases/999", status=404)
    for url in (f"/cases/{case}", f"/cases/{case}/edit", "/posts/1/edit", f"/networks/{world.network_id}/cases", f"/networks/{world.network_id}/cases/new"):  # fmt: skip
        assert outsider.get(url, status=404).text == missing.text
    for url in ("posts", "reading", "closing", "reopening", "muting", "unmuting", "agenda-item", "agenda-item/removal"):
        outsider.post(f"/cases/{case}/{url}", status=404, kind="advice", body="Hej", number="1", meeting="1")
    outsider.post("/posts/1/edit", status=404, kind="advice", body="Hej")
    outsider.post(f"/networks/{world.network_id}/cases/new", status=404, title="Hej")


def test_whoever_leaves_sees_nothing_any_more(browser, world, clock):
    case = world.case(posts=1)
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}")
    with world.acting():
        row = db.session.query(Membership).filter_by(person_id=world.cast["colleague"]).one()
        row.left_at = clock.move(days=1)
    colleague.get(f"/cases/{case}", status=404)
    colleague.get("/posts/1/edit", status=404)
    assert "Hvem skal ringe" not in colleague.get("/cases").text


def test_nobody_reads_cases_without_signing_in(browser, world):
    case = world.case()
    for url in ("/cases", f"/cases/{case}", f"/networks/{world.network_id}/cases", f"/cases/{case}/edit"):
        assert browser(None).get(url, status=302).response.headers["Location"].startswith("/login")


def test_an_administrator_reads_along_but_has_nothing_unread_and_nothing_to_write(browser, world):
    case = world.case(posts=1)
    administrator = browser("administrator")
    page = administrator.get(f"/cases/{case}")
    assert "Du kigger med som administrator." in page.text
    assert "Følg sagen" not in page.text
    assert "Markér som læst" not in page.text
    administrator.post(f"/cases/{case}/posts", status=403, kind="advice", body="Hej")
    administrator.get(f"/networks/{world.network_id}/cases/new", status=403)
    assert "Du har læst det hele." in administrator.get("/cases?show=unread").text


def test_looking_at_a_case_does_not_mark_it_read(browser, world, position):
    case = world.case(posts=2)
    member = browser("member")
    member.get(f"/cases/{case}")
    member.get(f"/cases/{case}")
    assert position("member", case) is None
    assert "2 nye svar" in member.get("/cases").text


def test_the_button_marks_what_the_page_showed_as_read(browser, world, position):
    case = world.case(posts=2)
    member = browser("member")
    member.get(f"/cases/{case}")
    member.submit("Markér som læst")
    assert position("member", case) == 2
    assert "Markér som læst" not in member.page.text
    assert "2 nye svar" not in member.get("/cases").text
    assert "Hvem skal ringe" not in member.get("/cases?show=unread").text


def test_reading_never_goes_back_and_never_beyond_the_last_reply(browser, world, position):
    case = world.case(posts=3)
    member = browser("member")
    member.post(f"/cases/{case}/reading", number="2")
    member.post(f"/cases/{case}/reading", number="1")
    assert position("member", case) == 2
    member.post(f"/cases/{case}/reading", number="99999999999999999999999")
    assert position("member", case) == 3
    for nonsense in ("-1", "x", ""):
        member.post(f"/cases/{case}/reading", status=400, number=nonsense)
    member.raw("GET", f"/cases/{case}/reading").close()
    assert position("member", case) == 3


def test_a_line_parts_what_is_new_since_last_time(browser, world, clock):
    case = world.case(posts=2)
    member = browser("member")
    member.post(f"/cases/{case}/reading", number="2")
    clock.move(days=3)
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}")
    colleague.submit("Send dit svar", kind="advice", body="Ring mandag.")
    page = member.get(f"/cases/{case}")
    assert page.tree.css_first("#new").text() == "Nyt siden i mandags"
    assert page.tree.css_first("#new + article").attributes["id"] == "post-3"
    assert page.links()["1 nyt siden i mandags"] == f"/cases/{case}?page=1#new"
    assert member.get("/cases").links()["Hvem skal ringe først?"] == f"/cases/{case}#new"


def test_what_is_new_since_yesterday_or_long_ago_is_said_so(browser, world, clock):
    case = world.case(posts=1)
    browser("member").post(f"/cases/{case}/reading", number="0")
    member = browser("member")
    for moved, words in (({}, "kl. 9.00 i dag"), ({"days": 1}, "i går"), ({"days": 9}, "23. november")):
        clock.move(**moved)
        assert member.get(f"/cases/{case}").tree.css_first("#new").text() == f"Nyt siden {words}"


def test_a_long_case_opens_where_reading_stopped(browser, world):
    case = world.case(posts=120)
    member = browser("member")
    member.get(f"/cases/{case}")
    assert [node.attributes["id"] for node in member.page.tree.css("article")][:1] == ["post-1"]
    member.post(f"/cases/{case}/reading", number="60")
    member.get(f"/cases/{case}")
    ids = [node.attributes["id"] for node in member.page.tree.css("article")]
    assert (ids[0], ids[-1], len(ids)) == ("post-51", "post-100", 50)
    assert member.page.value("number") == "100"
    member.follow("Næste")
    assert member.page.value("number") == "120"
    member.submit("Markér som læst")
    assert member.page.tree.css_first("article").attributes["id"] == "post-101"
    member.get(f"/cases/{case}?page=1")
    assert "Markér som læst" not in member.page.text
    member.get(f"/cases/{case}?page=999999999999999999999")
    assert "Erfaring 120" in member.page.text


def test_what_was_said_before_one_joined_is_not_unread(browser, world, clock):
    case = world.case(posts=2)
    clock.move(days=10)
    with world.acting():
        newcomer = world.person("Nina Ny", network=world.network_id)
        world.cast["newcomer"] = newcomer
    nina = browser("newcomer")
    assert "Du har læst det hele." in nina.get("/cases?show=unread").text
    assert "Markér som læst" not in nina.get(f"/cases/{case}").text
    clock.move(days=1)
    colleague = browser("colleague")
    colleague.get(f"/cases/{case}")
    colleague.submit("Send dit svar", kind="advice", body="Ring mandag.")
    assert "3 nye svar" in nina.get("/cases?show=unread").text


def test_unread_in_sql_and_in_python_agree(world, clock):
    """Every combination of position, length and membership, asked both ways."""
    cases = [world.case(posts=posts) for posts in (0, 1, 2) for _ in range(4)]
    with world.acting():
        for index, case in enumerate(cases):
            if index % 4:
                number = index % 4 - 1
                db.session.add(ReadPosition(person_id=world.cast["member"], case_id=case, number=number))
    for who in ("member", "colleague", "outsider", "administrator"):
        with world.app.app_context():
            person = db.session.get(queries.Person, world.cast[who])
            in_sql = {line.case.id for line in queries.unread_cases_for(person, 100)}
            found = {case: queries.case_with_reading(person, case) for case in cases}
            in_python = {case for case, both in found.items() if both and both[1].is_unread(both[0])}
            assert in_sql == in_python
    with world.app.app_context():
        member = db.session.get(queries.Person, world.cast["member"])
        # unread: never opened ×3; the last not reached: (1, read 0), (2, read 0), (2, read 1)
        assert len(queries.unread_cases_for(member, 100)) == 6


def test_the_home_page_gets_the_latest_post_of_each_lively_case(world, clock):
    first = world.case(posts=2, title="Den første", last_post_at=clock.move(minutes=1))
    second = world.case(posts=1, title="Den anden", last_post_at=clock.move(minutes=1))
    world.case(title="Den tavse", last_post_at=clock.move(minutes=1))
    with world.app.app_context():
        member = db.session.get(queries.Person, world.cast["member"])
        posts = queries.recent_posts_for(member, 10)
        assert [(post.case_id, post.number) for post in posts] == [(second, 1), (first, 2)]
        assert posts[0].case.network.name == "ERFA Prøvenet"
        assert posts[0].author.name == "Ole Kollega"
        assert [line.case.title for line in queries.unread_cases_for(member, 2)] == ["Den tavse", "Den anden"]
        outsider = db.session.get(queries.Person, world.cast["outsider"])
        assert queries.recent_posts_for(outsider, 10) == []


def many_cases(world, count):
    """Open cases by different people in different networks, all of which the member is in."""
    with world.acting():
        for number in range(count):
            network = Network(name=f"Netværk {number}")
            db.session.add(network)
            db.session.flush()
            db.session.add(Membership(network_id=network.id, person_id=world.cast["member"]))
            author = world.person(f"Forfatter {number}", network=network.id)
            db.session.add(Case(network_id=network.id, author_id=author, title=f"Sag {number}", situation="S"))


def test_the_list_costs_the_same_for_two_cases_as_for_forty(browser, world, statements):
    member = browser("member")
    counts = []
    for more in (2, 38):
        many_cases(world, 0)
        with world.acting():
            start = db.session.query(Case).count()
            for number in range(start, start + more):
                network = Network(name=f"Netværk {number}")
                db.session.add(network)
                db.session.flush()
                db.session.add(Membership(network_id=network.id, person_id=world.cast["member"]))
                author = world.person(f"Forfatter {number}", network=network.id)
                db.session.add(Case(network_id=network.id, author_id=author, title=f"Sag {number}", situation="S"))
        for url in ("/cases", "/cases?show=unread"):
            with statements.counted() as seen:
                member.get(url)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 5


def test_a_case_costs_the_same_for_two_replies_as_for_fifty_by_different_people(browser, world, statements):
    meeting = world.meeting(agenda=1)
    counts = []
    for count in (2, 50):
        case = world.case(agenda_item_id=1 if count == 50 else None)
        with world.acting():
            for number in range(1, count + 1):
                author = world.person(f"Svarer {count}.{number}", network=world.network_id)
                db.session.add(Post(case_id=case, number=number, author_id=author, kind=PostKind.ADVICE, body="R"))
            db.session.get(Case, case).posts_count = count
        for who in ("colleague", "coordinator"):
            with statements.counted() as seen:
                browser(who).get(f"/cases/{case}")
            counts.append(len([statement for statement in seen if "sign_in_sessions (" not in statement]))
    assert meeting
    assert max(counts) <= 8, counts


def test_a_network_overview_shows_its_open_cases(app, world, browser, clock):
    for number in range(7):
        world.case(title=f"Sag {number}.", posts=number, last_post_at=clock.move(minutes=1))
    world.case(title="Lukket", closed_at=time.now())
    with app.test_request_context():
        viewer = db.session.get(queries.Person, world.cast["member"])
        network = db.session.get(Network, world.network_id)
        from app.core.parts import parts_of

        html = "".join(part for part in parts_of("network.main", network=network, viewer=viewer) if "h-cases" in part)
    assert "Sag 6." in html
    assert "Sag 1." not in html
    assert "Lukket" not in html
    assert "Alle 7 åbne sager" in html
    assert "Skriv en sag" in html
