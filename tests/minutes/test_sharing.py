"""A draft is for those who write it; sharing opens the minutes to the network and tells everybody once."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from app.accounts.models import Person
from app.core import clock
from app.core.parts import parts_of
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting
from app.minutes.models import Minutes
from app.minutes.queries import (
    decisions_under,
    latest_minutes_for,
    minutes_for,
    open_actions_of,
    shared_minutes_of_meetings,
)
from app.networks.models import Membership, Network
from app.notifications.models import Mail
from tests.counting import WHERE_ROOMS_MEET

SECRET = "Hemmelig kladde"


@pytest.fixture
def draft(world):
    """A meeting with a draft that has text, a decision and an action of the member's; the ids of meeting and items."""
    meeting_id = world.meeting(agenda=2, starts_at=clock.now() - timedelta(days=1))
    items = world.minutes(meeting_id, f"{SECRET} i teksten")
    world.decision(items[0], f"{SECRET} i beslutningen")
    world.action(items[0], f"{SECRET} i opgaven", owner="member")
    return meeting_id, items


def mails_of(world):
    with world.acting():
        mails = db.session.query(Mail).order_by(Mail.id).all()
        db.session.expunge_all()
        return mails


def share(browser, meeting_id):
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes")
    karen.follow("Del med netværket")
    return karen.submit("Del referatet")


def test_a_draft_is_404_for_members_and_readable_for_coordinators(browser, draft):
    meeting_id, _items = draft
    browser("member").get(f"/meetings/{meeting_id}/minutes", status=404)
    for who in ("coordinator", "administrator"):
        assert SECRET in browser(who).get(f"/meetings/{meeting_id}/minutes").text


def test_a_meeting_without_minutes_looks_to_members_like_one_with_a_draft(browser, world, draft):
    meeting_id, _items = draft
    mette = browser("member")
    with_draft = mette.get(f"/meetings/{meeting_id}/minutes", status=404)
    without = mette.get(f"/meetings/{world.meeting()}/minutes", status=404)
    assert with_draft.text == without.text


def test_a_draft_leaks_nowhere(app, browser, world, draft):
    meeting_id, items = draft
    later = world.meeting()
    mette = browser("member")
    network, meetings = f"/networks/{world.network_id}", f"/networks/{world.network_id}/meetings"
    for url in (
        network,
        meetings,
        f"{network}/minutes",
        f"/meetings/{meeting_id}",
        f"/meetings/{later}",
        "/actions",
        "/",
    ):
        assert SECRET not in mette.get(url).html
    with app.test_request_context(), force_locale("da"):
        member = db.session.get(Person, world.cast["member"])
        network = db.session.get(Network, world.network_id)
        for place in ("meeting.lead", "meeting.main", "meeting.tools"):
            for shown in (meeting_id, later):
                meeting = db.session.get(Meeting, shown)
                html = "".join(parts_of(place, meeting=meeting, viewer=member))
                assert SECRET not in html
                assert "/minutes" not in html
        html = "".join(parts_of("network.main", network=network, viewer=member))
        assert SECRET not in html
        assert "/minutes" not in html
        assert minutes_for(member, meeting_id) is None
        assert open_actions_of(member) == []
        assert latest_minutes_for(member) == []
        assert decisions_under(items) == {}
        assert shared_minutes_of_meetings([meeting_id]) == {}


def test_a_member_who_has_an_action_in_a_draft_does_not_meet_it(browser, world, draft):
    _meeting_id, items = draft
    action_id, decision_id = world.action(items[0]), world.decision(items[0], number=2)
    mette = browser("member")
    mette.post(f"/actions/{action_id}/completion", status=404)
    mette.post("/actions/completions", status=404, **{"ids[]": str(action_id)})
    mette.get(f"/actions/{action_id}/edit", status=404)
    mette.get(f"/decisions/{decision_id}/edit", status=404)


def test_sharing_opens_the_minutes_and_tells_every_member(browser, world, draft):
    meeting_id, _items = draft
    page = share(browser, meeting_id)
    assert "Referatet er delt, og 3 medlemmer får en mail nu." in page.text
    assert "Delt med netværket" in page.text
    mails = mails_of(world)
    assert {mail.person_id for mail in mails} == {world.cast[who] for who in ("coordinator", "member", "colleague")}
    assert {mail.kind for mail in mails} == {"minutes_shared"}
    mette = browser("member")
    page = mette.get(f"/meetings/{meeting_id}/minutes")
    assert SECRET in page.text
    assert "Redigér" not in page.text
    assert SECRET in mette.get("/actions").text


