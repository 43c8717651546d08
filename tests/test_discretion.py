"""Whatever leaves a network's pages says no more than its level allows: every letter, every file, every address.

Every text that hangs on the network is a canary, named after its column. A new kind of letter, file or column is in here by
itself, and fails until somebody has decided what it may say (docs/decisions/0005-discretion.md).
"""

import io
import re
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Enum, String, Table, select, update
from sqlalchemy.orm import joinedload
from werkzeug.test import TestResponse

from app.accounts.models import Person
from app.administration.operations.affiliations import register_move
from app.calendars.ics import uid_of
from app.calendars.operations import create_feed
from app.cases.by_mail import receive_case
from app.cases.models import Case, PostKind
from app.cases.operations import open_case, reply
from app.core import clock
from app.digests.models import Collected, Frequency, Rhythm
from app.digests.operations import choose_rhythm, make_digests
from app.evaluations.operations import ask_those_who_came
from app.extensions import Model, db
from app.hosting.models import HostAsk
from app.hosting.operations.asking import ask, decline
from app.hosting.queries import code_of
from app.incoming.destinations import Attached, Incoming
from app.incoming.models import Fate, IncomingMail
from app.incoming.operations import ingest
from app.invitations.models import Invitation, JoinRequest
from app.invitations.operations.answering import decline as decline_invitation
from app.invitations.operations.inviting import invite
from app.invitations.operations.joining import approve, ask_to_join, decline_request
from app.invitations.pasting import Pasted
from app.itip.answers.counters import decline_time
from app.itip.answers.models import CounterProposal
from app.itip.outgoing.models import Way
from app.itip.outgoing.operations import choose_way, tend_to_calendars
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting, Substitution
from app.meetings.operations import substitutes
from app.meetings.operations.agenda import Point
from app.meetings.operations.answers import answer_meeting, remind_the_silent
from app.meetings.operations.scheduling import (
    Facts,
    cancel_meeting,
    edit_meeting,
    postpone_meeting,
    restore_meeting,
    schedule_meeting,
    tell_now,
)
from app.meetings.proposals.operations import decline as decline_proposal
from app.meetings.proposals.operations import propose, take
from app.minutes.operations import share_minutes
from app.networks.agreements.operations import publish
from app.networks.discretion import (
    TABLE,
    Confidentiality,
    Measure,
    Output,
    hangs_on_a_network,
    may_be_published,
    measure_of,
)
from app.networks.duties import headings
from app.networks.models import Network, Role
from app.networks.operations import add_member, give_role
from app.networks.queries import current_membership
from app.notifications import letters
from app.notifications.addresses import address_of
from app.notifications.models import Level, Mail, MailState
from app.notifications.operations import announce, choose_level
from app.organisations.models import Organisation
from app.polls.models import Poll
from app.polls.operations import (
    Question,
    edit_poll,
    look_after_polls,
    open_poll,
    remind,
    reopen_poll,
    withdraw_poll,
)
from app.reminders.models import Audience, Reminder
from app.reminders.operations import tend_to_reminders
from app.series.models import Series
from app.series.operations.changing import Change, Scope, change_series, effects_of
from app.series.operations.ending import end_series, restore_series
from app.series.operations.planning import Agenda, Common, plan_series
from app.series.queries import Row, meetings_of
from app.series.rules import Rule, Unit
from tests.calendars.feeds import fetch
from tests.outbox import Outbox, Told
from tests.papers import words_in_pdf
from tests.stage import NOT_CONTENT, Stage, endpoints
from tests.world import World

LEVELS = list(Confidentiality)
CANARY = re.compile(r"kanarie(\d+)", re.IGNORECASE)
SPOKEN = "Kanarie0"  # what people say in an act without it standing in a row of its own, like a reason
HAS_ROOM_FOR_WORDS = 12
# Pages that a secret in a mail opens without a sign-in: whoever is invited learns to what.
OPENED_BY_A_SECRET = {
    "invitations.answer": {"networks.name", "networks.purpose", "invitations.name", "invitations.word"}
}
# What a coordinator has opened to all: its own facts, in the networks whose level lets a title be told.
OPEN_TO_ALL = {"meetings.title", "meetings.place", "meetings.address", "meetings.public_url"}
SHOWS_WHAT_IS_OPEN = {"home.index", "home.about", "events.index", "events.show"}
# And this one says what the mail that has its link says, at the network's level.
OPENED_AT_A_LEVEL = {"meetings.answer_by_link"}
# Not words of people: secrets, keys, and where a mail goes.
NO_WORDS = re.compile(r"(_hash|sort_key|email|address|token|nonce)$")


