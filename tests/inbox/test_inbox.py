"""The page of the inbox: unread first seen, narrowed, opened, marked, and cheap however much there is."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.cases.models import Case, PostKind
from app.cases.operations import reply
from app.core import clock as core_clock
from app.extensions import db
from app.networks.leaving import Wishes, leave
from app.networks.models import Membership, Role
from app.networks.queries import current_membership
from app.notifications.models import Notice
from app.notifications.notices import purge_notices
from app.notifications.operations import announce, mute
from tests.counting import A_PAGE


@pytest.fixture
def told(world):
    """Tells the member of the cast of a case, or of what else is said; returns the notice's number."""
    numbers = iter(range(1000))

    def tell(kind="case_opened", who="member", about="", **payload):
        if not payload:
            payload = {"case_id": world.case(author="coordinator", title=f"Sag {next(numbers)}")}
        with world.acting():
            announce(kind, to=[world.cast[who]], about=about or f"case-{payload.get('case_id', 0)}", payload=payload)
            return db.session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()

    return tell


@pytest.fixture
def unread(app, world):
    def count(who="member"):
        with app.app_context():
            mine = select(func.count(Notice.id)).where(Notice.person_id == world.cast[who], Notice.read_at.is_(None))
            return db.session.scalar(mine)

    return count


def words(page):
    return [" ".join(node.text().split()) for node in page.tree.css("main .inbox__open")]


def in_the_header(page):
    node = page.tree.css_first(".site__tools .unread-count")
    return node.text() if node else None


def test_nothing_yet_says_what_will_come(browser):
    page = browser("member").get("/inbox")
    assert "Ikke noget endnu" in page.text
    assert in_the_header(page) is None


def test_the_newest_stands_first_and_the_header_counts(browser, told):
    for _ in range(3):
        told()
    page = browser("member").get("/inbox")
    assert words(page) == ["Ulæst: Ny sag: Sag 2", "Ulæst: Ny sag: Sag 1", "Ulæst: Ny sag: Sag 0"]
    assert "ERFA Prøvenet · Karen Tovholder ·" in page.text
    assert in_the_header(page) == "3"
    assert in_the_header(browser("colleague").get("/")) is None


def test_opening_a_line_reads_it_and_goes_there(browser, told, unread):
    told()
    member = browser("member")
    member.get("/inbox")
    page = member.submit("Ulæst: Ny sag: Sag 0")
    assert page.title == "Sag 0"
    assert unread() == 0
    assert words(member.get("/inbox")) == ["Ny sag: Sag 0"]


def test_looking_reads_nothing(browser, told, unread):
    told()
    member = browser("member")
    for address in ("/inbox", "/inbox?unread=1", "/inbox/unsent"):
        member.get(address)
    assert unread() == 1


def test_a_line_is_marked_read_and_unread_again_where_one_is(browser, told, unread):
    notice = told()
    member = browser("member")
    member.get("/inbox?unread=1")
    page = member.submit("Markér som læst: Ny sag: Sag 0")
    assert page.url.split("#")[0].endswith("/inbox?unread=1")
    assert unread() == 0
    assert "Du er helt med" in page.text
    member.post(f"/inbox/{notice}/reading", status=303, **{"as": "unread"})
    assert unread() == 1


def test_all_are_read_at_once_or_those_of_one_network(browser, world, told, unread):
    told()
    told("new_device", about="device-1", at=core_clock.now().isoformat(), device="Firefox", means="password")
    member = browser("member")
    member.post("/inbox/reading", status=303, network=str(world.network_id))
    assert unread() == 1
    member.get("/inbox")
    member.submit("Markér alle som læst")
    assert unread() == 0


def test_one_network_and_unread_narrow_the_list(app, world, browser, told):
    told()
    with world.acting():
        db.session.add(Membership(network_id=world.other_network_id, person_id=world.cast["member"], role=Role.MEMBER))
    other = world.case(network_id=world.other_network_id, author="outsider", title="Den anden")
    told(case_id=other)
    member = browser("member")
    assert words(member.get(f"/inbox?network={world.other_network_id}")) == ["Ulæst: Ny sag: Den anden"]
    assert len(words(member.get("/inbox"))) == 2
    member.submit("Vis", network=str(world.network_id))
    assert words(member.page) == ["Ulæst: Ny sag: Sag 0"]
    assert "Ikke noget fra det her netværk" in member.get("/inbox?network=4711").text


@pytest.mark.parametrize(
    "query", ["page=-1", "page=99999999999999", "network=abc", "network=", "unread=maybe", "page=x"]
)
def test_what_cannot_be_asked_for_narrows_nothing(browser, told, query):
    told()
    assert len(words(browser("member").get(f"/inbox?{query}"))) == 1


def test_nobody_opens_or_marks_what_is_not_theirs(browser, told, unread):
    notice = told()
    for who in ("colleague", "administrator", "outsider"):
        browser(who).post(f"/inbox/{notice}/opening", status=404)
        browser(who).post(f"/inbox/{notice}/reading", status=404)
    assert unread() == 1


