"""The hand-made networks as rows, every date counted from today."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.accounts.models import Event, EventKind
from app.accounts.passwords import hashed
from app.cases.models import Case, Post, ReadPosition
from app.core.danish import sort_key
from app.demo.accounts import PASSWORD, People
from app.demo.days import (
    after_clock_changes,
    in_words,
    last_working_day,
    meeting_day,
    nearest_working_day,
    wall,
    working_day_from,
)
from app.demo.papers import (
    Answered,
    write_attached,
    write_mail,
    write_present,
    write_project,
    write_signed,
    write_with_reply,
)
from app.demo.rows import Rows, Values
from app.demo.series import write_series
from app.demo.story import polls
from app.demo.story.agreements import AGREEMENTS, LEVELS
from app.demo.story.cases import CASES, Reply, Told
from app.demo.story.invitations import OPEN
from app.demo.story.leaving import HANDED_OVER
from app.demo.story.meetings import COMING, PAST, Held, Point
from app.demo.story.people import ABOUT, LEFT, MEMBERS, ORGANISATIONS, PEOPLE
from app.demo.story.proposals import PROPOSALS, Proposed
from app.demo.story.register import CVR, MOVED, WEB
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting, Presence
from app.meetings.proposals.models import Proposal, ProposalState
from app.minutes.models import Action, Decision, Minutes, Revision
from app.networks.models import Acceptance, Agreement, Membership, Network, Role
from app.organisations.models import Organisation
from app.polls.models import Ballot, Poll, PollDate, Vote, VoteWord

BEGAN = 1150  # days ago


@dataclass
class Known:
    """The ids of what was written, for those who add to it."""

    people: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, tuple[int, str]] = field(default_factory=dict)  # name → id, web name
    networks: dict[str, int] = field(default_factory=dict)
    decisions: dict[tuple[int, int], int] = field(default_factory=dict)  # (network, year) → last number
    items: dict[str, int] = field(default_factory=dict)  # agenda items that a case was brought to
    next_meeting: dict[str, int] = field(default_factory=dict)  # network → the one in a few days
    ended: dict[tuple[str, str], int] = field(default_factory=dict)  # (network, who left) → membership

    def next_decision(self, network_id: int, year: int) -> int:
        number = self.decisions.get((network_id, year), 0) + 1
        self.decisions[network_id, year] = number
        return number


class Story:
    """Writes it all, oldest things first within each kind."""

    def __init__(self, rows: Rows, people: People, today: date) -> None:
        self._rows, self._people, self._today = rows, people, today
        self._began = wall(last_working_day(today - timedelta(days=BEGAN)), 9)
        self._next_day = nearest_working_day(today + timedelta(days=3), after=today)
        changes = after_clock_changes(today)
        self._special = {
            "next": self._next_day,
            "spring": next(day for day in changes if day.month in {3, 4}),
            "autumn": next(day for day in changes if day.month in {10, 11}),
        }
        self._facts = {
            "next_long": in_words(self._next_day, weekday=True, year=True).capitalize(),
            "decide_by": in_words(working_day_from(self._next_day + timedelta(days=5))),
        }
        self.known = Known()

    def write(self) -> Known:
        self._organisations()
        self._networks()
        self._everybody()
        self._memberships()
        self._handed_over()
        self._agreements()
        for held in sorted((*PAST, *COMING), key=self._day_of):
            self._meeting(held)
        write_series(self._rows, self.known.networks["buying"], self.known.people["nadia"], self._today)
        self._date_poll()
        for position, proposed in enumerate(PROPOSALS, start=1):
            self._proposal(position, proposed)
        for told in sorted(CASES, key=lambda told: told.day):
            self._case(told)
        return self.known

    def _days_ago(self, day: int, hour: int, minute: int = 0) -> datetime:
        return wall(last_working_day(self._today + timedelta(days=day)), hour, minute)

    # People and networks

    def _organisations(self) -> None:
        for name, (kind, code, web_name) in ORGANISATIONS.items():
            values: Values = {"name": name, "sort_key": sort_key(name), "kind": kind, "municipality_code": code}
            values |= {"cvr": CVR.get(name, ""), "web_address": WEB.get(name, ""), "closed_at": None}
            self.known.organisations[name] = (self._rows.add(Organisation, values), web_name)

    def _networks(self) -> None:
        for key, (name, purpose) in ABOUT.items():
            values = {"name": name, "sort_key": sort_key(name), "purpose": purpose, "is_open": key in OPEN}
            trust = {"confidentiality": LEVELS[key], "agreement_version": len(AGREEMENTS.get(key, ()))}
            self.known.networks[key] = self._rows.add(
                Network, {**values, **trust, "created_at": self._began, "updated_at": self._began}
            )

    def _everybody(self) -> None:
        kept = hashed(PASSWORD)
        for key, character in PEOPLE.items():
            self.known.people[key] = self._people.add(
                character.name,
                title=character.title,
                organisation=self.known.organisations[character.organisation],
                since=self._began,
                phone=character.phone,
                account=character.account,
                password_hash=kept if character.account else None,
                administrator=character.account.startswith("admin@"),
                before=self._job_before(key),
            )

    def _job_before(self, key: str) -> tuple[int, date] | None:
        if key not in MOVED:
            return None
        organisation, days = MOVED[key]
        return self.known.organisations[organisation][0], self._today - timedelta(days=days)

    def _memberships(self) -> None:
        for network, members in MEMBERS.items():
            roles = {**dict.fromkeys(LEFT.get(network, {}), Role.MEMBER), **members}
            for key, role in roles.items():
                left = LEFT.get(network, {}).get(key)
                membership_id = self._rows.add(
                    Membership,
                    {
                        "network_id": self.known.networks[network],
                        "person_id": self.known.people[key],
                        "role": role,
                        "joined_at": self._began,
                        "left_at": None if left is None else self._days_ago(-left, 15),
                    },
                )
                if left is not None:
                    self.known.ended[network, key] = membership_id

    def _handed_over(self) -> None:
        """In the log, as it was written on the day they left."""
        for one in HANDED_OVER:
            network = ABOUT[one.network][0]
            membership = self.known.ended[one.network, one.giver]
            at = self._days_ago(-LEFT[one.network][one.giver], 15)
            values = {"at": at, "person_id": self.known.people[one.giver], "by_id": None}
            values["network_id"] = self.known.networks[one.network]
            things = [list(thing) for thing in one.things]
            handed = {"network": network, "to": PEOPLE[one.taker].name, "things": things, "membership_id": membership}
            self._rows.add(Event, {**values, "kind": EventKind.HANDED_OVER, "facts": handed})

    def _agreements(self) -> None:
        for network, versions in AGREEMENTS.items():
            for number, version in enumerate(versions, start=1):
                published = self._days_ago(-version.days_ago, 13)
                facts = {"network_id": self.known.networks[network], "version": number}
                by_id, texts = self.known.people[version.by], {"text": version.text, "change": version.change}
                self._rows.add(Agreement, {**facts, **texts, "created_at": published, "by_id": by_id})
                for count, key in enumerate(one for one in MEMBERS[network] if one not in version.missing.split()):
                    later = self._days_ago(1 + count // 4 - version.days_ago, 14 + count % 3, 7 * count % 60)
                    at = published if key == version.by else later
                    self._rows.put(Acceptance, {**facts, "person_id": self.known.people[key], "at": at})

    # Meetings

    def _day_of(self, held: Held) -> date:
        if held.when:
            return self._special[held.when]
        day = self._today + timedelta(days=held.day)
        return meeting_day(day, forward=True) if held.day > 0 else last_working_day(day)

    def _meeting(self, held: Held) -> None:
        day, author = self._day_of(held), self.known.people[held.by]
        start = wall(day, *held.starts)
        called = wall(last_working_day(min(day - timedelta(days=held.called), self._today - timedelta(days=1))), 10, 15)
        cancelled = None if held.cancelled is None else self._days_ago(held.cancelled, 14, 20)
        postponed = None if held.postponed is None else self._days_ago(held.postponed, 13, 5)
        meeting_id = self._rows.add(
            Meeting,
            {
                "network_id": self.known.networks[held.network],
                "title": held.title,
                "starts_at": start,
                "ends_at": start + timedelta(minutes=held.length),
                "place": held.place,
                "address": held.address,
                "online_url": held.online_url,
                "host_code": held.host,
                "description": held.description,
                "sequence": 1 if cancelled or postponed else 0,
                "created_by_id": author,
                "created_at": called,
                "updated_at": cancelled or postponed or called,
                "called_at": None if held.is_draft else called,
                "postponed_at": postponed,
                "postponed_by_id": author if postponed else None,
                "postponement_reason": held.reason if postponed else "",
                "cancelled_at": cancelled,
                "cancelled_by_id": author if cancelled else None,
                "cancellation_reason": held.reason if cancelled else "",
            },
        )
        if held.when == "next":
            self.known.next_meeting[held.network] = meeting_id
        ids = self._agenda(meeting_id, held)
        answers = self._answers(meeting_id, held, called)
        self._papers(meeting_id, held, ids, answers)
        if held.day < 0:
            self._minutes(meeting_id, held, ids, start + timedelta(minutes=held.length))

    def _agenda(self, meeting_id: int, held: Held) -> list[int]:
        ids = []
        for position, point in enumerate(held.points, start=1):
            values = {"meeting_id": meeting_id, "position": position, "title": point.title, "kind": point.kind}
            more = {"presenter": point.presenter, "minutes": point.minutes, "removed_at": None}
            ids.append(self._rows.add(AgendaItem, {**values, **more}))
            if point.key:
                self.known.items[point.key] = ids[-1]
        return ids

    def _papers(self, meeting_id: int, held: Held, item_ids: list[int], answers: list[Answered]) -> None:
        """Who was there, what was signed, and what is attached to the next one."""
        network_id, author = self.known.networks[held.network], self.known.people[held.by]
        start = wall(self._day_of(held), *held.starts)
        if held.when == "next" and len(item_ids) > 2:
            put_up = self._days_ago(-2, 10, 40)
            by = [self.known.people[key] for key in ("gitte", "bodil")]
            write_attached(self._rows, meeting_id, network_id, item_ids, at=put_up, by=by)
            write_project(self._rows, network_id, at=put_up, by=author)
        if held.day < 0 and held.cancelled is None:
            write_present(self._rows, meeting_id, self.known.people, answers, start=start, by=author)
            if held.shared is not None:
                at = wall(working_day_from(self._day_of(held) + timedelta(days=1)), 10, 5)
                write_signed(self._rows, meeting_id, network_id, at=at, by=author)

    def _proposal(self, position: int, proposed: Proposed) -> None:
        author, is_parked = self.known.people[proposed.by], proposed.state is ProposalState.PARKED
        at = self._days_ago(proposed.day, 11, 5)
        decided = {"decided_by_id": self.known.people["karen"], "decided_at": self._days_ago(proposed.day + 2, 8, 40)}
        values: Values = {
            "title": proposed.title,
            "kind": proposed.kind,
            "minutes": proposed.minutes,
            "why": proposed.why,
        }
        values |= {"presenter": PEOPLE[proposed.by].name, "presenter_id": author, "proposed_by_id": author}
        values |= {"network_id": self.known.networks[proposed.network], "state": proposed.state, "proposed_at": at}
        values |= {"position": position if is_parked else 0, "answer": proposed.answer}
        values["meeting_id"] = None if is_parked else self.known.next_meeting[proposed.network]
        is_declined = proposed.state is ProposalState.DECLINED
        self._rows.add(Proposal, {**values, **(decided if is_declined else dict.fromkeys(decided))})

    def _answers(self, meeting_id: int, held: Held, called: datetime) -> list[Answered]:
        answers = list(held.answers)
        if held.day < 0:
            away = held.staying_away.split()
            for key in MEMBERS[held.network]:
                word = AnswerWord.NO if key in away else AnswerWord.YES
                here = Presence.HERE if held.place else Presence.ONLINE
                answers.append((key, word, here if word is AnswerWord.YES else None, ""))
        last = wall(last_working_day(self._today - timedelta(days=1)), 15)
        for count, (key, word, presence, note) in enumerate(answers):
            values = {"meeting_id": meeting_id, "person_id": self.known.people[key], "answer": word}
            when = min(called + timedelta(hours=3 + 7 * count // 3), last)
            self._rows.add(Answer, {**values, "presence": presence, "note": note, "answered_at": when})
        return answers

    # A date that is looked for

    def _date_poll(self) -> None:
        asked, karen = self._days_ago(polls.ASKED, 10, 5), self.known.people["karen"]
        nobody = dict.fromkeys(("closed", "withdrawn", "decided"))
        poll_id = self._rows.add(
            Poll,
            {
                "network_id": self.known.networks["social"],
                "title": polls.TITLE,
                "place": polls.PLACE,
                "host_code": polls.HOST,
                "word": polls.WORD,
                "minutes": 150,
                "closes_on": working_day_from(self._today + timedelta(days=polls.CLOSES)),
                "revision": 1,
                "is_for_meeting": False,
                "meeting_id": None,
                "created_by_id": karen,
                "created_at": asked,
                **{f"{act}_at": None for act in (*nobody, "answered", "reminded")},
                **{f"{act}_by_id": None for act in nobody},
                "withdrawal_reason": "",
                "reminders_count": 0,
                "early_for": None,
                "last_for": None,
                "ripe_for": None,
            },
        )
        days = sorted(
            {nearest_working_day(self._today + timedelta(days=day), after=self._today) for day in polls.DATES}
        )
        starts = [{"poll_id": poll_id, "starts_at": wall(day, 9, 30)} for day in days]
        ids = [self._rows.add(PollDate, {**start, "removed_at": None, "chosen_at": None}) for start in starts]
        words = {word.value[0]: word for word in VoteWord}
        for count, (key, said) in enumerate(polls.VOTES.items()):
            by, at = {"person_id": self.known.people[key]}, asked + timedelta(minutes=95 * count)
            for date_id, letter in zip(ids, said, strict=False):
                self._rows.add(Vote, {"date_id": date_id, **by, "vote": words[letter], "voted_at": at})
            self._rows.add(Ballot, {"poll_id": poll_id, **by, "word": polls.WORDS.get(key, ""), "cast_at": at})

    # Minutes

    def _minutes(self, meeting_id: int, held: Held, item_ids: list[int], ended: datetime) -> None:
        shared = held.shared is not None
        shared_at = wall(working_day_from(self._day_of(held) + timedelta(days=held.shared or 0)), 11, 30)
        self._rows.put(
            Minutes,
            {
                "meeting_id": meeting_id,
                "created_at": ended - timedelta(minutes=held.length),
                "shared_at": shared_at if shared else None,
                "shared_by_id": self.known.people[held.by] if shared else None,
                "writer_id": self.known.people[held.by],
            },
        )
        for count, (item_id, point) in enumerate(zip(item_ids, held.points, strict=True)):
            self._written(item_id, point, ended + timedelta(minutes=5 * count - held.length // 2))
            self._decided(item_id, point, held, ended)

    def _written(self, item_id: int, point: Point, when: datetime) -> None:
        for number, (author, text) in enumerate(point.written, start=1):
            values = {"agenda_item_id": item_id, "number": number, "text": text.format(**self._facts)}
            more = {"author_id": self.known.people[author], "written_at": when + timedelta(minutes=17 * (number - 1))}
            self._rows.add(Revision, {**values, **more})

    def _decided(self, item_id: int, point: Point, held: Held, ended: datetime) -> None:
        network_id, author = self.known.networks[held.network], self.known.people[held.by]
        year = self._day_of(held).year
        for text in point.decided:
            values = {"network_id": network_id, "agenda_item_id": item_id, "year": year, "text": text}
            more = {"number": self.known.next_decision(network_id, year), "created_by_id": author, "created_at": ended}
            self._rows.add(Decision, {**values, **more})
        for task in point.tasks:
            owner = self.known.people[task.owner]
            # A task that is due at the next meeting follows it when that is moved off a Sunday.
            due = self._next_day if task.due == 3 else self._today + timedelta(days=task.due)
            self._rows.add(
                Action,
                {
                    "agenda_item_id": item_id,
                    "text": task.text,
                    "owner_id": owner,
                    "due_on": due,
                    "created_by_id": author,
                    "created_at": ended,
                    "done_at": None if task.done is None else self._days_ago(task.done, 13, 40),
                    "done_by_id": None if task.done is None else owner,
                },
            )

    # Cases

    def _case(self, told: Told) -> None:
        created = self._days_ago(told.day, 8, 40)
        posts: list[Values] = []
        for count, reply in enumerate(told.replies):
            when = max(self._days_ago(reply.day, 9 + count % 6, 11 * count % 60), created)
            created_after = posts[-1]["posted_at"] + timedelta(minutes=9) if posts else created + timedelta(minutes=20)
            posts.append(
                {
                    "number": count + 1,
                    "author_id": self.known.people[reply.author],
                    "kind": reply.kind,
                    "body": reply.body,
                    "posted_at": max(when, created_after),
                    "edited_at": None,
                    "incoming_mail_id": self._mail_of(told, reply, created) if reply.is_by_mail else None,
                }
            )
        case_id = self._rows.add(
            Case,
            {
                "network_id": self.known.networks[told.network],
                "author_id": self.known.people[told.author],
                "title": told.title,
                "situation": told.situation,
                "tried": told.tried,
                "wanted": told.wanted.format(**self._facts),
                "agenda_item_id": self.known.items[told.at] if told.at else None,
                "posts_count": len(posts),
                "last_post_at": posts[-1]["posted_at"] if posts else created,
                "created_at": created,
                "edited_at": None,
                "closed_at": None if told.closed is None else self._days_ago(told.closed, 16),
            },
        )
        network_id = self.known.networks[told.network]
        for post, reply in zip(posts, told.replies, strict=True):
            post_id = self._rows.add(Post, {"case_id": case_id, **post})
            if reply.attached:
                at, by = post["posted_at"], post["author_id"]
                write_with_reply(self._rows, case_id, post_id, network_id, reply.attached, at=at, by=by)
        self._read(case_id, told, len(posts))

    def _mail_of(self, told: Told, reply: Reply, created: datetime) -> int:
        at, by = max(self._days_ago(reply.day, 9), created), self.known.people[reply.author]
        return write_mail(self._rows, told.title, reply.body, at=at, by=by, address=self._people.addresses[by])

    def _read(self, case_id: int, told: Told, count: int) -> None:
        """The demo accounts and those who wrote have read to the end, but for what the story says."""
        for key in MEMBERS[told.network]:
            wrote = key == told.author or any(reply.author == key for reply in told.replies)
            number = dict(told.read_by).get(key, count)
            if number >= 0 and (wrote or PEOPLE[key].account):
                values = {"person_id": self.known.people[key], "case_id": case_id, "number": number}
                self._rows.put(ReadPosition, {**values, "read_at": self._days_ago(-1, 15, 30)})
