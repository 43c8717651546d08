"""Leaving hands over what is open: nothing is left to nobody, everybody concerned is told, and it is all or nothing."""

from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import ForeignKey, Table, select

from app.accounts.models import Affiliation, Event, EventKind, Person
from app.cases.models import Case, Post
from app.core import clock as core_clock
from app.extensions import Model, db
from app.itip.answers.models import CounterProposal
from app.meetings.models import AgendaItem, AgendaKind, Answer, AnswerWord, EarlierAnswer, Meeting
from app.meetings.proposals.models import Proposal, ProposalState
from app.minutes.models import Action, Minutes
from app.networks.duties import Duty, Thing, _duties, duties, register
from app.networks.leaving import Wishes, hand_over_everything, leave, leave_everything, open_duties
from app.networks.models import Membership, Network, Role
from app.polls.models import Ballot, Poll, PollDate, Vote, VoteWord
from tests.cases.test_at_once import at_once  # noqa: F401 - a fixture
from tests.networks.test_members import membership_id, post

LEAVE = "Forlad netværket"
REMOVE = "Fjern fra netværket"
ALL = "Overdrag og forlad alle netværk"

# Columns that name a person in what hangs on a network, and that leaving does not change: each with its reason.
STAYS = {
    "answers.person_id": "what somebody said of a meeting that has been; of meetings ahead the answer is taken back",
    "memberships.person_id": "the row is the history of who was a member when",
    "meetings.created_by_id": "who called the meeting",
    "meetings.cancelled_by_id": "who cancelled it",
    "meetings.postponed_by_id": "who postponed it",
    "meetings.closed_by_id": "who closed it",
    "meetings.published_by_id": "who opened it to all; any coordinator takes that back",
    "feeds.person_id": "whose calendar it is; of a network that one has left it carries nothing",
    "series.created_by_id": "who planned it; its meetings are handed over one by one",
    "meetings.changed_by_id": "who changed last what the members are told of",
    "meeting_turns.by_id": "the history of a meeting is never changed",
    "proposals.proposed_by_id": "who proposed it; the coordinators decide as on any other",
    "proposals.decided_by_id": "who decided",
    "calendar_entries.person_id": "what their own calendar was told by mail; of meetings ahead it is told that they are off",
    "calendar_replies.person_id": "what their calendar said last; it counts for nothing without an answer",
    "counter_proposals.ended_by_id": "who answered the proposal",
    "meeting_remarks.person_id": "who wrote about the meeting",
    "answers.said_by_id": "which coordinator put an answer in",
    "substitutions.absent_id": "who could not come; of meetings ahead it is ended",
    "substitutions.person_id": "who came instead; of meetings ahead it is ended",
    "substitutions.approved_by_id": "who let the substitute in",
    "minutes.shared_by_id": "who shared them",
    "revisions.author_id": "who wrote the text",
    "decisions.created_by_id": "who noted it",
    "decisions.edited_by_id": "who changed it",
    "decisions.removed_by_id": "who took it out",
    "actions.created_by_id": "who noted it",
    "actions.done_by_id": "who ticked it off",
    "actions.edited_by_id": "who changed it",
    "actions.removed_by_id": "who took it out",
    "cases.author_id": "who told the case",
    "posts.author_id": "who wrote the reply",
    "notices.person_id": "what somebody was told; the lines of a network are deleted with the membership",
    "incoming_mails.person_id": "who wrote the mail that is kept",
    "read_positions.person_id": "how far somebody had read, should they come back",
    "acceptances.person_id": "who accepted which agreement when",
    "agreements.by_id": "who wrote that version",
    "rhythms.person_id": "when somebody wants to hear of the network, should they come back",
    "digests.person_id": "what they were told of it, and what waits: it is asked again before it is told",
    "collected_mails.person_id": "what waits for their digest: it falls out there, and its reason is kept",
    "invitations.invited_by_id": "who invited; any coordinator withdraws it or sends it again",
    "invitations.accepted_by_id": "who came of it",
    "join_requests.person_id": "who asked; a request is not a member's",
    "join_requests.decided_by_id": "who decided",
    "polls.created_by_id": "who asked; any coordinator steers and decides",
    "polls.closed_by_id": "who closed it",
    "polls.withdrawn_by_id": "who withdrew it",
    "polls.decided_by_id": "who chose the date",
    "received_lists.by_id": "who sent the list in; it goes away by itself",
    "evaluation_ballots.person_id": "that somebody has answered, not what; gone when the evaluation closes",
    "rota_entries.out_by_id": "who took a municipality out of the order; any coordinator puts it back",
    "rota_entries.skipped_by_id": "who skipped it",
    "rota_entries.swapped_by_id": "who swapped",
    "host_asks.person_id": "whom the question was put to; anybody else from there answers it",
    "host_asks.asked_by_id": "who asked; all coordinators are told the answer",
    "host_asks.answered_by_id": "who answered; when they are gone, everybody from there is the host",
    "wheels.edited_by_id": "who changed the plan last",
    "files.created_by_id": "who put the file up; any coordinator removes it",
    "files.removed_by_id": "who removed it",
    "attendances.person_id": "who was there: evidence that is kept",
    "attendances.by_id": "who noted it",
    "scans.added_by_id": "who attached the signed sheet",
    "corrections.by_id": "who corrected a signed list: a log that is never changed",
    "projects.updated_by_id": "who wrote what sign-in sheets say",
    "received_calendars.by_id": "who sent the calendar in; it goes away by itself",
    "events.person_id": "the log is never changed",
    "events.by_id": "the log is never changed",
}