# The canaries


def columns_of_words() -> dict[int, Any]:
    """Every text column of what hangs on a network, numbered."""
    columns = [
        column
        for table in Model.metadata.sorted_tables
        if hangs_on_a_network(table) and table.name not in NOT_CONTENT
        for column in table.columns
        if isinstance(column.type, String) and not isinstance(column.type, Enum)
        if not (column.primary_key or column.foreign_keys or column.unique or NO_WORDS.search(column.name))
        if (column.type.length or 1000) >= HAS_ROOM_FOR_WORDS
    ]
    return dict(enumerate(columns, start=1))


def fill_with_canaries() -> None:
    """Every such text becomes a word that names its column."""
    for number, column in columns_of_words().items():
        word = f"https://kanarie{number}.example/" if column.name.endswith("url") else f"Kanarie{number}"
        table: Table = column.table
        db.session.execute(update(table).where(column != "").values({column.name: word}))


def heard(text: str) -> set[str]:
    """The columns whose canaries sing in `text`."""
    columns = {number: f"{column.table.name}.{column.name}" for number, column in columns_of_words().items()}
    return {columns.get(int(number), "words of an act") for number in CANARY.findall(text)}


def allowed(level: Confidentiality, *outputs: Output) -> set[str]:
    measure = max(measure_of(level, output) for output in outputs)
    return {
        f"{column.table.name}.{column.name}"
        for column in columns_of_words().values()
        if measure is Measure.EVERYTHING or column.info.get("fit_for", Measure.EVERYTHING) <= measure
    } | ({"words of an act"} if measure is Measure.EVERYTHING else set())


def set_level(world: World, level: Confidentiality) -> None:
    db.session.get_one(Network, world.network_id).confidentiality = level


# The letters


@dataclass(frozen=True)
class Happening:
    """Who acts, and where, in what follows."""

    network: Network
    coordinator: Person
    colleague: Person
    outsider: Person
    meeting_id: int = 0

    def meeting(self) -> Meeting:
        """One that nobody has been told of yet."""
        return db.session.get_one(Meeting, self.meeting_id)


def a_meeting_is_called(now: Happening) -> None:
    facts = replace(Facts.of(now.meeting()), title="Kaldt")
    schedule_meeting(now.network, facts, by=now.coordinator)


def a_meeting_is_moved(now: Happening) -> None:
    start = now.meeting().starts_at + timedelta(hours=1)
    moved = replace(Facts.of(now.meeting()), starts_at=start, ends_at=start + timedelta(hours=2), place="Hjørring")
    edit_meeting(now.meeting(), moved, by=now.coordinator)
    tell_now(now.meeting(), by=now.coordinator)


def a_calendar_gets_a_meeting(now: Happening) -> None:
    choose_way(now.colleague, Way.BOTH)
    db.session.flush()
    tend_to_calendars()


def a_meeting_is_postponed(now: Happening) -> None:
    postpone_meeting(now.meeting(), by=now.coordinator, reason=SPOKEN)


def a_meeting_gets_a_new_date(now: Happening) -> None:
    answer_meeting(now.meeting(), AnswerWord.YES, by=now.colleague, note=SPOKEN)
    now.meeting().postponed_at = clock.now()
    facts = Facts.of(now.meeting())
    moved = replace(facts, starts_at=facts.starts_at + timedelta(days=7), ends_at=facts.ends_at + timedelta(days=7))
    edit_meeting(now.meeting(), moved, by=now.coordinator)


def a_meeting_is_cancelled(now: Happening) -> None:
    cancel_meeting(now.meeting(), by=now.coordinator, reason=SPOKEN)


def a_meeting_is_restored(now: Happening) -> None:
    now.meeting().cancelled_at = clock.now()
    restore_meeting(now.meeting(), by=now.coordinator)


def a_series(now: Happening, *, is_draft: bool) -> tuple[Series, list[Row]]:
    meeting = now.meeting()
    texts = {name: getattr(meeting, name) for name in ("title", "place", "online_url", "description")}
    common = Common(starts=time(9), ends=time(11), **texts)
    rule = Rule(Unit.WEEKS, 1, 0, clock.today() + timedelta(days=7), count=2)
    series, _told = plan_series(
        now.network, rule, common, [(day, None) for day in rule.days()],
        key="1" * 32, agenda=Agenda(), is_draft=is_draft, by=now.coordinator,
    )  # fmt: skip
    return series, meetings_of(series.id, now.coordinator)


def a_series_is_called(now: Happening) -> None:
    a_series(now, is_draft=False)


