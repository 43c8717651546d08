"""Another time proposed from a calendar: kept, shown to the coordinators, and taken or declined by one of them."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.core.errors import DomainError
from app.extensions import db
from app.incoming.models import Fate
from app.itip.answers.counters import accept_time, decline_time
from app.itip.answers.models import CounterEnd, CounterProposal
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import Facts, cancel_meeting, edit_meeting, postpone_meeting
from app.networks.leaving import Wishes, leave
from app.networks.models import Membership, Role
from tests.counting import A_PAGE, WHERE_ROOMS_MEET

LATER = {"new_start": "20261126T103000", "new_end": "20261126T130000"}


@pytest.fixture
def proposals(world):
    def load():
        with world.acting():
            rows = db.session.scalars(select(CounterProposal).order_by(CounterProposal.id)).all()
            db.session.expunge_all()
        return rows

    return load


@pytest.fixture
def proposed(post, proposals):
    """One by the member, an hour later than the meeting; its id."""

    def propose(**facts):
        verdict = post.shape("counter", **{"status": "TENTATIVE", **LATER, **facts})
        assert verdict.fate is Fate.TAKEN, verdict
        return proposals()[-1].id

    return propose


def meeting_of(world, post):
    with world.acting():
        meeting = db.session.get_one(Meeting, post.meeting_id)
        db.session.expunge(meeting)
    return meeting


def by_coordinator(world, act, post, **more):
    with world.acting():
        act(
            db.session.get_one(Meeting, post.meeting_id),
            by=db.session.get_one(Person, world.cast["coordinator"]),
            **more,
        )


def test_outlook_s_proposal_is_kept_with_its_words_and_the_contact_is_told(post, proposals, outbox):
    verdict = post.shape("counter", status="TENTATIVE", **LATER)
    assert verdict.reason == "proposed another time, and answered: maybe"
    (proposal,) = proposals()
    assert proposal.starts_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert proposal.ends_at == datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert proposal.comment == "Kan vi tage den en time senere?"
    assert post.said() == "maybe"
    (mail,) = outbox()
    assert (mail.to, mail.kind) == (post.email_of("coordinator"), "time_proposed")
    assert "Mette Medlem foreslår et andet tidspunkt" in mail.text
    assert "kl. 10.30–13.00" in mail.text
    assert "> Kan vi tage den en time senere?" in mail.text
    assert f"/meetings/{post.meeting_id}/mail" in mail.text


def test_it_stands_where_coordinators_look_and_nowhere_else(post, proposed, browser):
    proposed()
    coordinator = browser("coordinator")
    for url in (f"/meetings/{post.meeting_id}", f"/meetings/{post.meeting_id}/mail"):
        page = coordinator.get(url)
        assert "Kan vi tage den en time senere?" in page.text
        assert "Flyt mødet: torsdag den 26. november 2026 kl. 10.30–13.00" in page.links()
    assert "Svar: Mette Medlem foreslår et andet tidspunkt" in coordinator.get("/").links()
    own = browser("member").get(f"/meetings/{post.meeting_id}")
    assert "Dit forslag" in own.text
    assert not [words for words in own.links() if words.startswith("Flyt mødet")]
    other = browser("colleague").get(f"/meetings/{post.meeting_id}")
    assert "Kan vi tage den" not in other.text
    assert "foreslår et andet tidspunkt" not in browser("colleague").get("/").text


def test_a_coordinator_moves_the_meeting_and_all_members_are_told(post, world, proposed, browser, outbox, clock):
    proposal_id = proposed()
    outbox()
    coordinator = browser("coordinator")
    page = coordinator.get(f"/counter-proposals/{proposal_id}/acceptance")
    assert "Mette Medlem foreslår det i stedet for torsdag den 26. november 2026 kl. 9.30–12.00" in page.text
    page = coordinator.submit("Flyt mødet")
    assert "Mødet er flyttet til torsdag den 26. november 2026 kl. 10.30–13.00." in page.text
    meeting = meeting_of(world, post)
    assert (meeting.starts_at, meeting.sequence) == (datetime(2026, 11, 26, 9, 30, tzinfo=UTC), 1)
    assert meeting.tell_at is not None  # collected, as any other move
    clock.move(minutes=20)
    told = {mail.to for mail in outbox() if mail.kind == "meeting_moved"}
    assert told == {post.email_of("member"), post.email_of("colleague")}
    assert "et andet tidspunkt" not in coordinator.get("/").text


def test_a_coordinator_says_no_with_a_word_and_the_calendar_hears_it(post, world, proposed, browser, outbox):
    proposal_id = proposed()
    outbox()
    coordinator = browser("coordinator")
    coordinator.get(f"/counter-proposals/{proposal_id}/refusal")
    page = coordinator.submit("Sig nej", answer="Lokalet er optaget.")
    assert "Mødet bliver, hvor det er. Mette Medlem får en mail." in page.text
    assert "Karen Tovholder sagde nej. »Lokalet er optaget.«" in page.text
    assert meeting_of(world, post).sequence == 0
    (mail,) = outbox()
    assert (mail.to, mail.kind) == (post.email_of(), "time_declined")
    assert "Karen Tovholder har sagt nej" in mail.text
    assert "> Lokalet er optaget." in mail.text
    (part,) = [one for one in mail.message.walk() if one.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "DECLINECOUNTER"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "DECLINECOUNTER"
    assert (event["UID"], event["SEQUENCE"]) == (f"meeting-{post.meeting_id}@erfa.test", 0)
    assert event["ORGANIZER"] == f"mailto:{post.to()}"
    assert event["ATTENDEE"] == f"mailto:{post.email_of()}"
    assert str(event["COMMENT"]) == "Lokalet er optaget."
    assert mail.message["From"].addresses[0].addr_spec == post.to()


def test_who_may_answer_it(post, proposed, browser):
    proposal_id = proposed()
    for act in ("acceptance", "refusal"):
        url = f"/counter-proposals/{proposal_id}/{act}"
        assert browser("member").raw("GET", url).status_code == 403
        assert browser("outsider").raw("GET", url).status_code == 404
    assert browser("member").raw("GET", f"/meetings/{post.meeting_id}/mail").status_code == 403
    assert browser("outsider").raw("GET", f"/meetings/{post.meeting_id}/mail").status_code == 404


def test_a_page_that_was_opened_before_the_meeting_was_changed_asks_again(post, world, proposed, browser):
    proposal_id = proposed()
    coordinator = browser("coordinator")
    coordinator.get(f"/counter-proposals/{proposal_id}/acceptance")
    by_coordinator(
        world,
        lambda meeting, by: edit_meeting(meeting, Facts(**{**vars(Facts.of(meeting)), "place": "Aalborg"}), by=by),
        post,
    )
    page = coordinator.submit("Flyt mødet", status=409)
    assert "Mødet er ændret, siden du åbnede siden." in page.text
    assert meeting_of(world, post).starts_at.hour == 8
    assert "Mødet er flyttet" in coordinator.submit("Flyt mødet").text


def test_too_long_a_word_is_explained_at_its_field_and_kept(post, proposed, browser, proposals):
    proposal_id = proposed()
    coordinator = browser("coordinator")
    coordinator.get(f"/counter-proposals/{proposal_id}/refusal")
    page = coordinator.submit("Sig nej", answer="x" * 501)
    assert "Brug højst 500 tegn" in page.text
    assert "x" * 501 in page.html
    assert proposals()[0].is_open


def test_of_two_coordinators_at_once_one_answers(world, post, proposed, proposals, at_once):
    proposal_id = proposed()
    with world.acting():
        other = world.person("Jonas Medtovholder", network=world.network_id, role=Role.COORDINATOR)

    def answer(act, who):
        def run():
            proposal = db.session.get_one(CounterProposal, proposal_id)
            act(proposal, db.session.get_one(Meeting, post.meeting_id), by=db.session.get_one(Person, who))

        return run

    refused = at_once(answer(accept_time, world.cast["coordinator"]), answer(decline_time, other))
    assert [type(fault).__mro__[1] for fault in refused] == [DomainError]
    (proposal,) = proposals()
    assert proposal.ending in {CounterEnd.ACCEPTED, CounterEnd.DECLINED}
    assert (meeting_of(world, post).sequence == 1) == (proposal.ending is CounterEnd.ACCEPTED)


def test_who_comes_second_is_told_who_was_first(post, proposed, browser):
    proposal_id = proposed()
    first, second = browser("coordinator"), browser("administrator")
    for one in (first, second):
        one.get(f"/counter-proposals/{proposal_id}/refusal")
    first.submit("Sig nej")
    assert "Karen Tovholder har allerede sagt nej til det tidspunkt." in second.submit("Sig nej").text


def test_a_newer_proposal_takes_the_place_of_the_one_before(post, proposed, proposals):
    proposed()
    proposed(new_start="20261127T093000", new_end="20261127T120000")
    assert [one.ending for one in proposals()] == [CounterEnd.WITHDRAWN, None]


def test_the_same_proposal_twice_is_one(post, proposed, proposals, owed_kinds):
    proposed()
    proposed()
    assert len(proposals()) == 1
    assert owed_kinds() == ["time_proposed"]


def test_who_proposed_it_takes_it_back(post, proposed, browser, proposals):
    proposal_id = proposed()
    assert browser("coordinator").raw("GET", f"/counter-proposals/{proposal_id}/withdrawal").status_code == 405
    member = browser("member")
    member.get(f"/meetings/{post.meeting_id}")
    assert "Tidspunktet er ikke længere foreslået." in member.submit("Fortryd").text
    assert proposals()[0].ending is CounterEnd.WITHDRAWN


def test_a_meeting_that_moves_overtakes_it(post, world, proposed, proposals, outbox, browser):
    proposal_id = proposed()
    later = datetime(2026, 12, 3, 8, 30, tzinfo=UTC)
    facts = {"starts_at": later, "ends_at": later + timedelta(hours=2)}
    by_coordinator(
        world, lambda meeting, by: edit_meeting(meeting, Facts(**{**vars(Facts.of(meeting)), **facts}), by=by), post
    )
    assert proposals()[0].ending is CounterEnd.OVERTAKEN
    assert "time_proposed" not in [mail.kind for mail in outbox()]  # what nobody can answer any more is not told
    coordinator = browser("coordinator")
    coordinator.get(f"/counter-proposals/{proposal_id}/acceptance", status=302)
    assert "Overhalet" in coordinator.get(f"/meetings/{post.meeting_id}/mail").text


def test_a_change_of_place_does_not(post, world, proposed, proposals):
    proposed()
    by_coordinator(
        world,
        lambda meeting, by: edit_meeting(meeting, Facts(**{**vars(Facts.of(meeting)), "place": "Aalborg"}), by=by),
        post,
    )
    assert proposals()[0].is_open


def test_a_cancelled_meeting_has_no_other_time(post, world, proposed, proposals):
    proposed()
    by_coordinator(world, cancel_meeting, post)
    assert proposals()[0].ending is CounterEnd.OVERTAKEN
    assert post.shape("counter", status="TENTATIVE", **LATER).fate is Fate.REFUSED


def test_a_postponed_meeting_may_get_it_as_its_new_date(post, world, proposed, browser):
    proposal_id = proposed()
    by_coordinator(world, postpone_meeting, post)
    coordinator = browser("coordinator")
    assert "Det udsatte møde får denne dato." in coordinator.get(f"/counter-proposals/{proposal_id}/acceptance").text
    coordinator.submit("Flyt mødet")
    meeting = meeting_of(world, post)
    assert not meeting.is_postponed
    assert meeting.starts_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def test_a_time_that_has_passed_moves_nothing(post, world, proposed, browser, clock):
    proposal_id = proposed(new_start="20261124T103000", new_end="20261124T120000")
    coordinator = browser("coordinator")
    coordinator.get(f"/counter-proposals/{proposal_id}/acceptance")
    clock.move(hours=30)
    coordinator = browser("coordinator")
    assert "foreslår et andet" not in coordinator.get("/").text
    assert "Kan vi tage den" not in coordinator.get(f"/meetings/{post.meeting_id}").text
    coordinator.get(f"/counter-proposals/{proposal_id}/acceptance")
    assert "Vælg en dag" in coordinator.submit("Flyt mødet").text
    assert meeting_of(world, post).sequence == 0


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("20261120T103000", "20261120T120000", "i fortiden|allerede gået"),
        ("20261126T103000", "20261130T120000", "24 timer"),
    ],
)
def test_a_time_that_cannot_be_is_refused(post, start, end, sentence, proposals):
    verdict = post.shape("counter", status="TENTATIVE", new_start=start, new_end=end)
    assert verdict.fate is Fate.REFUSED
    assert proposals() == []


def test_a_whole_day_is_the_same_hours_on_that_day(post, proposals):
    verdict = post.shape("counter", status="TENTATIVE", new_start="x\nX-N:1\nDTSTART;VALUE=DATE:20261130", new_end="x")
    assert verdict.fate is Fate.TAKEN
    (proposal,) = proposals()
    assert proposal.starts_at == datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
    assert proposal.ends_at == datetime(2026, 11, 30, 11, tzinfo=UTC)


def test_a_proposal_without_a_time_is_an_answer_with_words(post, proposals):
    assert post.shape("counter", status="DECLINED", new_start="x", new_end="x").reason == "answered: no"
    assert post.answer().host_note == "Kan vi tage den en time senere?"
    assert proposals() == []


def test_a_proposal_in_somebody_s_name_from_elsewhere_is_refused(post, proposals):
    verdict = post.shape("counter", status="TENTATIVE", sender="fremmed@firma.test", **LATER)
    assert verdict.fate is Fate.REFUSED
    assert (proposals(), post.said()) == ([], None)


def test_who_leaves_proposes_nothing_more(post, world, proposed, proposals):
    proposed()
    with world.acting():
        row = db.session.scalars(select(Membership).filter_by(person_id=world.cast["member"])).one()
        leave(row, Wishes(), by=db.session.get_one(Person, world.cast["member"]))
    assert proposals()[0].ending is CounterEnd.WITHDRAWN


def test_the_deadline_does_not_keep_a_proposal_back(post, world, proposals):
    with world.acting():
        db.session.get_one(Meeting, post.meeting_id).answer_by = core_clock.now() - timedelta(hours=1)
    verdict = post.shape("counter", status="TENTATIVE", **LATER)
    assert verdict.reason == "proposed another time; too late to say maybe"
    assert post.said() is None
    assert len(proposals()) == 1


def test_however_many_proposals_the_pages_ask_no_more(post, world, statements, browser):
    def add(count):
        for number in range(count):
            with world.acting():
                person = world.person(f"Person {number}", network=world.network_id)
                meeting = db.session.get_one(Meeting, post.meeting_id)
                times = {
                    "starts_at": meeting.starts_at + timedelta(hours=1),
                    "ends_at": meeting.ends_at + timedelta(hours=1),
                }
                was = {"was_starts_at": meeting.starts_at, "was_ends_at": meeting.ends_at}
                db.session.add(CounterProposal(meeting_id=meeting.id, person_id=person, **times, **was))

    def asked(url):
        coordinator = browser("coordinator")
        with statements.counted() as seen:
            coordinator.get(url)
        return len(seen)

    pages = {"/": A_PAGE, f"/meetings/{post.meeting_id}/mail": A_PAGE, f"/meetings/{post.meeting_id}": WHERE_ROOMS_MEET}
    add(1)
    for url in pages:
        asked(url)
    few = {url: asked(url) for url in pages}
    assert all(few[url] <= most for url, most in pages.items()), few
    add(12)
    assert {url: asked(url) for url in pages} == few


def test_a_meeting_that_has_been_held_is_not_moved(post, world, proposed, browser, clock):
    proposal_id = proposed(new_start="20261201T103000", new_end="20261201T120000")
    clock.move(days=4)
    coordinator = browser("coordinator")
    assert "Er gået" in coordinator.get(f"/meetings/{post.meeting_id}/mail").text
    coordinator.get(f"/counter-proposals/{proposal_id}/acceptance")
    assert "Mødet er holdt, så det kan ikke flyttes længere." in coordinator.submit("Flyt mødet").text
    assert meeting_of(world, post).sequence == 0
