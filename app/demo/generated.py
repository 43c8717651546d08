"""Networks of any size: people, meetings, cases and posts drawn from names and sentences by a seeded chance."""

import random
from bisect import bisect
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle
from math import ceil

from app.cases.models import Case, Post, PostKind, ReadPosition
from app.core.danish import sort_key
from app.demo import names
from app.demo.accounts import People
from app.demo.core_network import BEGAN, Known
from app.demo.days import is_working_day, last_working_day, meeting_day, wall, working_day_from
from app.demo.profiles import Profiles
from app.demo.rows import Rows, Values
from app.demo.story.people import MEMBERS, MUNICIPALITIES, ORGANISATIONS, PEOPLE
from app.demo.topics import TOPICS, common
from app.demo.topics.common import Topic
from app.meetings.models import AgendaItem, AgendaKind, Answer, AnswerWord, Meeting, Presence
from app.minutes.models import Action, Decision, Minutes, Revision
from app.networks.discretion import Confidentiality
from app.networks.models import Membership, Network, Role
from app.organisations.models import Organisation, OrganisationKind

SHARE_OF_THE_FIRST = 0.4  # the first network is the one that measurements look at
LONG_THREAD = 600
WORKING_SECONDS = 8 * 3600
STARTS = ((9, 0), (9, 30), (9, 30), (10, 0), (12, 30), (13, 0))
LENGTH = 150
REASONS = (
    "For mange har meldt afbud. Vi finder en ny dato.",
    "Værten er ramt af sygdom.",
    "Oplægsholderen må desværre melde fra. Vi prøver igen til næste år.",
)
LEADS = (*(f"{name}: " for name in names.MUNICIPALITY_WORDS), "Igen: ", "Et år efter: ", "Hurtigt spørgsmål: ")


KINDS = (PostKind.EXPERIENCE, PostKind.ADVICE, PostKind.QUESTION, PostKind.REFLECTION, PostKind.OWNER)
SHARES = (0.36, 0.6, 0.78, 0.88)  # of all replies, up to and with each of the first four kinds


@dataclass(frozen=True)
class Sizes:
    """How much there shall be in all, the hand-made networks included; what they hold already is never taken away."""

    members: int = 0
    meetings: int = 0
    cases: int = 0
    posts: int = 0


@dataclass(frozen=True)
class Member:
    id: int
    name: str
    municipality: str


@dataclass
class Group:
    """A network to be filled."""

    id: int
    members: list[Member]
    coordinator: Member
    topics: tuple[Topic, ...]
    readers: tuple[int, ...] = ()  # who keeps up with what is older than two weeks
    on_agendas: "deque[tuple[int, date, Topic, str]]" = field(default_factory=deque)  # cases brought to a meeting


def parts(total: int, count: int) -> list[int]:
    """`total` over `count` networks: a good part to the first, the rest evenly."""
    if count <= 1:
        return [total] * count
    first = ceil(total * SHARE_OF_THE_FIRST)
    each, left = divmod(total - first, count - 1)
    return [first, *(each + (1 if number < left else 0) for number in range(count - 1))]


def replies_per_case(chance: random.Random, cases: int, posts: int) -> Iterator[int]:
    """How many replies each of `cases` gets, `posts` in all: many get few, few get many."""
    for left in range(cases, 0, -1):
        count = posts if left == 1 else min(posts, int(chance.expovariate(left / posts))) if posts else 0
        posts -= count
        yield count