def a_series_is_changed(now: Happening) -> None:
    series, rows = a_series(now, is_draft=False)
    change = Change(title="Nyt", hours=(time(10), time(12)), place="Hjørring", online_url="", description="Nyt")
    effects = effects_of(change, rows, rows[0].meeting, Scope.ALL)
    change_series(series, change, effects, Scope.ALL, by=now.coordinator)


def a_series_is_ended(now: Happening) -> None:
    series, rows = a_series(now, is_draft=False)
    end_series(series, rows, rows[0].meeting, by=now.coordinator, reason=SPOKEN)


def a_series_is_restored(now: Happening) -> None:
    series, rows = a_series(now, is_draft=False)
    end_series(series, rows, rows[0].meeting, by=now.coordinator)
    restore_series(series, rows, by=now.coordinator)


def a_seat_is_given(now: Happening) -> None:
    now.meeting().capacity = 1
    answer_meeting(now.meeting(), AnswerWord.YES, by=now.coordinator, note="Ses.", host_note="Uden nødder.")
    answer_meeting(now.meeting(), AnswerWord.YES, by=now.colleague, note="Ses.", host_note="Uden nødder.")
    answer_meeting(now.meeting(), AnswerWord.NO, by=now.coordinator)


def the_silent_are_reminded(now: Happening) -> None:
    remind_the_silent(now.meeting(), by=now.coordinator)


def an_answer_is_put_in(now: Happening) -> None:
    answer_meeting(now.meeting(), AnswerWord.YES, by=now.colleague, host_note="Uden nødder.", said_by=now.coordinator)


def a_colleague_is_sent(now: Happening) -> None:
    now.colleague.organisation_id = now.coordinator.organisation_id
    answer_meeting(now.meeting(), AnswerWord.YES, by=now.coordinator, host_note="Uden nødder.")
    substitutes.send_a_colleague(now.meeting(), now.coordinator, now.colleague)


def a_colleague_is_released(now: Happening) -> None:
    a_colleague_is_sent(now)
    substitutes.withdraw_substitute(now.meeting(), now.coordinator)


def somebody_new_is_proposed(now: Happening) -> Substitution:
    return substitutes.propose_somebody_new(now.meeting(), now.colleague, name="Nina Ny", email="nina@erfa.test")


def somebody_new_may_come(now: Happening) -> None:
    substitutes.approve(somebody_new_is_proposed(now), now.meeting(), now.network, by=now.coordinator)


def minutes_are_shared(now: Happening) -> None:
    share_minutes(now.meeting(), by=now.coordinator)


def a_case_is_told(now: Happening) -> None:
    open_case(now.network.id, title="Sag", situation="Sådan", tried="Alt", wanted="Råd", by=now.colleague)


def a_case_is_answered(now: Happening) -> None:
    case = open_case(now.network.id, title="Sag", situation="Sådan", tried="", wanted="", by=now.coordinator)
    reply(case, kind=PostKind.ADVICE, body="Ring.", by=now.colleague)


def an_item_is_proposed(now: Happening) -> None:
    point = Point("Fælles brev", presenter="Ole Kollega", minutes=20)
    propose(now.network.id, now.meeting(), point, by=now.colleague, why="Vi spørger alle det samme.")


def a_proposal_is_answered(now: Happening) -> None:
    """One is taken, one declined with a word."""
    one, other = (propose(now.network.id, now.meeting(), Point("Fælles brev"), by=now.colleague) for _each in "ab")
    take(one, now.meeting(), by=now.coordinator)
    decline_proposal(other, by=now.coordinator, answer=SPOKEN)


def somebody_is_added(now: Happening) -> None:
    organisation = db.session.get_one(Organisation, now.colleague.organisation_id)
    add_member(
        now.network, by=now.coordinator, email="ny@erfa.test", name="Nina Ny", title="",
        organisation=organisation, role=Role.MEMBER,
    )  # fmt: skip


def an_agreement_is_published(now: Happening) -> None:
    publish(now.network, text="Vi tier.", change="Alt", seen=now.network.agreement_version, by=now.coordinator)


def somebody_is_invited(now: Happening) -> Invitation:
    invite(
        now.network, [Pasted("ny@erfa.test", "Nina Ny")], by=now.coordinator, role=Role.MEMBER, word="Kom.", locale="da"
    )
    return db.session.scalars(select(Invitation).options(joinedload(Invitation.network))).one()


def an_invitation_is_declined(now: Happening) -> None:
    decline_invitation(somebody_is_invited(now), answer="Nej.")


def somebody_asks_to_join(now: Happening) -> JoinRequest:
    ask_to_join(now.network, now.outsider, word="Må jeg?")
    whole = select(JoinRequest).options(joinedload(JoinRequest.network), joinedload(JoinRequest.person))
    return db.session.scalars(whole).one()


