"""The decision makes the meeting, and votes become answers that nobody has to give twice."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Person
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import AnswerWord, Meeting
from app.polls.models import PollState, VoteWord
from app.polls.operations import DecidedError, decide, facts_for, vote
from app.polls.queries import date_in, poll_to_change_for, poll_to_vote_in_for
from tests.polls.conftest import FIRST

CALL, DRAFT = "Send indkaldelsen", "Gem som udkast først"


def deciding(browser, number, who="coordinator"):
    visit = browser(who)
    visit.get(f"/polls/{number}")
    visit.follow("Vælg tirsdag den 15. december")
    return visit


def test_the_date_becomes_the_meeting_and_votes_become_answers(browser, poll, votes, answers, owed, outbox, kept):
    number = poll(place="Tangværket", host_code="0849")
    votes(number, member="no yes no", colleague="no maybe no", coordinator="no no yes")
    visit = deciding(browser, number)
    assert "1 kommer, 1 måske, 1 kommer ikke. De øvrige 0 af 3 medlemmer bliver spurgt" in visit.page.text
    page = visit.submit(CALL)
    assert page.title == "Vintermøde"
    assert "tirsdag den 15. december 2026 kl. 9.30–12.00" in page.text
    assert "Tangværket" in page.text and "Jammerbugt" in page.text
    assert "3 svar er nu tilmeldinger og afbud." in page.text
    assert "Velkomst, nyt siden sidst, runde" in page.text
    meeting_id = int(page.url.rsplit("/", 1)[1])
    assert answers(meeting_id) == {"member": "yes", "colleague": "maybe", "coordinator": "no"}
    assert owed.told() == {"meeting_called": {"member", "colleague"}}
    mails = {mail.to: mail for mail in outbox()}
    mail = next(mail for to, mail in mails.items() if "person2" in to)
    assert "Du har svaret på denne dato: Dit svar er din tilmelding." in mail.text and "Dit svar er din" in mail.html
    assert "Dit svar står stadig: Deltager" in mail.text
    assert (kept(number).state, kept(number).meeting_id) == (PollState.DECIDED, meeting_id)
    page = browser("member").get(f"/polls/{number}")
    assert f"/meetings/{meeting_id}" in page.links().values()
    assert "Karen Tovholder har valgt datoen." in page.text


def test_who_has_said_nothing_of_the_date_is_asked(browser, poll, votes, answers, outbox):
    number = poll()
    votes(number, member="no yes no", colleague="yes - no")
    page = deciding(browser, number).submit(CALL)
    assert answers(int(page.url.rsplit("/", 1)[1])) == {"member": "yes"}
    mail = next(mail for mail in outbox() if "person3" in mail.to)
    assert "Kommer du, Ole?" in mail.text
    assert "Dit svar er din tilmelding" not in mail.text


def test_who_may_decide(browser, poll, dates, votes):
    number = poll()
    url = f"/polls/{number}/dates/{dates(number)[0]}/decision"
    browser("member").get(url, status=403)
    browser("member").post(url, status=403)
    browser("outsider").post(url, status=404)
    browser("coordinator").get(f"/polls/{number}/dates/{dates(poll())[0]}/decision", status=404)


def test_bad_input_is_explained_and_nothing_is_called(browser, world, poll, votes, owed):
    number = poll()
    votes(number, member="no yes no")
    page = deciding(browser, number).submit(CALL, title="", online_url="javascript:alert(1)", description="Æbler")
    assert page.errors == ["Skriv mødets titel", "Skriv en hel webadresse, der begynder med https://"]
    assert page.value("description") == "Æbler"
    assert owed.new() == []


def test_a_draft_tells_nobody_and_its_call_makes_answers_of_the_votes(browser, app, world, poll, votes, answers, owed):
    number = poll()
    votes(number, member="no yes no")
    page = deciding(browser, number).submit(DRAFT, agenda="none")
    meeting_id = int(page.url.rsplit("/", 1)[1])
    assert owed.new() == []
    assert answers(meeting_id) == {}
    browser("member").get(f"/meetings/{meeting_id}", status=404)
    page = browser("member").get(f"/polls/{number}")
    assert "Indkaldelsen følger." in page.text
    assert f"/meetings/{meeting_id}" not in page.links().values()
    _call(app, meeting_id)
    assert answers(meeting_id) == {"member": "yes"}


def _call(app, meeting_id, **changes):
    """As any operation that calls a draft does: it tells the followers."""
    from app.core import clock
    from app.meetings.followers import tell_followers

    with app.test_request_context(method="POST"):
        meeting = db.session.get(Meeting, meeting_id)
        meeting.called_at = clock.now()
        for name, value in changes.items():
            setattr(meeting, name, value)
        tell_followers(meeting)
        tell_followers(meeting)
        db.session.commit()


def test_a_draft_that_was_moved_before_its_call_takes_no_votes_along(browser, app, poll, votes, answers):
    number = poll()
    votes(number, member="no yes no")
    page = deciding(browser, number).submit(DRAFT)
    meeting_id = int(page.url.rsplit("/", 1)[1])
    start = FIRST + timedelta(days=30)
    _call(app, meeting_id, starts_at=start, ends_at=start + timedelta(hours=2))
    assert answers(meeting_id) == {}


def test_who_is_second_is_led_to_the_meeting(browser, world, poll, votes):
    number = poll()
    votes(number, member="no yes no")
    first, second = deciding(browser, number), deciding(browser, number, "administrator")
    meeting = first.submit(CALL).url
    page = second.submit(CALL)
    assert page.url == meeting
    assert "Karen Tovholder har allerede valgt datoen." in page.text
    with world.acting():
        assert db.session.query(Meeting).count() == 1


def test_two_coordinators_at_the_same_moment_make_one_meeting(world, poll, dates, votes, at_once):
    number = poll()
    votes(number, member="yes yes no")
    ids = dates(number)

    def choose(date_id, who):
        by = db.session.get(Person, world.cast[who])
        found = poll_to_change_for(by, number)
        date = date_in(number, date_id)
        decide(found, date, facts_for(found, date), by=by)

    refused = at_once(
        *[lambda i=i, w=w: choose(i, w) for i, w in zip(ids[:2] * 2, ["coordinator", "administrator"] * 2, strict=True)]
    )
    assert [type(fault) for fault in refused] == [DecidedError] * 3
    with world.acting():
        assert db.session.query(Meeting).count() == 1


def test_a_vote_at_the_moment_of_the_decision_is_an_answer_or_is_refused(world, poll, dates, answers, at_once):
    number = poll()
    first = dates(number)[0]

    def choose():
        by = db.session.get(Person, world.cast["coordinator"])
        found = poll_to_change_for(by, number)
        date = date_in(number, first)
        decide(found, date, facts_for(found, date), by=by)

    def say(who):
        by = db.session.get(Person, world.cast[who])
        vote(poll_to_vote_in_for(by, number), {first: VoteWord.YES}, by=by)

    refused = at_once(choose, lambda: say("member"), lambda: say("colleague"))
    assert all(isinstance(fault, DecidedError) for fault in refused), refused
    with world.acting():
        meeting_id = db.session.scalars(select(Meeting.id)).one()
    assert len(answers(meeting_id)) + len(refused) == 2


def test_two_clicks_of_one_person_at_once_are_one_vote(world, poll, dates, votes, at_once):
    number = poll()
    first = dates(number)[0]

    def say(word):
        by = db.session.get(Person, world.cast["member"])
        vote(poll_to_vote_in_for(by, number), {first: word}, by=by)

    assert at_once(*[lambda w=w: say(w) for w in (VoteWord.YES, VoteWord.NO, VoteWord.YES)]) == []
    assert votes(number)["member"] in {"yes - -", "no - -"}


def test_a_date_that_has_passed_cannot_be_chosen(app, world, poll, dates, clock):
    number = poll()
    first = dates(number)[0]
    clock.set(FIRST + timedelta(minutes=1))
    with app.test_request_context(method="POST"):
        by = db.session.get(Person, world.cast["coordinator"])
        found, date = poll_to_change_for(by, number), date_in(number, first)
        with pytest.raises(DomainError):
            decide(found, date, facts_for(found, date), by=by)


def test_when_the_meeting_is_cancelled_the_voting_can_be_opened_again(browser, poll, votes, kept, dates):
    number = poll()
    votes(number, member="no yes no")
    visit = deciding(browser, number)
    page = visit.submit(CALL)
    visit.post(f"/polls/{number}/reopening")
    assert kept(number).state is PollState.DECIDED
    visit.get(f"{page.url}/cancellation")
    visit.submit("Aflys mødet")
    visit.get(f"/polls/{number}")
    visit.submit("Åbn afstemningen igen")
    assert (kept(number).state, kept(number).meeting_id) == (PollState.OPEN, None)
    assert votes(number) == {"member": "no yes no"}
    visit.get(f"/polls/{number}")
    visit.follow("Vælg tirsdag den 15. december")
    assert visit.submit(CALL).url != page.url


WORDS = st.sampled_from([None, *VoteWord])


@given(said=st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=8), chosen=st.integers(0, 2))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_vote_is_lost_or_invented_whatever_is_said(app, world, poll, dates, said, chosen):
    """Everybody's answer is what they voted on the chosen date, and who said nothing of it has no answer."""
    number = poll()
    ids = dates(number)
    with world.acting():
        people = [world.person("En af os", network=world.network_id) for _ in said]
    with app.test_request_context(method="POST"):
        for person_id, row in zip(people, said, strict=True):
            by = db.session.get(Person, person_id)
            votes = {date_id: word for date_id, word in zip(ids, row, strict=True) if word}
            vote(poll_to_vote_in_for(by, number), votes, by=by)
        db.session.commit()
        by = db.session.get(Person, world.cast["coordinator"])
        found, date = poll_to_change_for(by, number), date_in(number, ids[chosen])
        done = decide(found, date, facts_for(found, date), by=by)
        meeting_id = done.meeting.id
        db.session.commit()
    from app.meetings.models import Answer

    with world.acting():
        given_answers = {
            row.person_id: row.answer
            for row in db.session.scalars(select(Answer).where(Answer.meeting_id == meeting_id))
        }
    same = {VoteWord.YES: AnswerWord.YES, VoteWord.IF_NEED_BE: AnswerWord.MAYBE, VoteWord.NO: AnswerWord.NO}
    expected = {who: same[row[chosen]] for who, row in zip(people, said, strict=True) if row[chosen]}
    assert given_answers == expected
    assert done.answers == len(expected)