def test_sharing_twice_tells_nobody_twice(browser, world, draft):
    meeting_id, _items = draft
    share(browser, meeting_id)
    browser("administrator").post(f"/meetings/{meeting_id}/minutes/sharing")
    assert len(mails_of(world)) == 3


def test_only_coordinators_share(browser, world, draft):
    meeting_id, _items = draft
    mette, ulla = browser("member"), browser("outsider")
    for method in (mette.get, mette.post):
        method(f"/meetings/{meeting_id}/minutes/sharing", status=403)
    ulla.post(f"/meetings/{meeting_id}/minutes/sharing", status=404)
    assert mails_of(world) == []


def test_asking_whether_to_share_shares_nothing(browser, world, draft):
    meeting_id, _items = draft
    page = browser("coordinator").get(f"/meetings/{meeting_id}/minutes/sharing")
    assert "3 medlemmer af ERFA Prøvenet får nu en mail" in page.text
    assert "1 af 2" in page.text
    with world.acting():
        assert not db.session.get(Minutes, meeting_id).is_shared


def test_nothing_cannot_be_shared(browser, world):
    meeting_id = world.meeting()
    karen = browser("coordinator")
    karen.post(f"/meetings/{meeting_id}/minutes/sharing")
    assert "Der står intet i referatet endnu" in karen.get(f"/meetings/{meeting_id}/minutes/edit").text
    assert mails_of(world) == []


def test_a_correction_after_sharing_is_dated(browser, clock, draft):
    meeting_id, _items = draft
    share(browser, meeting_id)
    karen = browser("coordinator")
    assert "Rettet" not in karen.get(f"/meetings/{meeting_id}/minutes").text
    clock.move(days=3)
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Gem", text="Rettet tekst")
    page = browser("member").get(f"/meetings/{meeting_id}/minutes")
    assert "Rettet den 26. november 2026" in page.text
    assert "rettet i dag" in page.text


def test_ticking_off_an_action_is_no_correction(browser, clock, world, draft):
    meeting_id, items = draft
    action_id = world.action(items[0], owner="member")
    share(browser, meeting_id)
    clock.move(days=3)
    mette = browser("member")
    mette.post(f"/actions/{action_id}/completion")
    assert "ettet" not in mette.get(f"/meetings/{meeting_id}/minutes").text.replace("udkastet", "")


def test_the_head_tells_who_was_there(browser, world, draft):
    meeting_id, _items = draft
    with world.acting():
        for who, word in (("member", AnswerWord.YES), ("coordinator", AnswerWord.YES), ("colleague", AnswerWord.NO)):
            db.session.add(Answer(meeting_id=meeting_id, person_id=world.cast[who], answer=word))
    page = browser("coordinator").get(f"/meetings/{meeting_id}/minutes")
    assert "2 fra 2 kommuner" in page.text
    facts = page.tree.css_first(".facts").text()
    assert "Ole Kollega" in facts.split("Afbud")[1]
    assert "Mette Medlem" in facts.split("Afbud")[0]


def test_the_mail_sets_ones_own_actions_out_first(browser, outbox, world, draft):
    meeting_id, items = draft
    world.action(items[0], "Skriv opgavelisten", owner="colleague")
    share(browser, meeting_id)
    told = {mail.to: mail for mail in outbox()}
    mine, hers = told["person2@erfa.test"], told["person1@erfa.test"]
    assert mine.subject == "Referat: Småjob hos håndværksmestre, 22. november"
    for words in (" ".join(mine.text.split()), mine.html):
        assert words.index("Dine opgaver") < words.index(f"{SECRET} i opgaven") < words.index("Beslutninger")
        assert words.index("2026-1") < words.index("Det gør de andre") < words.index("Skriv opgavelisten")
        assert f"https://erfa.test/meetings/{meeting_id}/minutes" in words
        assert f"{SECRET} i teksten" not in words
    assert "Dine opgaver" not in hers.text


def test_the_mail_is_not_sent_to_one_who_has_left(browser, outbox, world, draft):
    meeting_id, _items = draft
    share(browser, meeting_id)
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["member"]).one().left_at = clock.now()
    assert {mail.to for mail in outbox()} == {"person1@erfa.test", "person3@erfa.test"}
    assert [(to, reason) for to, _kind, reason in outbox.untold()] == [
        ("person2@erfa.test", "may not read the minutes any more")
    ]