def test_whoever_leaves_a_network_finds_nothing_of_it_any_more(app, world, browser, told):
    told()
    told("new_device", about="device-1", at=core_clock.now().isoformat(), device="Firefox", means="password")
    with app.test_request_context(method="POST"):
        member = db.session.get(Person, world.cast["member"])
        leave(current_membership(member.id, world.network_id), Wishes(), by=member)
        db.session.commit()
    page = browser("member").get("/inbox")
    assert words(page) == ["Ulæst: Du er logget ind på en ny enhed"]
    assert in_the_header(page) == "1"


def test_before_an_agreement_is_accepted_it_only_says_that_there_is_something(world, browser, told):
    told()
    world.agreement(accepted_by=["coordinator"])
    member = browser("member")
    page = member.get("/inbox")
    assert "Sag 0" not in page.text
    assert words(page) == ["Ulæst: Nyt i ERFA Prøvenet. Sig ja til netværkets aftale for at læse det."]
    member.submit("Ulæst: Nyt i ERFA Prøvenet. Sig ja til netværkets aftale for at læse det.")
    assert member.page.url.endswith(f"/agreements/{world.network_id}")


def test_what_is_gone_says_so_and_can_still_be_put_away(app, world, browser, told, unread):
    notice = told(case_id=4711)
    member = browser("member")
    assert "Det, som det handlede om, er her ikke længere." in member.get("/inbox").text
    member.post(f"/inbox/{notice}/opening", status=303)
    assert unread() == 0


def test_reading_a_case_reads_what_the_inbox_says_of_it(app, world, browser, unread, clock):
    case_id = world.case(author="member", posts=0)
    with world.acting():
        case, by = db.session.get_one(Case, case_id), db.session.get_one(Person, world.cast["colleague"])
        for number in range(3):
            reply(case, kind=PostKind.ADVICE, body=f"Ring {number} gange.", by=by)
    assert unread() == 3
    browser("member").post(f"/cases/{case_id}/reading", status=302, number="2")
    assert unread() == 1  # the third has not been read yet
    browser("member").post(f"/cases/{case_id}/reading", status=302, number="3")
    assert unread() == 0


def test_whoever_answers_has_seen_the_call(world, browser, told, unread):
    meeting_id = world.meeting()
    told("meeting_called", about=f"meeting-{meeting_id}", meeting_id=meeting_id, by="Karen Tovholder")
    told()
    browser("member").post(f"/meetings/{meeting_id}/answer", answer="yes")
    assert unread() == 1


def test_what_is_muted_stays_out_and_what_is_owed_comes(world, browser, told):
    with world.acting():
        mute(world.cast["member"], "network", world.network_id)
    told()
    told("meeting_called", about="meeting-1", meeting_id=world.meeting(), by="Karen Tovholder")
    assert words(browser("member").get("/inbox")) == [
        "Ulæst: Indkaldelse: Småjob hos håndværksmestre, torsdag den 26. november kl. 9.30"
    ]


def test_a_mail_whose_line_was_read_first_is_not_sent(world, browser, told, outbox):
    notice = told()
    browser("member").post(f"/inbox/{notice}/opening", status=303)
    assert ("person2@erfa.test", "case_opened", "already read in the inbox") in outbox.untold()


def test_calls_are_sent_whether_or_not_their_line_was_read(world, browser, told, outbox):
    notice = told("meeting_called", about="meeting-1", meeting_id=world.meeting(), by="Karen Tovholder")
    browser("member").post(f"/inbox/{notice}/opening", status=303)
    assert [mail.kind for mail in outbox()] == ["meeting_called"]


def test_the_past_is_forgotten_read_sooner_than_unread(app, world, browser, told, unread, clock):
    first, second = told(), told()
    browser("member").post(f"/inbox/{first}/reading", status=303)

    def tidy(days):
        clock.move(days=days)
        with world.acting():
            purge_notices()
        with app.app_context():
            return db.session.scalars(select(Notice.id).order_by(Notice.id)).all()

    assert tidy(89) == [first, second]
    assert tidy(2) == [second]
    assert tidy(280) == []


def test_telling_many_takes_two_statements(app, world, statements):
    with world.acting():
        people = [world.person(f"Person {number}", network=world.network_id) for number in range(30)]
    case_id = world.case()
    with world.acting():
        with statements.counted() as seen:
            announce("case_opened", to=people, about=f"case-{case_id}", payload={"case_id": case_id})
        assert len(seen) == 2, seen


def test_a_full_page_of_everything_costs_as_much_as_two_lines(app, world, browser, told, statements):
    def cost():
        member = browser("member")
        member.get("/inbox")
        with statements.counted() as seen:
            page = member.get("/inbox")
        return len(seen), len(words(page))

    told()
    told("meeting_called", about="meeting-0", meeting_id=world.meeting(), by="Karen")
    few = cost()
    for number in range(9):
        told()
        told("meeting_called", about=f"meeting-{number}-b", meeting_id=world.meeting(), by="Karen")
        told(
            "person_moved",
            about=f"x-{number}",
            person_id=world.cast["colleague"],
            organisation="KMD",
            on="2026-11-23",
            by="A",
        )
    many = cost()
    assert many[1] == 25
    assert many[0] == few[0]
    assert many[0] <= A_PAGE


def test_the_header_costs_no_statement_of_its_own(browser, told, statements):
    member = browser("member")
    with statements.counted() as before:
        member.get("/help")
    told()
    with statements.counted() as after:
        page = member.get("/help")
    assert in_the_header(page) == "1"
    assert len(after) == len(before)