def a_request_is_met(now: Happening) -> None:
    approve(somebody_asks_to_join(now), by=now.coordinator)


def a_request_is_declined(now: Happening) -> None:
    decline_request(somebody_asks_to_join(now), by=now.coordinator, reason="Vi er fulde.")


def things_are_handed_over(now: Happening) -> None:
    things = [[now.network.id, kind, "En ting"] for kind in headings()]
    _tell(now, "handed_over", things=things, **{"from": "Gitte"})


def a_role_is_given(now: Happening) -> None:
    membership = current_membership(now.colleague.id, now.network.id)
    assert membership
    role = Role.MEMBER if membership.role is Role.COORDINATOR else Role.COORDINATOR
    give_role(membership, role, by=now.coordinator)


def a_list_is_read_in(now: Happening) -> None:
    _tell(now, "network_listed", network_id=now.network.id)


def somebody_has_a_new_job(now: Happening) -> None:
    register_move(now.colleague, db.session.scalars(select(Organisation)).all()[0], on=clock.today(), by=now.colleague)


def somebody_is_moved(now: Happening) -> None:
    register_move(
        now.colleague, db.session.scalars(select(Organisation)).all()[0], on=clock.today(), by=now.coordinator
    )


def a_date_is_looked_for(now: Happening) -> Poll:
    question = Question(
        title="Møde", minutes=150, closes_on=clock.today() + timedelta(days=5), place="Hjørring", word="Kom."
    )
    starts = [clock.now() + timedelta(days=days) for days in (14, 21)]
    poll, _told = open_poll(now.network, question, starts, by=now.coordinator)
    poll.network = now.network
    db.session.flush()
    return poll


def a_poll_is_changed(now: Happening) -> None:
    poll = a_date_is_looked_for(now)
    starts = [clock.now() + timedelta(days=days) for days in (14, 22)]
    edit_poll(poll, replace(Question.of(poll), place="Thisted", minutes=90), starts, by=now.coordinator)


def people_are_reminded_of_a_poll(now: Happening) -> None:
    remind(a_date_is_looked_for(now), by=now.coordinator)


def a_poll_is_withdrawn(now: Happening) -> None:
    withdraw_poll(a_date_is_looked_for(now), by=now.coordinator, reason=SPOKEN)


def a_poll_is_opened_again(now: Happening) -> None:
    poll = a_date_is_looked_for(now)
    withdraw_poll(poll, by=now.coordinator)
    reopen_poll(poll, by=now.coordinator)


def a_poll_is_ripe(now: Happening) -> None:
    poll = a_date_is_looked_for(now)
    poll.closes_on = clock.today() - timedelta(days=1)
    db.session.flush()
    look_after_polls()


def a_case_comes_by_mail(now: Happening) -> None:
    """With a file that is left out; its name is what somebody said."""
    mail = IncomingMail(key="1", recipient="n@svar.erfa.test", raw=b"", fate=Fate.TAKEN)
    db.session.add(mail)
    db.session.flush()
    file = Attached(f"{SPOKEN}.exe", "application/octet-stream", b"MZ")
    words = Incoming(
        id=mail.id, sender=now.colleague, from_address="", from_name="", subject="Sag", text="Sådan", whole_text="Sådan",
        calendars=(), files=(file,), received_at=clock.now(),
    )  # fmt: skip
    now.network.confidentiality, level = Confidentiality.OPEN, now.network.confidentiality  # it is taken, then changed
    receive_case(words, [now.network.id])
    now.network.confidentiality = level


def a_host_is_asked(now: Happening) -> HostAsk:
    code = code_of(now.colleague)
    assert code
    return ask(now.network.id, code, by=now.coordinator, meeting=now.meeting(), word="Har I plads?")[0]


def a_host_answers(now: Happening) -> None:
    asked = a_host_is_asked(now)
    decline(asked, now.meeting(), by=now.colleague, reason="Vi flytter.")


def _tell(now: Happening, kind: str, **payload: Any) -> None:
    """For what only an administrator's or a whole page's act brings about: the announcement that it makes."""
    announce(kind, to=[now.colleague.id], about="person-1", payload={"by": "Karen Tovholder", **payload})