def test_a_meetings_page_leads_to_its_minutes_and_stays_within_its_queries(browser, world, statements, draft):
    meeting_id, _items = draft
    share(browser, meeting_id)
    later = world.meeting()
    mette = browser("member")
    mette.get(f"/meetings/{meeting_id}")
    mette.follow("Læs referatet")
    with statements.counted() as seen:
        page = mette.get(f"/meetings/{later}")
    assert f"{SECRET} i opgaven" in page.text
    assert len(seen) <= WHERE_ROOMS_MEET, seen
    karen = browser("coordinator")
    karen.get(f"/meetings/{later}")
    karen.follow("Skriv referat")


def test_the_network_lists_shared_minutes_and_coordinators_see_drafts_marked(browser, world, draft):
    shared = world.meeting(title="Et delt møde", starts_at=clock.now() - timedelta(days=60))
    items = world.minutes(shared, "Tekst", shared=True)
    world.decision(items[0], number=7)
    world.action(items[0])
    world.action(items[0], done_at=clock.now())
    url = f"/networks/{world.network_id}/minutes"
    page = browser("member").get(url)
    assert [node.text() for node in page.tree.css(".rows__title")] == ["Et delt møde"]
    assert "1 beslutning, 2 opgaver, 1 åben" in page.text
    page = browser("coordinator").get(url)
    assert len(page.tree.css(".rows__title")) == 2
    assert "Udkast" in page.text


def test_a_network_without_minutes_says_what_to_do(browser, world):
    url = f"/networks/{world.network_id}/minutes"
    assert "Ingen referater endnu" in browser("member").get(url).text
    browser("coordinator").get(url)
    browser("coordinator").get(f"/networks/{world.other_network_id}/minutes", status=404)


def test_the_list_is_paged_and_costs_the_same_however_long(browser, world, statements):
    mette, counts = browser("member"), []
    for meetings in (2, 38):
        for number in range(meetings):
            meeting_id = world.meeting(starts_at=clock.now() - timedelta(days=number + meetings), agenda=1)
            items = world.minutes(meeting_id, "Tekst", shared=True)
            world.decision(items[0], number=meetings * 100 + number)
        with statements.counted() as seen:
            page = mette.get(f"/networks/{world.network_id}/minutes")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
    assert len(page.tree.css(".rows__title")) == 20
    assert len(mette.get(f"/networks/{world.network_id}/minutes?page=2").tree.css(".rows__title")) == 20


def test_the_page_of_a_meeting_shows_what_is_open_from_last_time(app, world, statements):
    earlier = world.meeting(starts_at=clock.now() - timedelta(days=60))
    later = world.meeting()
    items = world.minutes(earlier, "Tekst", shared=True)
    for number in range(5):
        owner = world.cast["colleague"]
        world.action(items[0], f"Åben {number}", owner_id=owner, due_on=clock.today() - timedelta(days=number))
    world.action(items[0], "Allerede løst", done_at=clock.now())
    world.action(items[0], "Taget ud", removed_at=clock.now())
    world.minutes(later, "Om det næste", shared=True)
    with app.test_request_context(), force_locale("da"):
        member = db.session.get(Person, world.cast["member"])
        meeting = db.session.get(Meeting, later)
        with statements.counted() as seen:
            main = parts_of("meeting.agenda_head", meeting=meeting, viewer=member)[0]
            lead = parts_of("meeting.lead", meeting=meeting, viewer=member)[0]
            tools = parts_of("meeting.tools", meeting=meeting, viewer=member)
        of_series = [statement for statement in seen if "series_meetings" in statement]
        assert len(seen) - len(of_series) == 2, seen  # the viewer's standing, and all that minutes ask
        assert len(of_series) <= 1  # the tools of a series stand there too
        assert main.index("Åben 4") < main.index("Åben 0")
        assert "Overskredet 4 dage" in main
        assert "Allerede løst" not in main
        assert "Taget ud" not in main
        assert "Ole Kollega, " in main
        assert f"/meetings/{later}/minutes" in lead
        assert tools == []
        karen = db.session.get(Person, world.cast["coordinator"])
        assert f"/meetings/{later}/minutes/edit" in "".join(parts_of("meeting.tools", meeting=meeting, viewer=karen))


def test_the_overview_of_a_network_shows_the_last_three(app, world):
    for number in range(4):
        meeting_id = world.meeting(title=f"Møde {number}", starts_at=clock.now() - timedelta(days=10 + number))
        world.minutes(meeting_id, "Tekst", shared=True)
    with app.test_request_context(), force_locale("da"):
        member = db.session.get(Person, world.cast["member"])
        network = db.session.get(Network, world.network_id)
        html = "".join(parts_of("network.main", network=network, viewer=member))
    assert [f"Møde {number}" in html for number in range(4)] == [True, True, True, False]