def is_ahead():
    return (Meeting.ends_at > core_clock.now()) & Meeting.cancelled_at.is_(None)


def open_rows(column: str, person_id: int) -> list[Any]:
    """The rows that are open and still name this person, for each column that a duty looks after."""
    queries = {
        "memberships.person_id": select(Membership.id).where(Membership.person_id == person_id, Membership.left_at.is_(None)),
        "meetings.contact_id": select(Meeting.id).where(Meeting.contact_id == person_id, is_ahead()),
        "answers.person_id": select(Answer.id).join(Meeting, Meeting.id == Answer.meeting_id).where(Answer.person_id == person_id, is_ahead()),
        "earlier_answers.person_id": select(EarlierAnswer.id).join(Meeting, Meeting.id == EarlierAnswer.meeting_id).where(EarlierAnswer.person_id == person_id, is_ahead()),
        "agenda_items.presenter_id": select(AgendaItem.id).join(Meeting, Meeting.id == AgendaItem.meeting_id).where(AgendaItem.presenter_id == person_id, AgendaItem.removed_at.is_(None), is_ahead()),
        "proposals.presenter_id": select(Proposal.id).where(Proposal.presenter_id == person_id, Proposal.state.in_([ProposalState.WAITING, ProposalState.PARKED])),
        "minutes.writer_id": select(Minutes.meeting_id).where(Minutes.writer_id == person_id, Minutes.shared_at.is_(None)),
        "actions.owner_id": select(Action.id).where(Action.owner_id == person_id, Action.done_at.is_(None), Action.removed_at.is_(None)),
        "cases.owner_id": select(Case.id).where(Case.owner_id == person_id, Case.closed_at.is_(None)),
        "poll_votes.person_id": select(Vote.id).join(PollDate, PollDate.id == Vote.date_id).join(Poll, Poll.id == PollDate.poll_id).where(Vote.person_id == person_id, Poll.asks()),
        "counter_proposals.person_id": select(CounterProposal.id).where(CounterProposal.person_id == person_id, CounterProposal.ended_at.is_(None)),
        "poll_ballots.person_id": select(Ballot.id).join(Poll, Poll.id == Ballot.poll_id).where(Ballot.person_id == person_id, Poll.asks()),
    }  # fmt: skip
    assert column in queries, f"say here which rows of {column} are open"
    return list(db.session.scalars(queries[column]))


def hanging_on_networks() -> list[Table]:
    """Every table whose rows belong to a network, directly or by what they hang on."""
    found = {"networks"}
    while True:
        more = {
            table.name
            for table in Model.metadata.sorted_tables
            for key in table.foreign_keys
            if key.column.table.name in found and table.name not in found
        }
        if not more:
            return [table for table in Model.metadata.sorted_tables if table.name in found]
        found |= more


def naming_people() -> set[str]:
    def names_people(key: ForeignKey) -> bool:
        return key.column.table.name == "people"

    return {
        f"{table.name}.{column.name}"
        for table in hanging_on_networks()
        for column in table.columns
        if any(map(names_people, column.foreign_keys))
    }