def somebody_is_reminded(now: Happening) -> None:
    """Everybody of everything: the host, whoever presents, who comes and who has not answered."""
    meeting = now.meeting()
    meeting.host_code = db.session.get_one(Organisation, now.colleague.organisation_id).municipality_code
    item = db.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)).first()
    assert item
    item.presenter_id = now.colleague.id
    db.session.add(
        Answer(meeting_id=meeting.id, person_id=now.colleague.id, answer=AnswerWord.YES, note="Spiser ikke.")
    )
    reminders = [
        Reminder(meeting_id=meeting.id, audience=audience, days=3, for_on=meeting.day, at=clock.now())
        for audience in Audience
    ]
    db.session.add_all(reminders)
    db.session.flush()
    tend_to_reminders()


def somebody_is_asked_how_it_was(now: Happening) -> None:
    meeting = now.meeting()
    friday = clock.now() - timedelta(days=3)
    meeting.starts_at, meeting.ends_at = friday, friday + timedelta(hours=2)
    membership = current_membership(now.colleague.id, now.network.id)
    assert membership
    membership.joined_at = friday - timedelta(days=30)
    db.session.add(Answer(meeting_id=meeting.id, person_id=now.colleague.id, answer=AnswerWord.YES))
    db.session.flush()
    ask_those_who_came()


def a_mail_comes_to_a_meeting(now: Happening, text: str, *, method: str = "", lines: str = "", who: str = "") -> None:
    """From the colleague, in words or with a calendar object; `who` is another sender."""
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = f"En Afsender <{who or now.colleague.email}>", "<1@post.test>"
    mail.set_content(text)
    if method:
        event = f"BEGIN:VEVENT\r\nUID:{uid_of(now.meeting_id)}\r\nDTSTAMP:20261123T080000Z\r\n{lines}\r\nEND:VEVENT"
        calendar = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\n{event}\r\nEND:VCALENDAR\r\n"
        mail.add_attachment(calendar.encode(), maintype="text", subtype="calendar")
    ingest(mail.as_bytes(), address_of("r", f"m{now.meeting_id}-{now.colleague.id}"), now.colleague.email)


def an_answer_in_words_is_understood(now: Happening) -> None:
    a_mail_comes_to_a_meeting(now, "Ja, jeg kommer. Jeg er der klokken 10.")


def words_are_passed_on(now: Happening) -> None:
    a_mail_comes_to_a_meeting(now, "Kan man parkere på havnen?")


def an_answer_speaks_of_another_time(now: Happening) -> None:
    now.meeting().sequence = 3
    attendee = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{now.colleague.email}"
    a_mail_comes_to_a_meeting(now, "", method="REPLY", lines=f"DTSTART:20261001T080000Z\r\n{attendee}")


def an_answer_comes_from_another_address(now: Happening) -> None:
    attendee = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{now.colleague.email}"
    a_mail_comes_to_a_meeting(now, "", method="REPLY", lines=attendee, who="sekretaer@kommune.test")


def another_time_is_proposed(now: Happening) -> None:
    attendee = f"COMMENT:Hellere senere\r\nATTENDEE;PARTSTAT=TENTATIVE:mailto:{now.colleague.email}"
    times = "DTSTART:20261201T080000Z\r\nDTEND:20261201T100000Z"
    a_mail_comes_to_a_meeting(now, "", method="COUNTER", lines=f"{times}\r\n{attendee}")


def another_time_is_declined(now: Happening) -> None:
    another_time_is_proposed(now)
    proposal = db.session.scalars(select(CounterProposal)).one()
    decline_time(proposal, now.meeting(), by=now.coordinator, answer="Lokalet er optaget.")


def a_digest_is_due(now: Happening) -> None:
    """A case and a reply to it wait for the coordinator's digest, and its moment has come."""
    choose_rhythm(now.coordinator.id, now.network.id, Frequency.DAILY, None, hour=8)
    db.session.flush()
    rhythm = db.session.get_one(Rhythm, (now.coordinator.id, now.network.id))
    rhythm.told_until, rhythm.next_at = clock.now() - timedelta(days=1), clock.now()
    a_case_is_answered(now)
    choose_level(now.coordinator.id, "network", now.network.id, Level.WATCH)
    for mail in db.session.scalars(select(Mail).where(Mail.person_id == now.coordinator.id)):
        mail.state = MailState.COLLECTED
        db.session.add(Collected(mail_id=mail.id, person_id=now.coordinator.id, network_id=now.network.id))
    db.session.flush()
    make_digests()


def a_mail_is_refused(now: Happening) -> None:
    raw = f"From: {now.colleague.email}\r\nSubject: Re: Sagen\r\nMessage-ID: <1@erfa.test>\r\n\r\nHej\r\n"
    ingest(raw.encode(), "nobody@svar.erfa.test", now.colleague.email)