class Words:
    """Sentences with their slots filled."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def pick(self, sentences: tuple[str, ...]) -> str:
        return self.said(sentences[int(self._chance.random() * len(sentences))])

    def said(self, sentence: str) -> str:
        return sentence if "{" not in sentence else sentence.format_map(_Slots(self._chance))

    def several(self, sentences: tuple[str, ...], count: int) -> str:
        return " ".join(self.said(sentence) for sentence in self._chance.sample(sentences, count))


class _Slots(dict[str, str]):
    """Fills a slot only when a sentence has it; a capital slot begins the sentence."""

    _WORDS = {  # noqa: RUF012 - never changed
        "n": names.NUMBERS,
        "tid": names.SPANS,
        "dag": names.WEEKDAYS,
        "firma": names.FIRMS,
        "i_kommune": names.IN_MUNICIPALITY,
        "kommune": names.MUNICIPALITY_WORDS,
    }

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def __missing__(self, slot: str) -> str:
        word = self._chance.choice(self._WORDS[slot.lower()])
        return word[0].upper() + word[1:] if slot[0].isupper() else word


class Generator:
    """Adds to the hand-made networks until the sizes are reached."""

    def __init__(
        self, rows: Rows, people: People, known: Known, profiles: Profiles, *, today: date, chance: random.Random
    ) -> None:
        self._rows, self._people, self._known, self._profiles = rows, people, known, profiles
        self._today, self._chance = today, chance
        self._words = Words(chance)
        days = (today - timedelta(days=away) for away in range(BEGAN - 60, 0, -1))
        self._days = [day for day in days if is_working_day(day)]
        self._mornings = [wall(day, 8) for day in self._days]
        self._began = wall(last_working_day(today - timedelta(days=BEGAN)), 9)

    def fill(self, sizes: Sizes) -> None:
        counts = self._rows.counts
        groups = self._hand_made()
        groups += self._new_groups(max(0, sizes.members - counts["people"]), groups[1])
        meetings = parts(max(0, sizes.meetings - counts["meetings"]), len(groups))
        posts = max(0, sizes.posts - counts["posts"])
        cases = max(sizes.cases - counts["cases"], 1 if posts else 0)
        for group, count, told in zip(groups, meetings, parts(cases, len(groups)), strict=True):
            self._meetings(group, count, told)
        self._all_cases(groups, cases, posts)

    def _all_cases(self, groups: list[Group], cases: int, posts: int) -> None:
        told = {group.id: count for group, count in zip(groups, parts(cases, len(groups)), strict=True) if count}
        asked = [group for group in groups if group.id in told]
        for group, written in zip(asked, parts(posts, len(asked)), strict=True):
            self._cases(group, told[group.id], written)

    # Networks and people

    def _hand_made(self) -> list[Group]:
        topics = {
            "social": TOPICS,
            "jobs": (TOPICS[0], TOPICS[3], TOPICS[8], TOPICS[9]),
            "buying": (TOPICS[1], TOPICS[2]),
        }
        readers = {"social": ("mette", "karen"), "jobs": ("mette",), "buying": ("else",)}
        groups = []
        for key, roles in MEMBERS.items():
            members = []
            for name in roles:
                code = ORGANISATIONS[PEOPLE[name].organisation][1]
                members.append(Member(self._known.people[name], PEOPLE[name].name, MUNICIPALITIES[code]))
            lead = self._known.people[next(name for name, role in roles.items() if role is Role.COORDINATOR)]
            coordinator = next(member for member in members if member.id == lead)
            read = tuple(self._known.people[name] for name in readers[key])
            groups.append(Group(self._known.networks[key], members, coordinator, topics[key], read))
        return groups

    def _new_groups(self, extra: int, small: Group) -> list[Group]:
        """`extra` people in networks of 8 to 25; fewer than eight join the `small` one that is there."""
        offices = self._offices(extra)
        if extra < 8:
            small.members += [self._member(offices, small.id, Role.MEMBER) for _ in range(extra)]
            return []
        groups: list[Group] = []
        while extra > 0:
            size = extra if extra <= 25 else self._chance.randint(8, min(25, extra - 8))
            groups.append(self._group(len(groups), size, offices))
            extra -= size
        return groups

    def _group(self, number: int, size: int, offices: list[tuple[int, str, OrganisationKind, str]]) -> Group:
        topic = TOPICS[number % len(TOPICS)]
        team, area = divmod(number // len(TOPICS), len(names.AREAS))
        name = f"ERFA {topic.name} {names.AREAS[area]}" + (f", hold {team + 1}" if team else "")
        network_id = self._rows.add(
            Network,
            {
                "name": name,
                "sort_key": sort_key(name),
                "purpose": topic.purpose,
                "is_open": False,
                "confidentiality": Confidentiality.NETWORK,
                "agreement_version": 0,
                "created_at": self._began,
                "updated_at": self._began,
            },
        )
        roles = (Role.COORDINATOR if count == 0 else Role.MEMBER for count in range(size))
        members = [self._member(offices, network_id, role) for role in roles]
        others = self._chance.sample(TOPICS, 2)
        return Group(network_id, members, members[0], (topic, topic, *others))

    def _offices(self, extra: int) -> list[tuple[int, str, OrganisationKind, str]]:
        """Where people may work: id, web name, kind, municipality. One more enterprise for every twelve people."""
        offices = [
            (*self._known.organisations[name], kind, MUNICIPALITIES[code])
            for name, (kind, code, _web_name) in ORGANISATIONS.items()
        ]
        made = ((first, ending) for first in names.ENTERPRISE_BEGINNINGS for ending in names.ENTERPRISE_ENDINGS)
        pairs = [(first, ending) for first, ending in made if first + ending[0] not in ORGANISATIONS]
        self._chance.shuffle(pairs)
        for (first, (ending, web_ending)), code in zip(pairs[: extra // 12], cycle(MUNICIPALITIES), strict=False):
            name, web_name = first + ending, first.lower().replace("å", "aa").replace("ø", "oe") + web_ending
            kind = OrganisationKind.SOCIAL_ENTERPRISE
            values: Values = {"name": name, "sort_key": sort_key(name), "kind": kind, "municipality_code": code}
            values |= {"cvr": "", "web_address": "", "closed_at": None}
            offices.append((self._rows.add(Organisation, values), web_name, kind, MUNICIPALITIES[code]))
        return offices

    def _member(self, offices: list[tuple[int, str, OrganisationKind, str]], network_id: int, role: Role) -> Member:
        chance = self._chance
        name = chance.choice(names.FIRST_NAMES)
        if chance.random() < 0.4:
            name += f" {chance.choice(names.MIDDLE_NAMES)}"
        name += f" {chance.choice(names.LAST_NAMES)}"
        organisation_id, web_name, kind, municipality = chance.choice(offices)
        title = chance.choice(names.OFFICE_TITLES[kind.value])
        person_id = self._people.add(name, title=title, organisation=(organisation_id, web_name), since=self._began)
        self._rows.add(
            Membership,
            {
                "network_id": network_id,
                "person_id": person_id,
                "role": role,
                "joined_at": self._began,
                "left_at": None,
            },
        )
        self._profiles.invent(person_id, self._began)
        return Member(person_id, name, municipality)

    # Meetings

    def _meeting_days(self, count: int) -> list[date]:
        """`count` working days from three years ago to a year ahead, never today, seldom in a school holiday."""
        days = []
        for number in range(count):
            day = self._today + timedelta(days=int((number + self._chance.random()) * 1385 / count) - 1020)
            day = meeting_day(day, forward=day >= self._today)
            days.append(working_day_from(day + timedelta(days=1)) if day == self._today else day)
        return sorted(days)

    def _meetings(self, group: Group, count: int, cases: int) -> None:
        for day in self._meeting_days(count):
            topic = self._chance.choice(group.topics)
            is_past = day < self._today
            start = wall(day, *self._chance.choice(STARTS))
            meeting_id, is_cancelled = self._meeting(group, topic, day, start)
            case = self._chance.choice(topic.questions) if len(group.on_agendas) < cases // 2 and is_past else ""
            items = self._agenda(group, topic, meeting_id, case) if day < self._today + timedelta(days=120) else []
            if case:
                group.on_agendas.append((items[4][0], day, topic, case))
            self._answers(group, meeting_id, start, is_past=is_past)
            if is_past and not is_cancelled:
                self._minutes(group, topic, meeting_id, items, start)

    def _meeting(self, group: Group, topic: Topic, day: date, start: datetime) -> tuple[int, bool]:
        chance = self._chance
        code = chance.choice(list(MUNICIPALITIES))
        towns = names.TOWNS[code]
        room = chance.choice(names.ROOMS_IN_FIRST_TOWN + names.ROOMS_ANYWHERE)
        town = towns[0] if room in names.ROOMS_IN_FIRST_TOWN else chance.choice(towns)
        called = wall(last_working_day(min(day - timedelta(days=30), self._today - timedelta(days=1))), 10, 5)
        is_cancelled = chance.random() < 0.03
        cancelled_at = wall(last_working_day(min(day, self._today) - timedelta(days=1)), 14) if is_cancelled else None
        values: Values = {
            "network_id": group.id,
            "title": chance.choice(topic.titles),
            "starts_at": start,
            "ends_at": start + timedelta(minutes=LENGTH),
            "place": f"{room}, {town}",
            "online_url": f"https://moede.example/netvaerk-{group.id}" if chance.random() < 0.25 else "",
            "host_code": code,
            "description": chance.choice(topic.bring),
            "sequence": 1 if is_cancelled else 0,
            "created_by_id": group.coordinator.id,
            "created_at": called,
            "updated_at": cancelled_at or called,
            "cancelled_at": cancelled_at,
            "cancelled_by_id": group.coordinator.id if is_cancelled else None,
            "cancellation_reason": chance.choice(REASONS) if is_cancelled else "",
        }
        return self._rows.add(Meeting, values), is_cancelled

    def _agenda(self, group: Group, topic: Topic, meeting_id: int, case: str) -> list[tuple[int, str]]:
        """The nine points of the standard agenda; returns (id, what can be written there) of each."""
        chance, words = self._chance, self._words
        lead = group.coordinator.name
        speaker, other = chance.choice(group.members), chance.choice(group.members)
        as_listed = f"{speaker.name}, {speaker.municipality}"
        points = (
            ("Velkomst og nyt siden sidst", AgendaKind.INFORMATION, "Alle", 15, words.pick(common.WELCOMES)),
            ("Opgaver fra sidst", AgendaKind.INFORMATION, lead, 10, words.pick(common.TASKS_BEFORE)),
            (chance.choice(topic.talks), AgendaKind.DISCUSSION, as_listed, 25, topic.minutes[1]),
            ("Pause", AgendaKind.BREAK, "", 10, ""),
            (
                case or chance.choice(topic.titles),
                AgendaKind.CASE if case else AgendaKind.DISCUSSION,
                f"{other.name}, {other.municipality}",
                45,
                f"{words.pick(topic.situations)} {topic.minutes[2]}" if case else topic.minutes[0],
            ),
            ("Det tager vi med hjem", AgendaKind.DECISION, "Alle", 30, words.pick(topic.reflections)),
            (
                "Beslutninger og opgaver",
                AgendaKind.DECISION,
                "Referent",
                8,
                "Alle opgaver har en ansvarlig og en frist.",
            ),
            ("Næste møde: dato, vært og sag", AgendaKind.DECISION, lead, 4, words.pick(common.NEXT_TIMES)),
            ("Mødet i ét tal og ét ord", AgendaKind.DISCUSSION, "Alle", 3, words.pick(common.EVALUATIONS)),
        )
        items = []
        for position, (title, kind, presenter, minutes, text) in enumerate(points, start=1):
            values = {"meeting_id": meeting_id, "position": position, "title": title, "kind": kind}
            more = {"presenter": presenter, "minutes": minutes, "removed_at": None}
            items.append((self._rows.add(AgendaItem, {**values, **more}), text))
        return items

    def _answers(self, group: Group, meeting_id: int, start: datetime, *, is_past: bool) -> None:
        chance = self._chance
        share = 0.92 if is_past else 0.5 if start < self._mornings[-1] + timedelta(days=60) else 0.1
        latest = min(start - timedelta(days=1), self._mornings[-1])
        for member in group.members:
            if chance.random() > share:
                continue
            word = chance.choices((AnswerWord.YES, AnswerWord.NO, AnswerWord.MAYBE), (76, 18, 0 if is_past else 6))[0]
            self._rows.add(
                Answer,
                {
                    "meeting_id": meeting_id,
                    "person_id": member.id,
                    "answer": word,
                    "presence": Presence.HERE if word is AnswerWord.YES else None,
                    "note": "" if word is AnswerWord.NO else chance.choice(common.NOTES[:-2]),
                    "answered_at": latest - timedelta(minutes=chance.randrange(1, 20000)),
                },
            )

    # Minutes

    def _minutes(
        self, group: Group, topic: Topic, meeting_id: int, items: list[tuple[int, str]], start: datetime
    ) -> None:
        lead, ended = group.coordinator.id, start + timedelta(minutes=LENGTH)
        shared_at = wall(working_day_from(ended.date() + timedelta(days=self._chance.randint(1, 6))), 9, 45)
        is_shared = shared_at <= self._mornings[-1]
        self._rows.put(
            Minutes,
            {
                "meeting_id": meeting_id,
                "created_at": start,
                "shared_at": shared_at if is_shared else None,
                "shared_by_id": lead if is_shared else None,
                "writer_id": group.coordinator.id,
            },
        )
        for count, (item_id, text) in enumerate(items):
            if text:
                self._revisions(group, item_id, text, start + timedelta(minutes=14 * (count + 1)))
        self._decisions(group, topic, items, ended)
        self._actions(group, topic, items[6][0], ended)

    def _revisions(self, group: Group, item_id: int, text: str, when: datetime) -> None:
        first, _, rest = text.partition(". ")
        versions = [text] if not rest or self._chance.random() < 0.6 else [f"{first}.", text]
        for number, version in enumerate(versions, start=1):
            author = group.coordinator if number == 1 else self._chance.choice(group.members)
            values = {"agenda_item_id": item_id, "number": number, "text": version, "author_id": author.id}
            self._rows.add(Revision, {**values, "written_at": when + timedelta(minutes=25 * (number - 1))})

    def _decisions(self, group: Group, topic: Topic, items: list[tuple[int, str]], ended: datetime) -> None:
        for text in self._chance.sample(topic.decisions, self._chance.choice((0, 1, 1, 2))):
            self._rows.add(
                Decision,
                {
                    "network_id": group.id,
                    "agenda_item_id": items[self._chance.choice((4, 5))][0],
                    "year": ended.year,
                    "number": self._known.next_decision(group.id, ended.year),
                    "text": text,
                    "created_by_id": group.coordinator.id,
                    "created_at": ended,
                },
            )

    def _actions(self, group: Group, topic: Topic, item_id: int, ended: datetime) -> None:
        chance = self._chance
        for text in chance.sample(topic.tasks, chance.choice((1, 1, 2, 3))):
            due = ended.date() + timedelta(days=chance.randint(14, 60))
            done = wall(last_working_day(due - timedelta(days=chance.randint(-3, 10))), 13)
            is_done = done <= self._mornings[-1] and chance.random() < 0.94
            owner = chance.choice(group.members).id
            self._rows.add(
                Action,
                {
                    "agenda_item_id": item_id,
                    "text": text,
                    "owner_id": owner,
                    "due_on": due,
                    "created_by_id": group.coordinator.id,
                    "created_at": ended,
                    "done_at": done if is_done else None,
                    "done_by_id": owner if is_done else None,
                },
            )

    # Cases

    def _titles(self, group: Group) -> Iterator[tuple[Topic, str]]:
        """Questions in no order: each as it stands once, then with a lead, then over again."""
        plain = [(topic, question) for topic in dict.fromkeys(group.topics) for question in topic.questions]
        led = [(topic, lead + question) for topic, question in plain for lead in LEADS]
        self._chance.shuffle(plain)
        self._chance.shuffle(led)
        return cycle(plain + led)

    def _cases(self, group: Group, count: int, posts: int) -> None:
        """`count` cases with `posts` replies; where there are plenty, the first network gets one long thread."""
        titles = self._titles(group)
        is_plenty = group.id == 1 and posts >= LONG_THREAD * 3 // 2
        long = posts if count == 1 else LONG_THREAD if is_plenty else 0
        last = len(self._days) - 1
        replies = replies_per_case(self._chance, count - 1, posts - long) if long else None
        for number, written in enumerate(replies or replies_per_case(self._chance, count, posts)):
            if group.on_agendas and number % 2 == 0:
                item_id, day, topic, title = group.on_agendas.popleft()
                before = self._index_of(day - timedelta(days=self._chance.randint(7, 25)))
                self._case(group, (topic, title), before, written, item_id=item_id)
            else:
                self._case(group, next(titles), self._chance.randint(0, last), written)
        if long:
            self._case(group, next(titles), max(0, last - 220), long)

    def _index_of(self, day: date) -> int:
        """Where `day` lies among the working days."""
        whole = (self._days[-1] - self._days[0]).days
        near = round((day - self._days[0]).days / whole * (len(self._days) - 1))
        return min(max(near, 0), len(self._days) - 1)

    def _case(
        self, group: Group, asked: tuple[Topic, str], begin: int, count: int, *, item_id: int | None = None
    ) -> None:
        (topic, title), chance, words = asked, self._chance, self._words
        author = chance.choice(group.members).id
        created = self._mornings[begin] + timedelta(seconds=chance.randrange(3600))
        posts = self._posts(group, topic, author, begin, count)
        last_post_at = posts[-1]["posted_at"] if posts else created
        quiet = len(self._mornings) - begin
        is_closed = quiet > 80 and chance.random() < 0.5
        case_id = self._rows.add(
            Case,
            {
                "network_id": group.id,
                "author_id": author,
                "title": title,
                "situation": f"{words.pick(topic.situations)} {words.several(topic.more, chance.choice((1, 2, 2)))}",
                "tried": words.pick(topic.tried),
                "wanted": words.pick(topic.wanted),
                "agenda_item_id": item_id,
                "posts_count": count,
                "last_post_at": last_post_at,
                "created_at": created,
                "edited_at": None,
                "closed_at": min(last_post_at + timedelta(days=7), self._mornings[-1] + timedelta(hours=9))
                if is_closed
                else None,
            },
        )
        for post in posts:
            post["case_id"] = case_id
            self._rows.add(Post, post)
        if quiet > 10:
            for person_id in group.readers:
                values = {"person_id": person_id, "case_id": case_id, "number": count}
                self._rows.put(ReadPosition, {**values, "read_at": max(last_post_at, self._mornings[-1])})

    def _posts(self, group: Group, topic: Topic, author: int, begin: int, count: int) -> list[Values]:
        """`count` replies in working hours from the day of the case on, at the latest yesterday."""
        chance = self._chance
        window = min(len(self._mornings) - begin, 10 + count // 3) * WORKING_SECONDS
        moments = sorted(chance.randrange(3600, window) for _ in range(count))
        others = [member.id for member in group.members if member.id != author] or [author]
        turns: Counter[PostKind] = Counter({kind: int(chance.random() * 100) for kind in KINDS})
        posts = []
        for number, moment in enumerate(moments, start=1):
            day, second = divmod(moment, WORKING_SECONDS)
            kind, body = self._reply(topic, turns, is_first=number == 1)
            posts.append(
                {
                    "number": number,
                    "author_id": author if kind is PostKind.OWNER else others[int(chance.random() * len(others))],
                    "kind": kind,
                    "body": body,
                    "posted_at": self._mornings[begin + day] + timedelta(seconds=second),
                    "edited_at": None,
                    "incoming_mail_id": None,
                }
            )
        return posts

    def _reply(self, topic: Topic, turns: Counter[PostKind], *, is_first: bool) -> tuple[PostKind, str]:
        """Of a chance kind; `turns` sees to it that a thread says nothing twice before it has said everything."""
        luck = self._chance.random() * (SHARES[-1] if is_first else 1)  # the owner does not answer before being asked
        kind = KINDS[bisect(SHARES, luck)]
        own, anyway = topic.replies[kind], common.REPLIES_MORE[kind]
        turns[kind] += 1
        body = self._words.said(own[turns[kind] % len(own)])
        if self._chance.random() < 0.6:
            body += ("\n\n" if luck * 100 % 1 < 0.15 else " ") + self._words.pick(anyway)
        return kind, body