@pytest.fixture
def house(world):
    """The coordinator Karen, who is the only one, has one thing of each kind; returns what they are."""
    karen = world.cast["coordinator"]
    meeting = world.meeting(host_code="0813")  # where Karen works, and nobody else
    held = world.meeting(starts_at=core_clock.now() - timedelta(days=7), title="Holdt møde")
    world.minutes(held, "Vi ringer først.")
    earlier = world.meeting(starts_at=core_clock.now() - timedelta(days=14), title="Tidligere møde")
    action = world.action(world.minutes(earlier, shared=True)[0], "Ring til Tangværket.", owner="coordinator")
    case = world.case(author="coordinator")
    with world.acting():
        db.session.get(Minutes, held).writer_id = karen
        item = db.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting)).first()
        item.presenter = "Karen Tovholder, Frederikshavn"
        db.session.add(Answer(meeting_id=meeting, person_id=karen, answer=AnswerWord.YES))
        db.session.add(
            Proposal(
                network_id=world.network_id, state=ProposalState.PARKED, title="Fælles brev", kind=AgendaKind.DISCUSSION,
                presenter="Karen Tovholder", presenter_id=karen, proposed_by_id=karen,
            )
        )  # fmt: skip
        db.session.add(Answer(meeting_id=held, person_id=karen, answer=AnswerWord.YES))
        poll = Poll(network_id=world.network_id, title="Vintermøde", closes_on=core_clock.today(), created_by_id=karen)
        date = PollDate(poll_id=world._add(poll).id, starts_at=core_clock.now() + timedelta(days=9))
        db.session.add(Vote(date_id=world._add(date).id, person_id=karen, vote=VoteWord.YES))
        db.session.add(Ballot(poll_id=poll.id, person_id=karen))
        return {
            "meeting": meeting,
            "host": meeting,
            "item": item.id,
            "draft": held,
            "action": action,
            "case": case,
            "earlier": earlier,
        }


def keys(house) -> set[str]:
    return {f"{kind}-{id_}" for kind, id_ in house.items() if kind != "earlier"}


@contextmanager
def writing(app):
    with app.test_request_context(method="POST"):
        yield
        db.session.commit()


def second_coordinator(world) -> int:
    with world.acting():
        return world.person("Jonas Medtovholder", network=world.network_id, role=Role.COORDINATOR)


def test_every_column_that_names_a_person_is_somebodys_duty_or_has_a_reason(app):
    cared_for = set().union(*(duty.columns for duty in duties()))
    unsaid = naming_people() - cared_for - set(STAYS)
    assert not unsaid, f"who leaves would still be named here; register a duty, or give a reason in STAYS: {unsaid}"
    assert set(STAYS) <= naming_people(), "reasons for columns that are gone"


def test_nothing_open_names_who_has_left(app, world, house):
    jonas, own = second_coordinator(world), membership_id(world, "coordinator")
    with writing(app):
        karen = db.session.get(Person, world.cast["coordinator"])
        assert {thing.key for thing in open_duties(karen.id)} == keys(house)
        leave(db.session.get(Membership, own), Wishes(), by=karen)
        db.session.commit()
        for column in set().union(*(duty.columns for duty in duties())):
            assert open_rows(column, karen.id) == [], column
        assert {thing.key for thing in open_duties(karen.id)} == set()
        # Being host went along: nobody from Frederikshavn is left, so the host is where Jonas works.
        assert {thing.key for thing in open_duties(jonas) if thing.kind != "coordination"} == keys(house)


def test_what_is_handed_over_has_arrived_and_who_made_it_still_stands(app, world, house):
    jonas, own = second_coordinator(world), membership_id(world, "coordinator")
    with writing(app):
        karen = db.session.get(Person, world.cast["coordinator"])
        leave(db.session.get(Membership, own), Wishes(), by=karen)
    with app.app_context():
        meeting, case = db.session.get(Meeting, house["meeting"]), db.session.get(Case, house["case"])
        karen_id = world.cast["coordinator"]
        assert (meeting.contact_id, meeting.created_by_id) == (jonas, karen_id)
        assert meeting.host_code != "0813"
        assert (case.owner_id, case.author_id) == (jonas, karen_id)
        assert db.session.get(AgendaItem, house["item"]).presenter == "Jonas Medtovholder"
        assert db.session.get(Minutes, house["draft"]).writer_id == jonas
        assert db.session.get(Action, house["action"]).owner_id == jonas
        answers = db.session.scalars(select(Answer.meeting_id).where(Answer.person_id == karen_id)).all()
        assert answers == [house["draft"]]  # the answer to what has been stays