HAPPENINGS: dict[str, Callable[[Happening], object]] = {
    "meeting_called": a_meeting_is_called,
    "meeting_moved": a_meeting_is_moved,
    "meeting_in_calendar": a_calendar_gets_a_meeting,
    "meeting_postponed": a_meeting_is_postponed,
    "meeting_dated": a_meeting_gets_a_new_date,
    "meeting_cancelled": a_meeting_is_cancelled,
    "meeting_restored": a_meeting_is_restored,
    "series_called": a_series_is_called,
    "series_changed": a_series_is_changed,
    "series_cancelled": a_series_is_ended,
    "series_restored": a_series_is_restored,
    "meeting_reminder": somebody_is_reminded,
    "evaluation_asked": somebody_is_asked_how_it_was,
    "proposal_made": an_item_is_proposed,
    "proposal_decided": a_proposal_is_answered,
    "seat_given": a_seat_is_given,
    "answer_wanted": the_silent_are_reminded,
    "answer_put_in": an_answer_is_put_in,
    "answer_understood": an_answer_in_words_is_understood,
    "words_passed_on": words_are_passed_on,
    "remark_made": words_are_passed_on,
    "answer_outdated": an_answer_speaks_of_another_time,
    "answer_claimed": an_answer_comes_from_another_address,
    "time_proposed": another_time_is_proposed,
    "time_declined": another_time_is_declined,
    "substitute_asked": a_colleague_is_sent,
    "substitute_released": a_colleague_is_released,
    "substitute_proposed": somebody_new_is_proposed,
    "substitute_answered": somebody_new_may_come,
    "minutes_shared": minutes_are_shared,
    "case_opened": a_case_is_told,
    "case_replied": a_case_is_answered,
    "digest": a_digest_is_due,
    "case_by_mail": a_case_comes_by_mail,
    "host_asked": a_host_is_asked,
    "host_answered": a_host_answers,
    "network_joined": somebody_is_added,
    "agreement_published": an_agreement_is_published,
    "invitation": somebody_is_invited,
    "invitation_declined": an_invitation_is_declined,
    "join_asked": somebody_asks_to_join,
    "join_approved": a_request_is_met,
    "join_declined": a_request_is_declined,
    "handed_over": things_are_handed_over,
    "network_listed": a_list_is_read_in,
    "role_given": a_role_is_given,
    "poll_opened": a_date_is_looked_for,
    "poll_changed": a_poll_is_changed,
    "poll_reminder": people_are_reminded_of_a_poll,
    "poll_withdrawn": a_poll_is_withdrawn,
    "poll_reopened": a_poll_is_opened_again,
    "poll_ripe": a_poll_is_ripe,
    "address_trial": lambda now: _tell(now, "address_trial"),
    "person_moved": somebody_has_a_new_job,
    "moved_by_another": somebody_is_moved,
    "mail_refused": a_mail_is_refused,
    "account_made": lambda now: _tell(now, "account_made"),
    "address_changed_by_another": lambda now: _tell(now, "address_changed_by_another", email="ny@erfa.test"),
    "administrator_changed": lambda now: _tell(now, "administrator_changed", is_administrator=True),
}


def kinds_that_may_know_networks() -> set[str]:
    """Those of rooms at or above networks; the rooms below cannot read a network at all."""
    settings = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    below = tuple(f"{layer}." for layer in layers[layers.index("app.networks") + 1 :])
    return {kind for kind, compose in letters._composers.items() if not compose.__module__.startswith(below)}


def test_every_kind_of_letter_is_heard_here(app):
    assert kinds_that_may_know_networks() == set(HAPPENINGS), (
        "A letter about a network takes its rows through networks.discretion.discreetly, and gets an act in HAPPENINGS "
        "that brings it about, so that the tests below listen to what it says."
    )


def written(world: World, kind: str, level: Confidentiality, outbox: Outbox) -> list[Told]:
    """The mails of `kind` that its act brings about, when every text of the network has become a canary."""
    meeting_id = world.meeting(agenda=1, online_url="https://video.example/rum")
    for item_id in world.minutes(meeting_id, "Vi talte."):
        world.decision(item_id)
        world.action(item_id)
    world.agreement(accepted_by=["coordinator", "member", "colleague"])
    with world.acting():
        set_level(world, level)
        people = {who: db.session.get_one(Person, world.cast[who]) for who in ("coordinator", "colleague", "outsider")}
        network = db.session.get_one(Network, world.network_id)
        choose_way(people["colleague"], Way.BOTH)  # so that calendars are listened to as well
        HAPPENINGS[kind](Happening(network, meeting_id=meeting_id, **people))
        db.session.flush()
        fill_with_canaries()
    return [told for told in outbox() if told.kind == kind]