def test_a_postponed_meeting_gets_its_new_date_and_the_votes_replace_the_answers(
    browser, world, votes, answers, owed, kept
):
    from app.core import clock
    from app.meetings.models import Answer

    meeting_id = world.meeting(postponed_at=clock.now())
    with world.acting():
        db.session.add(Answer(meeting_id=meeting_id, person_id=world.cast["colleague"], answer=AnswerWord.YES))
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}")
    page = visit.follow("Find en dato")
    assert page.value("title") == "Småjob hos håndværksmestre"
    page = visit.submit(
        "Spørg medlemmerne", **{"date-1-day": "2026-12-08", "date-2-day": "2026-12-15", "closes_on": "2026-12-01"}
    )
    number = int(page.url.split("/")[2])
    votes(number, member="yes no")
    owed.new()
    assert f"/polls/{number}" in browser("member").get(f"/meetings/{meeting_id}").links().values()
    visit.follow("Vælg tirsdag den 8. december")
    page = visit.submit("Giv mødet denne dato")
    assert page.url == f"/meetings/{meeting_id}"
    assert "tirsdag den 8. december 2026 kl. 9.30–12.00" in page.text
    assert answers(meeting_id) == {"member": "yes"}
    assert owed.told() == {"meeting_dated": {"member", "colleague"}}
    assert kept(number).state is PollState.DECIDED


def test_only_a_postponed_meeting_of_the_network_needs_a_new_date(browser, world):
    visit = browser("coordinator")
    url = f"/networks/{world.network_id}/polls/new?meeting="
    typed = {
        "title": "Møde",
        "minutes": "60",
        "date-1-day": "2026-12-08",
        "date-1-starts": "9",
        "date-2-day": "2026-12-15",
        "date-2-starts": "9",
        "closes_on": "2026-12-01",
    }
    page = visit.post(f"{url}{world.meeting()}", status=200, **typed)
    assert page.errors == ["Kun et udsat møde skal have en ny dato"]
    visit.get(f"{url}{world.meeting(network_id=world.other_network_id)}", status=404)
    visit.get(f"{url}987654", status=404)