def test_the_other_coordinator_is_proposed_and_one_press_hands_over(browser, world, house, outbox):
    second_coordinator(world)
    karen = browser("coordinator")
    karen.get(f"/networks/{world.network_id}/members")
    page = karen.follow(LEAVE)
    assert page.title == "Vil du forlade ERFA Prøvenet?"
    for words in (
        "Ring til Tangværket.",
        "Hvem skal ringe først?",
        "Punkt 1",
        "Småjob hos håndværksmestre",
        "Holdt møde",
    ):
        assert words in page.text
    page = karen.submit(LEAVE)
    assert page.title == "Du har forladt ERFA Prøvenet"
    assert "Til Jonas Medtovholder" in page.text
    assert "Ring til Tangværket." in page.text
    (told,) = outbox()
    assert told.to == "person5@erfa.test"
    assert told.subject == "Karen Tovholder har overdraget noget til dig"
    for words in ("Ring til Tangværket.", "Hvem skal ringe først?", "ERFA Prøvenet", "Punkt 1"):
        assert words in told.text and words in told.html
    karen.get(f"/networks/{world.network_id}", status=404)


def test_each_thing_can_go_to_somebody_else_and_each_receiver_gets_one_mail(app, browser, world, house, outbox):
    jonas = second_coordinator(world)
    karen = browser("coordinator")
    karen.get(f"/memberships/{membership_id(world, 'coordinator')}/end")
    member, colleague = world.cast["member"], world.cast["colleague"]
    karen.submit(
        LEAVE,
        **{
            f"to-action-{house['action']}": str(member),
            f"to-case-{house['case']}": str(colleague),
            f"to-item-{house['item']}": str(member),
        },
    )
    mails = {told.to: told for told in outbox()}
    assert set(mails) == {"person2@erfa.test", "person3@erfa.test", "person5@erfa.test"}
    assert "Ring til Tangværket." in mails["person2@erfa.test"].text
    assert "Ring til Tangværket." not in mails["person5@erfa.test"].text
    with app.app_context():
        assert db.session.get(Action, house["action"]).owner_id == member
        assert db.session.get(Case, house["case"]).owner_id == colleague
        assert db.session.get(Meeting, house["meeting"]).contact_id == jonas
    browser("member").get("/actions")
    assert "Ring til Tangværket." in browser("member").get("/actions").text
    page = browser("colleague").get(f"/cases/{house['case']}")
    assert "Afslut sagen" in page.text  # the new case owner steers it
    assert "Karen Tovholder" in page.text  # who told it


def test_an_action_and_a_case_can_end_with_a_word(app, browser, world, house, outbox):
    second_coordinator(world)
    karen = browser("coordinator")
    karen.get(f"/memberships/{membership_id(world, 'coordinator')}/end")
    action, case = f"action-{house['action']}", f"case-{house['case']}"
    page = karen.submit(LEAVE, **{f"to-{action}": "nobody", f"to-{case}": "nobody", f"word-{case}": "  "})
    assert page.errors == ["Skriv et ord om, hvordan det endte.", "Skriv et ord om, hvordan det endte."]
    with app.app_context():
        assert db.session.get(Membership, membership_id(world, "coordinator")).left_at is None
    page = karen.submit(
        LEAVE,
        **{f"word-{action}": "Tangværket har sagt ja.", f"word-{case}": "Vi ringede selv først."},
    )
    assert "Afsluttet" in page.text
    assert "»Tangværket har sagt ja.«" in page.text
    with app.app_context():
        ended = db.session.get(Action, house["action"])
        assert (ended.is_done, ended.outcome, ended.owner_id) == (
            True,
            "Tangværket har sagt ja.",
            world.cast["coordinator"],
        )
        assert db.session.get(Case, house["case"]).is_closed
        assert db.session.scalars(select(Post.body)).all() == ["Vi ringede selv først."]
    assert "Tangværket har sagt ja." in browser("member").get(f"/meetings/{house['earlier']}/minutes").text


