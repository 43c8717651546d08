"""What a poll's votes come to: each date counted, each person's line, who is missing, and which date suits best."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from babel.dates import format_date
from flask_babel import gettext as _

from app.core.clock import local
from app.core.formats import clock_time, day_month, language, weekday
from app.organisations.queries import Place
from app.polls.models import PollDate, VoteWord
from app.polls.queries import Voter

BEST_FIRST = (VoteWord.YES, VoteWord.IF_NEED_BE, VoteWord.NO)


def day_in_words(when: date | datetime) -> str:
    """tirsdag den 19. januar; the year where it is another than this"""
    return _("%(weekday)s %(day)s", weekday=weekday(when), day=day_month(when))


@dataclass
class Tally:
    """One date and what is said of it. `places` is how many municipalities have somebody who can."""

    date: PollDate
    yes: int = 0
    maybe: int = 0
    no: int = 0
    places: int = 0
    is_best: bool = False
    shows_hours: bool = False

    @property
    def weekday(self) -> str:
        """tir."""
        return weekday(self.date.starts_at)[:3] + ("." if language() == "da" else "")

    @property
    def number(self) -> str:
        return f"{local(self.date.starts_at).day}{'.' if language() == 'da' else ''}"

    @property
    def month(self) -> str:
        return format_date(self.date.day, "MMM", locale=language())

    @property
    def in_words(self) -> str:
        """The day, and the hour where the poll's dates begin at different hours."""
        day = day_in_words(self.date.starts_at)
        return _("%(day)s at %(time)s", day=day, time=clock_time(self.date.starts_at)) if self.shows_hours else day

    @property
    def weight(self) -> tuple[int, int, int, int]:
        """Most who can, then most who can if need be, then most municipalities; the fewest refusals break a tie."""
        return (self.yes, self.maybe, self.places, -self.no)


@dataclass(frozen=True)
class Line:
    """A row of the table: a person, or a municipality and the best that anybody there says."""

    name: str
    place: str
    votes: list[VoteWord | None]
    word: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(self.votes)


@dataclass(frozen=True)
class Results:
    tallies: list[Tally]
    lines: list[Line]  # who has voted, in Danish order of name
    by_place: list[Line]  # municipalities with members, in Danish order
    silent: list[Line]  # who has said nothing at all
    partial: list[Line]  # who has answered some dates ahead but not all
    all_places: int
    mine: Mapping[int, VoteWord] = field(default_factory=dict)

    @property
    def best(self) -> Tally | None:
        return next((tally for tally in self.tallies if tally.is_best), None)

    @property
    def missing(self) -> list[str]:
        """Who has still to answer, each with where they are from."""
        return [f"{line.name} ({line.place})" if line.place else line.name for line in [*self.silent, *self.partial]]


def results_of(
    dates: Sequence[PollDate],
    voters: Sequence[Voter],
    votes: Mapping[int, Mapping[int, VoteWord]],
    places: Sequence[Place],
    *,
    viewer_id: int,
) -> Results:
    names = {place.code: place.name for place in places}
    shows_hours = len({local(one.starts_at).time() for one in dates}) > 1
    tallies = [Tally(one, shows_hours=shows_hours) for one in dates]
    ahead = [one.id for one in dates if not one.is_over]
    lines: list[Line] = []
    silent: list[Line] = []
    partial: list[Line] = []
    heard: dict[str, list[list[VoteWord | None]]] = defaultdict(list)
    for voter in voters:
        own = votes.get(voter.id, {})
        line = Line(voter.name, names.get(voter.code or "", ""), [own.get(one.id) for one in dates], voter.word or "")
        if voter.code in names:
            heard[voter.code].append(line.votes)
        if line.is_blank:
            silent.append(line)
            continue
        lines.append(line)
        if any(date_id not in own for date_id in ahead):
            partial.append(line)
    by_place = [
        Line(place.name, "", [_best_of(said) for said in zip(*heard[place.code], strict=True)])
        for place in places
        if heard.get(place.code)
    ]
    _count(tallies, lines, by_place)
    return Results(tallies, lines, by_place, silent, partial, len(places), votes.get(viewer_id, {}))


def _best_of(said: Sequence[VoteWord | None]) -> VoteWord | None:
    return next((word for word in BEST_FIRST if word in said), None)


def _count(tallies: list[Tally], lines: Sequence[Line], by_place: Sequence[Line]) -> None:
    for number, tally in enumerate(tallies):
        said = [line.votes[number] for line in lines]
        tally.yes, tally.maybe, tally.no = (said.count(word) for word in BEST_FIRST)
        tally.places = sum(line.votes[number] is VoteWord.YES for line in by_place)
    open_ones = [tally for tally in tallies if not tally.date.is_over and tally.yes + tally.maybe]
    if open_ones:
        max(open_ones, key=lambda tally: (tally.weight, -tally.date.starts_at.timestamp())).is_best = True