def calendar_in(mail: Told) -> str:
    """What a mail puts into a calendar."""
    parts = [part for part in mail.message.walk() if part.get_content_type() in {"text/calendar", "application/ics"}]
    return "".join(part.get_payload(decode=True).decode() for part in parts).replace("\r\n ", "")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", HAPPENINGS)
def test_a_letter_says_what_the_level_allows(world, outbox, kind, level):
    mails = written(world, kind, level, outbox)
    assert mails
    for mail in mails:
        headers = "\n".join(f"{name}: {value}" for name, value in mail.message.items())
        assert heard(headers) <= allowed(level, Output.MAIL_SUBJECT), f"{kind}, headers"
        assert heard(mail.text + mail.html) <= allowed(level, Output.MAIL_TEXT, Output.MAIL_SUBJECT), f"{kind}, text"
        assert heard(calendar_in(mail)) <= allowed(level, Output.CALENDAR_TITLE, Output.CALENDAR_TEXT), (
            f"{kind}, calendar"
        )
        if level is Confidentiality.PARTICIPANTS and kind in {"case_opened", "case_replied"}:
            assert "Ole Kollega" not in headers + mail.text + mail.html  # who asks is part of what is asked


def test_an_open_network_is_heard_whole(world, outbox):
    """That the ears of this file work."""
    (mail, *_rest) = written(world, "case_replied", Confidentiality.OPEN, outbox)
    assert {"cases.title", "posts.body"} <= heard(mail.text)
    assert "networks.name" in heard(str(mail.message["From"]))
    assert "cases.title" in heard(mail.subject)
    assert "Ole Kollega" in str(mail.message["From"])


def test_who_has_not_accepted_gets_titles_only_however_open_the_network(world, outbox):
    world.agreement()
    case_id = world.case()
    with world.acting():
        colleague = db.session.get_one(Person, world.cast["colleague"])
        reply(db.session.get_one(Case, case_id), kind=PostKind.ADVICE, body="Ring til Jens.", by=colleague)
    mail = next(told for told in outbox() if told.to == "person2@erfa.test")
    assert "Hvem skal ringe først?" in mail.subject
    assert "Ring til Jens" not in mail.text + mail.html


def test_the_words_of_each_level(world, outbox):
    with world.acting():
        set_level(world, Confidentiality.PARTICIPANTS)
        people = {who: db.session.get_one(Person, world.cast[who]) for who in ("coordinator", "colleague", "outsider")}
        a_case_is_told(Happening(db.session.get_one(Network, world.network_id), **people))
    mail = outbox()[0]
    assert mail.subject == "Nyt i ERFA Prøvenet"
    assert "ERFA Prøvenet" in str(mail.message["From"])
    assert "Log ind for at læse" in mail.text


# The addresses


def words_in(answer: TestResponse) -> str:
    """Everything that can be read in a file, whatever it is packed in."""
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if answer.mimetype == "application/pdf":
        return words_in_pdf(answer.data)
    assert answer.mimetype.startswith(("text/", "message/", "image/")) or answer.is_json, (
        f"{answer.request.path} answers {answer.mimetype}: teach words_in to read it, so that it can be listened to"
    )
    return answer.get_data(as_text=True).replace("\r\n ", "")


def outputs_of(answer: TestResponse) -> tuple[Output, ...]:
    if answer.request.path.startswith("/events"):
        return (Output.PUBLIC_CALENDAR,)
    return (Output.CALENDAR_TITLE, Output.CALENDAR_TEXT) if answer.mimetype == "text/calendar" else (Output.EXPORT,)


@pytest.fixture
def stage(built, clock) -> Stage:
    stage = Stage(*built)
    with stage.world.acting():
        fill_with_canaries()
    return stage


@pytest.mark.parametrize("level", LEVELS)
def test_every_file_says_what_the_level_allows(stage, level):
    with stage.world.acting():
        set_level(stage.world, level)
    files = set()
    for endpoint, method, rule in endpoints(stage.app):
        for role in ("nobody", "member", "coordinator", "administrator") if method == "GET" else ():
            answer = stage.browsers[role].raw("GET", stage.url(endpoint, rule))
            if answer.mimetype != "text/html" and answer.status_code == 200:
                files.add(endpoint)
                assert heard(words_in(answer)) <= allowed(level, *outputs_of(answer)), f"{endpoint} for {role}"
        if endpoint == "agreements.acceptances_file":  # a POST, because it is noted in the log
            files.add(endpoint)
            answer = stage.browsers["coordinator"].post(stage.url(endpoint, rule), status=200).response
            assert heard(words_in(answer)) <= allowed(level, Output.EXPORT)
        if endpoint == "attendance.fetch":
            for kind in ("csv", "xlsx"):
                files.add(endpoint)
                url = stage.url(endpoint, rule)
                answer = stage.browsers["coordinator"].post(url, kind=kind, status=200).response
                assert "Gerda" in words_in(answer) or "anarie" in words_in(answer)
                assert heard(words_in(answer)) <= allowed(level, Output.EXPORT)
    assert "attendance.sheet" in files
    assert {"calendars.feed", "calendars.meeting", "agreements.acceptances_file", "events.feed"} <= files