def test_the_last_coordinator_names_another_in_the_same_step(app, browser, world, house, outbox):
    karen = browser("coordinator")
    own = membership_id(world, "coordinator")
    page = karen.get(f"/memberships/{own}/end")
    assert "Du er netværkets eneste tovholder." in page.text
    page = karen.submit(LEAVE)
    assert page.errors == ["Vælg, hvem der er tovholder for ERFA Prøvenet fremover."]
    karen.submit(LEAVE, **{f"all-{world.network_id}": str(world.cast["member"])})
    with app.app_context():
        heir = db.session.get(Membership, membership_id(world, "member"))
        gone = db.session.get(Membership, own)
        assert (heir.role, heir.left_at) == (Role.COORDINATOR, None)
        assert gone.left_at is not None
        assert db.session.get(Minutes, house["draft"]).writer_id == world.cast["member"]
        kinds = db.session.scalars(
            select(Event.kind).where(Event.network_id == world.network_id).order_by(Event.id)
        ).all()
        assert set(kinds) == {EventKind.ROLE_CHANGED, EventKind.LEFT, EventKind.HANDED_OVER}
    (told,) = outbox()
    assert "Tovholder for netværket" in told.text
    browser("member").get(f"/networks/{world.network_id}/edit")


def test_a_draft_goes_to_coordinators_only(app, browser, world, house):
    jonas = second_coordinator(world)
    karen = browser("coordinator")
    karen.get(f"/memberships/{membership_id(world, 'coordinator')}/end")
    member = str(world.cast["member"])
    page = karen.submit(LEAVE, **{f"all-{world.network_id}": member, f"to-draft-{house['draft']}": member})
    assert page.errors == ["Kun en tovholder kan gøre et referat færdigt, og det er Mette Medlem ikke."]
    karen.submit(LEAVE, **{f"to-draft-{house['draft']}": ""})
    with app.app_context():
        assert db.session.get(Minutes, house["draft"]).writer_id == jonas
        assert db.session.get(Action, house["action"]).owner_id == world.cast["member"]


def test_a_coordinator_sees_a_member_out_and_takes_over_herself(app, browser, world, outbox):
    items = world.minutes(world.meeting(), shared=True)
    action = world.action(items[0], "Skriv til Læsø.", owner="member")
    karen = browser("coordinator")
    page = karen.get(f"/memberships/{membership_id(world, 'member')}/end")
    assert "Mette har haft åbent" in page.text
    page = karen.submit(REMOVE)
    assert page.title == "Mette Medlem har forladt ERFA Prøvenet"
    with app.app_context():
        assert db.session.get(Action, action).owner_id == world.cast["coordinator"]
    assert outbox() == []  # she knows
    mette = browser("member")
    receipt = f"/memberships/{membership_id(world, 'member')}/receipt"
    assert "Skriv til Læsø." in mette.get(receipt).text  # one's own receipt stays, though the network is out of sight
    browser("outsider").get(receipt, status=404)
    browser("colleague").get(receipt, status=403)


def test_somebody_who_left_meanwhile_cannot_be_given_anything(browser, world, house):
    jonas = second_coordinator(world)
    karen = browser("coordinator")
    karen.get(f"/memberships/{membership_id(world, 'coordinator')}/end")
    with world.acting():
        membership = db.session.scalars(select(Membership).where(Membership.person_id == world.cast["member"])).one()
        membership.left_at = core_clock.now()
    gone = str(world.cast["member"])
    for chosen in (gone, "0", "-1", "4711", "x", "9" * 40, str(world.cast["outsider"]), str(world.cast["coordinator"])):
        values = {f"all-{world.network_id}": chosen, f"to-action-{house['action']}": chosen}
        page = karen.submit(LEAVE, **values)
        assert page.errors == ["Vælg, hvem der tager over."] * 2, chosen
    assert page.value(f"word-action-{house['action']}") == ""
    karen.submit(LEAVE, **{f"all-{world.network_id}": str(jonas), f"to-action-{house['action']}": str(jonas)})


