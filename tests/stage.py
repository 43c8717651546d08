"""One meeting, one case and all that hangs on them, with the cast before it: what the tests of every endpoint ask for."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from flask import Flask, url_for
from sqlalchemy import delete, select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.models import Affiliation, Person
from app.attendance.codes import token_of as token_to_check_in
from app.attendance.models import Attendance, Correction, Project, Scan
from app.calendars.models import Feed
from app.cases.models import CaseAttachment
from app.core import clock
from app.core.limits import counters
from app.core.security import HEADERS
from app.core.tokens import fingerprint
from app.extensions import Model, db
from app.factors.models import Passkey
from app.files.models import File, FileContent, FileKind
from app.hosting.models import HostAsk, RotaEntry
from app.imports.models import ReceivedCalendar
from app.incoming.models import Fate, IncomingMail
from app.invitations.models import Invitation, JoinRequest
from app.invitations.tokens import token_of
from app.itip.answers.models import CalendarReply, CounterProposal, Remark
from app.meetings.answer_links import token_to_answer
from app.meetings.models import AgendaItem, AgendaKind, AnswerWord, Attachment, Meeting, ReservedSeats, Substitution
from app.meetings.proposals.models import Proposal, ProposalState
from app.minutes.models import Action, Decision, Minutes, Revision
from app.networks.models import Membership
from app.notifications.composing import token_to_stop
from app.notifications.letters import Topic
from app.notifications.models import KeptMail, Mail, MailState, Notice
from app.people.models import Picture, Profile
from app.polls.models import Ballot, Poll, PollDate, Vote, VoteWord
from app.reminders.models import Audience, Reminder
from app.rosters.models import ReceivedList
from app.series.models import Series, SeriesMeeting
from app.series.rules import Unit
from app.sessions.address_changes import token_to_stop as token_to_stop_change
from app.sessions.models import AddressChange, Identity, SignInSession
from app.wheels.models import Wheel
from tests.browser import Browser, Page
from tests.world import World

MAIL = b"From: a@erfa.test\r\nTo: b@erfa.test\r\nSubject: Moede\r\nContent-Type: text/html\r\n\r\n<p>Kom</p>\r\n"
ROLES = ("nobody", "outsider", "member", "coordinator", "administrator")
READING = {"GET", "HEAD", "OPTIONS"}
# What is counted or kept at hand is no content: a limiter has to count what it refuses, a fragment can be made again.
NOT_CONTENT = {"rate_counters", "calendar_fragments"}
# The one trace a GET leaves: a feed tells its owner when it was last fetched, and by what. (When a browser was last seen
# is written by any request, but only minutes after the time before, and the clock stands still here.)
LEAVES_A_TRACE = {"calendars.feed": ["feeds"]}


def endpoints(app: Flask) -> list[tuple[str, str, Rule]]:
    """Every (endpoint, method, rule) that can be asked; an endpoint with several addresses is asked at the first."""
    rules: dict[tuple[str, str], Rule] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            rules.setdefault((rule.endpoint, method), rule)
    return [(endpoint, method, rule) for (endpoint, method), rule in sorted(rules.items(), key=lambda pair: pair[0])]


class Stage:
    """`ask(endpoint, method, role)` really requests it, on rows that no earlier request has changed."""

    def __init__(self, app: Flask, empty: Callable[[], None]) -> None:
        self.app, self.empty = app, empty
        self.set_up()

    def set_up(self) -> None:
        self.empty()
        self.world = World(self.app)
        self.things = self._things()
        self.browsers = {role: Browser(self.app, None if role == "nobody" else self.world.cast[role]) for role in ROLES}
        with self.world.acting():
            own = select(SignInSession.id).filter_by(person_id=self.world.cast["member"])
            self.things["session_id"] = db.session.scalars(own).one()
        self.tokens: dict[str, str] = {}
        self.before = self.dump()

    def _things(self) -> dict[Any, Any]:
        """What stands for each parameter of an address: by name, by (room, name) or by (endpoint, name)."""
        world = self.world
        meeting, case = world.meeting(), world.case(posts=2)
        world.agreement(accepted_by=["coordinator", "member", "colleague"])
        held = world.meeting(starts_at=clock.now() - timedelta(days=7), title="Holdt møde")
        published = world.meeting(
            title="Åbent hus", published_at=clock.now(), public_url="https://erfa.test/tilmelding", host_code="0860"
        )
        with world.acting():
            coordinator, member = world.cast["coordinator"], world.cast["member"]
            db.session.execute(
                update(Membership).values(joined_at=clock.now() - timedelta(days=30))
            )  # before it was held
            item = db.session.scalars(select(AgendaItem.id).where(AgendaItem.meeting_id == held)).first()
            assert item
            rows: dict[str, Model] = {
                "minutes": Minutes(meeting_id=held, shared_at=clock.now(), shared_by_id=coordinator),
                "revision": Revision(agenda_item_id=item, number=1, text="Vi ringer først.", author_id=coordinator),
                "decision_id": Decision(
                    network_id=world.network_id, agenda_item_id=item, year=2026, number=1, text="Vi ringer.",
                    created_by_id=coordinator,
                ),
                "action_id": Action(
                    agenda_item_id=item, text="Ring.", owner_id=member, due_on=date(2026, 12, 1),
                    created_by_id=coordinator,
                ),
                "passkey_id": Passkey(person_id=member, credential_id=b"1", public_key=b"1", name="Telefonen"),
                "feed_id": Feed(person_id=member, name="Outlook", token_hash=fingerprint("a-feed-for-the-member")),
            }  # fmt: skip
            rows["list_id"] = ReceivedList(
                network_id=world.network_id, by_id=coordinator, file_name="medlemmer.csv", rows=[
                    [1, ["Navn", "Mail", "Organisation", "Kommune"]], [2, ["Lone", "lone@erfa.test", "Café", "Thisted"]],
                ],
            )  # fmt: skip
            rows["reminder_id"] = Reminder(
                meeting_id=meeting, audience=Audience.COMING, days=1, for_on=clock.today() + timedelta(days=3),
                at=clock.now() + timedelta(days=2),
            )  # fmt: skip
            rows["calendar_id"] = ReceivedCalendar(
                network_id=world.network_id, by_id=coordinator, file_name="kalender.ics", since=date(2026, 1, 1),
                until=date(2027, 1, 1), left_out=[], happenings=[
                    {"uid": "1", "recurrence": "", "title": "Møde", "starts": "2026-12-03T08:30:00+00:00",
                     "ends": "2026-12-03T10:30:00+00:00", "place": "", "online_url": "", "description": ""},
                ],
            )  # fmt: skip
            rows["profile"] = Profile(person_id=member, reachable="Mandag")
            rows["picture"] = Picture(person_id=member, fingerprint="a-picture", large=b"large", small=b"small")
            invited = {"network_id": world.network_id, "invited_by_id": coordinator, "nonce": "0" * 32}
            rows["invitation_id"] = invitation = Invitation(
                email="lone@erfa.test", expires_at=clock.now() + timedelta(days=20), **invited
            )
            rows["request_id"] = JoinRequest(network_id=world.network_id, person_id=world.cast["outsider"])
            rows["proposal_id"] = Proposal(
                network_id=world.network_id, meeting_id=meeting, state=ProposalState.WAITING, title="Fælles brev",
                kind=AgendaKind.DISCUSSION, minutes=20, proposed_by_id=member,
            )  # fmt: skip
            rows["substitution_id"] = Substitution(
                meeting_id=meeting, absent_id=world.cast["colleague"], name="Nina Ny", email="nina@erfa.test"
            )
            rows["counter_id"] = CounterProposal(
                meeting_id=meeting, person_id=member, comment="Kan vi tage den en dag senere?",
                starts_at=clock.now() + timedelta(days=5), ends_at=clock.now() + timedelta(days=5, hours=2),
                was_starts_at=db.session.get_one(Meeting, meeting).starts_at,
                was_ends_at=db.session.get_one(Meeting, meeting).ends_at,
            )  # fmt: skip
            rows["remark"] = Remark(meeting_id=meeting, person_id=member, words="Kan man parkere?")
            rows["calendar_reply"] = CalendarReply(
                meeting_id=meeting, person_id=member, sequence=0, stamped_at=clock.now(), said="ACCEPTED"
            )
            rows["reserved"] = ReservedSeats(meeting_id=meeting, municipality_code="0825", seats=2)
            asked = {"network_id": world.network_id, "asked_by_id": coordinator, "municipality_code": "0860"}
            rows["ask_id"] = HostAsk(**asked, month=date(2027, 3, 1), word="Har I plads?", place="Rådhuset")
            rows["entry"] = RotaEntry(network_id=world.network_id, municipality_code="0860", note="Med færgen")
            rows["wheel"] = Wheel(
                network_id=world.network_id, year=2026, plan={"12": {"theme": "Småjob"}}, edited_by_id=coordinator
            )
            rows["mail_id"] = KeptMail(message_id="1@erfa.test", recipient="a@erfa.test", subject="Møde", raw=MAIL)
            rows["notice_id"] = Notice(
                key="case_opened:case-1:1", kind="case_opened", person_id=member, network_id=world.network_id,
                thread=f"case-{case}", payload={"case_id": case},
            )  # fmt: skip
            rows["given_up"] = Mail(
                key="case_opened:case-1:2", kind="case_opened", person_id=member, payload={"case_id": case},
                state=MailState.DEAD, reason="550 5.2.2 Mailbox full",
            )  # fmt: skip
            rows["incoming_mail_id"] = IncomingMail(
                key="1", recipient="r+c1@svar.erfa.test", from_address="person2@erfa.test", person_id=member, raw=MAIL,
                subject="Re: Sagen", fate=Fate.TAKEN, network_id=world.network_id, became="/help",
            )  # fmt: skip
            rows["identity_id"] = Identity(person_id=member, issuer="https://sts.erfa.test", subject="mette")
            rows["series_id"] = series = Series(
                network_id=world.network_id, key="0" * 32, title="ERFA om småjob", unit=Unit.MONTHS, step=2, weekday=3,
                nth=-1, first_on=date(2026, 11, 26), meetings_wanted=6, starts=time(9, 30), ends=time(12),
                created_by_id=coordinator,
            )  # fmt: skip
            files = [self._file(name) for name in ("bilag.txt", "underskrevet.txt", "opskrift.txt")]
            rows["attachment_id"] = Attachment(meeting_id=meeting, file_id=files[0])
            rows["case_attachment_id"] = CaseAttachment(case_id=case, post_id=1, file_id=files[2])
            rows["scan_id"] = Scan(meeting_id=held, file_id=files[1], added_by_id=coordinator)
            was_there = {"meeting_id": held, "by_id": coordinator}
            rows["attendance"] = Attendance(person_id=member, **was_there)
            rows["attendance_id"] = Attendance(guest_name="Gerda Gæst", guest_organisation="Tangværket", **was_there)
            rows["correction"] = Correction(who="Gerda Gæst", old="på stedet", reason="Hun kom senere.", **was_there)
            rows["project"] = Project(
                network_id=world.network_id,
                name="Nye veje",
                number="ESF-1",
                funder="Socialfonden",
                updated_by_id=coordinator,
            )
            change = AddressChange(person_id=member, address="mette@ny.test", nonce="a change that waits")
            poll = {"network_id": world.network_id, "created_by_id": coordinator, "title": "Vintermøde"}
            rows["poll_id"] = Poll(closes_on=clock.today() + timedelta(days=7), word="Kom, om du kan.", **poll)
            db.session.add_all([*rows.values(), change])
            db.session.flush()
            db.session.add(SeriesMeeting(series_id=series.id, meeting_id=meeting, planned={"title": "Møde"}))
            rows["date_id"] = PollDate(poll_id=rows["poll_id"].id, starts_at=clock.now() + timedelta(days=14))
            db.session.add(rows["date_id"])
            db.session.flush()
            db.session.add(Vote(date_id=rows["date_id"].id, person_id=member, vote=VoteWord.YES))
            db.session.add(Ballot(poll_id=rows["poll_id"].id, person_id=member, word="Helst om formiddagen."))
            db.session.flush()
            membership = select(Membership.id).filter_by(person_id=member, network_id=world.network_id)
            rows_of_others = {"membership_id": db.session.scalars(membership).one(), "person_id": member}
            work = db.session.scalars(select(Affiliation).filter_by(person_id=member)).one()
            rows_of_others |= {"affiliation_id": work.id, "organisation_id": work.organisation_id}
            stop = token_to_stop(db.session.get_one(Person, member), Topic("network", world.network_id, ""))
            stop_address = token_to_stop_change(change)
            letter = token_of(invitation)
            link = token_to_answer(member, meeting, AnswerWord.MAYBE)
            wall = token_to_check_in(db.session.get_one(Meeting, meeting))
            given_up = rows["given_up"].id  # type: ignore[attr-defined]
            ids = {name: row.id for name, row in rows.items() if name.endswith("_id")}  # type: ignore[attr-defined]
        return {
            "network_id": world.network_id,
            "meeting_id": meeting,
            ("events", "meeting_id"): published,
            ("minutes", "meeting_id"): held,
            ("evaluations", "meeting_id"): held,
            "case_id": case,
            "post_id": 1,
            "item_id": item,
            "number": 1,
            "version": 1,
            "year": 2026,
            "month": 11,
            "code": "0860",
            "day": 26,
            "fingerprint": "a-picture",
            "side": 96,
            "token": "a-feed-for-the-member",
            ("notifications", "token"): stop,
            ("incoming", "mail_id"): ids["incoming_mail_id"],
            ("sessions", "token"): stop_address,
            ("invitations", "token"): letter,
            ("inbox", "mail_id"): given_up,
            ("attendance", "token"): wall,
            ("meetings", "token"): link,
            ("cases", "attachment_id"): ids["case_attachment_id"],
            ("attendance.show", "meeting_id"): held,
            ("attendance.tap", "meeting_id"): held,
            ("attendance.edit", "meeting_id"): held,
            ("attendance.new_guest", "meeting_id"): held,
            ("attendance.scan", "meeting_id"): held,
            ("attendance.sheet", "meeting_id"): held,
            **rows_of_others,
            **ids,
        }

    def _file(self, name: str) -> int:
        """A text that a coordinator has put up; returns the id."""
        text = b"Udkast til brev."
        file = File(
            network_id=self.world.network_id, name=name, kind=FileKind.TXT, size=len(text), sha256="0" * 64,
            created_by_id=self.world.cast["coordinator"],
        )  # fmt: skip
        db.session.add(file)
        db.session.flush()
        db.session.add(FileContent(file_id=file.id, content=text))
        return file.id

    def value_of(self, endpoint: str, name: str) -> Any:
        for key in ((endpoint, name), (endpoint.split(".", maxsplit=1)[0], name), name):
            if key in self.things:
                return self.things[key]
        raise AssertionError(f"tests/stage.py: nothing stands for <{name}> in {endpoint}; add it to _things")

    def url(self, endpoint: str, rule: Rule, **instead: Any) -> str:
        values = {name: self.value_of(endpoint, name) for name in rule.arguments if name not in instead}
        with self.app.test_request_context():
            return url_for(endpoint, **values, **instead)

    def dump(self) -> dict[str, list[Any]]:
        """Everything that is remembered."""
        with self.app.app_context(), db.engine.connect() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(select(table))))
                for table in Model.metadata.sorted_tables
                if table.name not in NOT_CONTENT
            }

    def is_untouched(self) -> bool:
        """Whether GETs have left everything as it was, but for the one trace."""
        traces = {name for names in LEAVES_A_TRACE.values() for name in names}
        return all(rows == self.before[name] for name, rows in self.dump().items() if name not in traces)

    def token(self, role: str) -> str:
        if role not in self.tokens:
            page = Page(self.browsers[role].raw("GET", "/help"), "/help")
            assert page.tree is not None
            self.tokens[role] = page.tree.css_first("[name=csrf_token]").attributes["value"] or ""
        return self.tokens[role]

    def ask(self, endpoint: str, method: str, rule: Rule, role: str, *, with_token: bool = True) -> TestResponse:
        """The answer. A GET that changes a row is an error; after a change everything is set up afresh.

        Tries are counted anew for each request: that there are limits is tested where they belong.
        """
        with self.app.app_context(), db.engine.begin() as connection:
            connection.execute(delete(counters))
        url = self.url(endpoint, rule)
        data = {} if method in READING else {"csrf_token": self.token(role)} if with_token else {"a": "b"}
        answer = self.browsers[role].raw(method, url, data=data)
        protected(answer)
        after = self.dump()
        changed = [name for name in after if after[name] != self.before[name]]
        if changed:
            wanted = LEAVES_A_TRACE.get(endpoint, [])
            assert method not in READING or changed == wanted, f"GET {url} has changed {changed} for {role}"
            self.set_up()
        return answer


def protected(answer: TestResponse) -> None:
    """Every answer carries the protecting headers, errors included; a page may only be stricter."""
    for name, value in {**HEADERS, "Strict-Transport-Security": "max-age=31536000; includeSubDomains"}.items():
        assert name in answer.headers, f"{answer.request.path} ({answer.status_code}) lacks {name}"
        if name != "Content-Security-Policy":
            assert answer.headers[name] == value
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    if "sandbox" not in answer.headers["Content-Security-Policy"]:  # a mail in its frame brings its own styles
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def in_words(answer: TestResponse) -> str:
    """`login` for the way to the sign-in page, else the status."""
    to = answer.headers.get("Location", "")
    return "login" if answer.status_code == 302 and to.split("?")[0] == "/login" else str(answer.status_code)