@pytest.mark.parametrize("level", LEVELS)
def test_who_has_not_signed_in_and_previews_hear_nothing(stage, level):
    """A link preview is made from a page's head by a program without an account."""
    with stage.world.acting():
        set_level(stage.world, level)
    for endpoint, method, rule in endpoints(stage.app):
        if method != "GET":
            continue
        answer = stage.browsers["nobody"].raw("GET", stage.url(endpoint, rule))
        if answer.mimetype == "text/html":
            told = heard(answer.get_data(as_text=True) + str(answer.headers))
            open_to_all = OPEN_TO_ALL & allowed(level, Output.PUBLIC_CALENDAR)
            shown = open_to_all if endpoint in SHOWS_WHAT_IS_OPEN and may_be_published(level) else set()
            in_the_mail = allowed(level, Output.MAIL_TEXT) if endpoint in OPENED_AT_A_LEVEL else set()
            assert told <= OPENED_BY_A_SECRET.get(endpoint, set()) | shown | in_the_mail, endpoint
        page = stage.browsers["member"].raw("GET", stage.url(endpoint, rule))
        told = re.findall(r"<meta[^>]*>", page.get_data(as_text=True)) if page.mimetype == "text/html" else []
        assert heard(" ".join(told)) <= allowed(level, Output.LINK_PREVIEW), endpoint


def test_a_calendar_follows_the_level_at_once(app, world, clock):
    meeting_id = world.meeting(
        title="Om Jens", description="Læs om Jens.", place="Tangværket", online_url="https://v.example/r"
    )
    with world.acting():
        token = create_feed(db.session.get_one(Person, world.cast["member"]), name="Outlook")[1]
    seen = {}
    for level in LEVELS:
        clock.move(minutes=1)
        with world.acting():
            set_level(world, level)
        seen[level] = fetch(app, token)
    texts = {level: answer.get_data(as_text=True).replace("\r\n ", "") for level, answer in seen.items()}
    assert len({answer.headers["ETag"] for answer in seen.values()}) == len(LEVELS)
    assert "Læs om Jens" in texts[Confidentiality.OPEN]
    assert "Punkt 1" in texts[Confidentiality.OPEN]
    assert "SUMMARY:Om Jens" in texts[Confidentiality.NETWORK]
    assert "Læs om Jens" not in texts[Confidentiality.NETWORK]
    assert "Punkt 1" not in texts[Confidentiality.NETWORK]
    strict = texts[Confidentiality.PARTICIPANTS]
    assert "SUMMARY:ERFA-møde" in strict
    assert "LOCATION:Tangværket" in strict
    assert f"/meetings/{meeting_id}" in strict
    assert not any(word in strict for word in ("Jens", "v.example", "CONFERENCE", "ERFA Prøvenet", "Punkt"))


# The table itself


def test_a_stricter_level_never_says_more():
    assert set(TABLE) == set(Output)
    for output in Output:
        measures = [measure_of(level, output) for level in LEVELS]
        assert measures == sorted(measures, reverse=True), output


def test_what_may_be_told_is_written_in_the_decision():
    """Marking a column with `fit_for` is a decision, and the document says it too."""
    told = {
        measure: {
            f"{column.table.name}.{column.name}"
            for table in Model.metadata.sorted_tables
            for column in table.columns
            if column.info.get("fit_for") is measure
        }
        for measure in Measure
    }
    document = (Path(__file__).parent.parent / "docs" / "decisions" / "0005-discretion.md").read_text()
    assert told[Measure.HAPPENED] == {
        "networks.name", "meetings.place", "meetings.address", "polls.place",
        "invitations.word", "join_requests.reason",  # written to stand in the mail
        "attendances.guest_name", "attendances.guest_organisation",  # lists of people are not graded
        "projects.name", "projects.number", "projects.funder",  # written to stand on the sheet
    }  # fmt: skip
    assert told[Measure.EVERYTHING] == set()
    for name in told[Measure.HAPPENED] | told[Measure.TITLES]:
        assert f"`{name}`" in document, f"{name} is marked with fit_for but not in docs/decisions/0005-discretion.md"