def test_a_member_with_nothing_open_just_leaves(browser, world, outbox):
    mette = browser("member")
    page = mette.get(f"/memberships/{membership_id(world, 'member')}/end")
    assert "Intet står åbent" in page.text
    page = mette.submit(LEAVE)
    assert page.title == "Mine netværk"
    assert outbox() == []
    assert "Intet stod åbent" in mette.get(f"/memberships/{membership_id(world, 'member')}/receipt").text


def test_leaving_twice_changes_nothing(app, browser, world, house, outbox):
    second_coordinator(world)
    karen = browser("coordinator")
    url = f"/memberships/{membership_id(world, 'coordinator')}/end"
    assert post(karen, url).status_code == 302
    outbox()
    administrator = browser("administrator")
    assert post(administrator, url).status_code == 302
    assert administrator.raw("GET", url).status_code == 302
    assert outbox() == []
    with app.app_context():
        assert len(db.session.scalars(select(Event).where(Event.kind == EventKind.LEFT)).all()) == 1


def test_the_only_one_in_a_network_may_go_and_lets_nobody_down(app, world, house):
    with world.acting():
        for one in db.session.scalars(select(Membership).where(Membership.network_id == world.network_id)):
            if one.person_id != world.cast["coordinator"]:
                one.left_at = core_clock.now()
    own = membership_id(world, "coordinator")
    with writing(app):
        karen = db.session.get(Person, world.cast["coordinator"])
        words = {f"{kind}-{house[kind]}": "Netværket er slut." for kind in ("action", "case")}
        leave(db.session.get(Membership, own), Wishes(words=words), by=karen)
        db.session.commit()
        assert open_duties(karen.id) == []


def test_who_changes_jobs_hands_over_everything_in_one_go(app, browser, world, house, outbox):
    jonas = second_coordinator(world)
    karen_id = world.cast["coordinator"]
    with world.acting():
        other = world._add(Network(name="ERFA Andet"))
        world._add(Membership(network_id=other.id, person_id=karen_id))
        world._add(Membership(network_id=other.id, person_id=jonas, role=Role.COORDINATOR))
        other_id = other.id
    world.case(author="coordinator", network_id=other_id, title="En anden sag?")
    karen = browser("coordinator")
    page = karen.get("/account/leaving")
    assert "ERFA Prøvenet" in page.text and "ERFA Andet" in page.text
    page = karen.submit(ALL, last_day="2026-11-24")
    assert page.errors == ["Vælg i dag eller en dag, der har været."]
    page = karen.submit(ALL, last_day="2026-11-20")
    assert "Alt er overdraget." in page.text
    assert "En anden sag?" in page.text
    assert "Du er ikke med i noget netværk" in page.text
    (told,) = outbox()
    assert told.to == "person5@erfa.test"
    assert "ERFA Prøvenet" in told.text and "ERFA Andet" in told.text
    with app.app_context():
        person = db.session.get(Person, karen_id)
        assert person.organisation_id is None
        ended = db.session.scalars(select(Affiliation).where(Affiliation.person_id == karen_id)).one()
        assert ended.to_on.isoformat() == "2026-11-21"
        assert not db.session.scalars(
            select(Membership).where(Membership.person_id == karen_id, Membership.left_at.is_(None))
        ).all()
    karen.get("/account/leaving")
    assert karen.page.status == 200


def test_it_is_all_or_nothing_over_several_networks(app, browser, world, house):
    """In the first network there is another coordinator, in the second nobody has been chosen yet."""
    second_coordinator(world)
    with world.acting():
        other = world._add(Network(name="ERFA Andet"))
        world._add(Membership(network_id=other.id, person_id=world.cast["coordinator"], role=Role.COORDINATOR))
        world._add(Membership(network_id=other.id, person_id=world.cast["member"]))
        other_id = other.id
    karen = browser("coordinator")
    karen.get("/account/leaving")
    page = karen.submit(ALL, last_day="2026-11-20")
    assert page.errors == ["Vælg, hvem der er tovholder for ERFA Andet fremover."]
    assert page.value("last_day") == "2026-11-20"
    with app.app_context():
        assert db.session.get(Action, house["action"]).owner_id == world.cast["coordinator"]
        assert db.session.get(Person, world.cast["coordinator"]).organisation_id
    karen.submit(ALL, **{f"all-{other_id}": str(world.cast["member"])})
    with app.app_context():
        assert db.session.get(Action, house["action"]).owner_id != world.cast["coordinator"]


def test_a_receiver_hears_of_no_network_they_are_not_in(world, browser, house, outbox):
    jonas = second_coordinator(world)
    with world.acting():
        other = world._add(Network(name="ERFA Skjult"))
        world._add(Membership(network_id=other.id, person_id=world.cast["coordinator"]))
        world._add(Membership(network_id=other.id, person_id=world.cast["outsider"], role=Role.COORDINATOR))
        other_id = other.id
    world.case(author="coordinator", network_id=other_id, title="En skjult sag?")
    karen = browser("coordinator")
    karen.get("/account/leaving")
    page = karen.submit(ALL, **{f"all-{other_id}": str(jonas)})
    assert page.status == 200 and page.errors == ["Vælg, hvem der tager over."]
    karen.submit(ALL, **{f"all-{other_id}": str(world.cast["outsider"])})
    mails = {told.to: told for told in outbox()}
    assert "skjult" not in (mails["person5@erfa.test"].text + mails["person5@erfa.test"].html).lower()
    assert "Prøvenet" not in mails["person4@erfa.test"].text
    assert "En skjult sag?" in mails["person4@erfa.test"].text


def test_who_left_before_the_mail_was_sent_gets_none(world, browser, house, outbox):
    jonas = second_coordinator(world)
    karen = browser("coordinator")
    post(karen, f"/memberships/{membership_id(world, 'coordinator')}/end")
    with world.acting():
        db.session.scalars(select(Membership).where(Membership.person_id == jonas)).one().left_at = core_clock.now()
    assert outbox() == []
    assert outbox.untold()[0][1:] == ("handed_over", "no longer a member")


def test_an_administrator_hands_over_for_somebody_else(app, browser, world, house, outbox):
    jonas = second_coordinator(world)
    administrator = browser("administrator")
    url = f"/people/{world.cast['coordinator']}/leaving"
    page = administrator.get(url)
    assert page.title == "Overdrag for Karen Tovholder"
    page = administrator.submit(ALL)
    assert "Karen er ikke med i noget netværk" in page.text
    (told,) = outbox()
    assert "Agnes Admin" in told.text
    with app.app_context():
        assert db.session.get(Action, house["action"]).owner_id == jonas
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.HANDED_OVER)).one()
        assert (event.person_id, event.by_id) == (world.cast["coordinator"], world.cast["administrator"])
    browser("member").get(url, status=404)  # Karen is in no network the member is in any more
    browser("outsider").get(url, status=404)


def test_members_and_coordinators_hand_over_for_nobody_else(browser, world):
    url = f"/people/{world.cast['member']}/leaving"
    for who in ("coordinator", "colleague"):
        browser(who).get(url, status=403)
        assert post(browser(who), url).status_code == 403


def test_the_room_of_administration_can_hand_over_without_a_page(app, world, house):
    with writing(app):
        karen, admin = (db.session.get(Person, world.cast[who]) for who in ("coordinator", "administrator"))
        hand_over_everything(karen, to={world.network_id: world.cast["colleague"]}, by=admin)
        db.session.commit()
        assert open_duties(karen.id) == []
        assert {thing.key for thing in open_duties(world.cast["colleague"])} >= {f"action-{house['action']}"}


def test_what_an_administrator_has_called_is_found_too(app, world):
    meeting = world.meeting(created_by_id=world.cast["administrator"])
    with app.test_request_context():
        assert [thing.key for thing in open_duties(world.cast["administrator"])] == [f"meeting-{meeting}"]


def test_a_new_room_joins_by_registering(app, browser, world):
    """What a room above registers is asked for, handed over and told of like the others'."""
    given = []

    def still_open(person, _networks):
        is_open = person.id == world.cast["member"] and not given
        return [Thing("probe", 7, world.network_id, "En prøve")] if is_open else []

    def hand_over(things, to, _by):
        given.extend((thing.key, to.name) for thing in things)

    probe = Duty({"probe": "Prøver"}, frozenset(), still_open, hand_over, end=lambda _ended, _by: None)
    register("probe", probe)
    try:
        mette = browser("member")
        page = mette.get(f"/memberships/{membership_id(world, 'member')}/end")
        assert "Prøver" in page.text
        page = mette.submit(LEAVE)
        assert "En prøve" in page.text
        assert given == [("probe-7", "Karen Tovholder")]
    finally:
        _duties.pop("probe")


def test_asking_changes_nothing_and_costs_the_same_for_much(browser, world, statements):
    karen, counts = browser("coordinator"), []
    second_coordinator(world)
    url = f"/memberships/{membership_id(world, 'coordinator')}/end"
    for _ in range(2):
        for page in (url, "/account/leaving"):
            with statements.counted() as seen:
                karen.get(page)
            counts.append(len(seen))
            assert not [one for one in seen if not one.startswith("SELECT")]
        for number in range(20):
            items = world.minutes(world.meeting(starts_at=core_clock.now() - timedelta(days=number + 1)), "Tekst")
            world.action(items[0], f"Opgave {number}", owner="coordinator")
            world.case(author="coordinator", title=f"Sag {number}?")
            world.meeting(title=f"Møde {number}")
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8, counts


def test_two_coordinators_leaving_at_once_do_not_leave_the_network_alone(app, world, house, at_once):  # noqa: F811
    jonas = second_coordinator(world)
    with app.app_context():
        theirs = db.session.scalars(select(Membership.id).where(Membership.person_id == jonas)).one()
    mine = membership_id(world, "coordinator")
    refused = []

    def leaving(membership, who):
        def act():
            try:
                leave(
                    db.session.get(
                        Membership,
                        membership,
                        options=[db.joinedload(Membership.person), db.joinedload(Membership.network)],
                    ),
                    Wishes(),
                    by=db.session.get(Person, who),
                )
            except Exception as refusal:
                refused.append(refusal)
                db.session.rollback()

        return act

    at_once(leaving(mine, world.cast["coordinator"]), leaving(theirs, jonas))
    assert len(refused) == 1
    with app.app_context():
        left = db.session.scalars(
            select(Membership).where(Membership.role == Role.COORDINATOR, Membership.left_at.is_(None))
        ).all()
        assert len(left) == 1
        assert db.session.get(Action, house["action"]).owner_id == left[0].person_id


def test_leaving_twice_at_once_hands_over_once(app, world, house, at_once):  # noqa: F811
    second_coordinator(world)
    person_id = world.cast["coordinator"]

    def act():
        person = db.session.get(Person, person_id)
        leave_everything(person, Wishes(), by=person)

    at_once(act, act)
    with app.app_context():
        events = db.session.scalars(select(Event.kind)).all()
        assert sorted(events) == [EventKind.HANDED_OVER, EventKind.LEFT]


def test_what_one_has_in_a_network_one_was_never_in_does_not_tell_of_it(app, world, browser):
    """An administrator may name anybody for a meeting; that alone tells nobody that the network exists."""
    world.meeting(network_id=world.other_network_id, title="Hemmeligt møde", created_by_id=world.cast["member"])
    page = browser("member").get("/account/leaving")
    assert "ERFA Prøvenet" in page.text
    assert not [name for name in ("ERFA Hemmeligt", "Hemmeligt møde", "Ulla Udenfor") if name in page.html]
    seen = browser("administrator").get(f"/people/{world.cast['member']}/leaving")
    assert "Hemmeligt møde" in seen.text


def test_who_has_left_hears_no_later_name_of_the_network(world, browser):
    world.agreement("Vi lytter.", accepted_by=["member", "coordinator"])
    own = membership_id(world, "member")
    mette = browser("member")
    post(mette, f"/memberships/{own}/end")
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        network.name = "ERFA Nyt navn"
    page = mette.get(f"/memberships/{own}/receipt")
    assert "ERFA Prøvenet" in page.text and "Nyt navn" not in page.html
    page = mette.get("/agreements")
    assert "Nyt navn" not in page.html and f"/agreements/{world.network_id}/" not in page.html
    assert "ERFA Prøvenet" in page.text
    assert "ERFA Nyt navn" in browser("coordinator").get("/agreements").text


def test_a_double_click_on_leaving_leads_to_the_receipt(world, browser):
    url = f"/memberships/{membership_id(world, 'member')}/end"
    mette = browser("member")
    assert post(mette, url).status_code == 302
    again = post(mette, url)
    assert again.status_code == 302 and again.headers["Location"].endswith("/receipt")
    assert post(browser("outsider"), url).status_code == 404
