"""Writing a meeting's agenda. `add_item` and `remove_item` are for the rooms above too."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.core import clock
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.meetings.queries import agenda_of


@dataclass(frozen=True)
class Point:
    """What a coordinator decides about an agenda item."""

    title: str
    kind: AgendaKind = AgendaKind.DISCUSSION
    presenter: str = ""
    minutes: int = 0
    presenter_id: int | None = None  # where the presenter is a member

    @classmethod
    def of(cls, item: AgendaItem) -> "Point":
        return cls(item.title, item.kind, item.presenter, item.minutes, item.presenter_id)


def add_item(meeting: Meeting, point: Point) -> AgendaItem:
    """Puts a point at the end, behind whatever somebody else is adding in the same moment."""
    db.session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    items = agenda_of(meeting.id)
    position = items[-1].position + 1 if items else 1
    item = AgendaItem(meeting_id=meeting.id, position=position, **vars(point))
    db.session.add(item)
    db.session.flush()
    meeting.touch()
    return item


def edit_item(meeting: Meeting, item: AgendaItem, point: Point) -> None:
    if point == Point.of(item):
        return
    for name, value in vars(point).items():
        setattr(item, name, value)
    meeting.touch()


def move_item(meeting: Meeting, item: AgendaItem, steps: int) -> None:
    """Changes place with the item `steps` further down (-1 is up); beyond either end nothing happens."""
    items = agenda_of(meeting.id)
    here = next(index for index, other in enumerate(items) if other.id == item.id)
    there = here + steps
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
        _number(items)
        meeting.touch()


def put_in_order(meeting: Meeting, order: Sequence[int]) -> None:
    """Lets the items stand as `order`, their ids, says. Those it does not name follow, as they stand now."""
    items = agenda_of(meeting.id)
    wished = in_order(items, order)
    if wished != items:
        _number(wished)
        meeting.touch()


def in_order(items: Sequence[AgendaItem], order: Sequence[int]) -> list[AgendaItem]:
    places = {item_id: place for place, item_id in reversed(list(enumerate(order)))}
    return sorted(items, key=lambda item: places.get(item.id, len(order)))


def remove_item(meeting: Meeting, item: AgendaItem) -> None:
    """Takes it off the agenda; the row stays, since minutes and decisions may hang on it."""
    item.removed_at = item.removed_at or clock.now()
    _number(agenda_of(meeting.id))
    meeting.touch()


def restore_item(meeting: Meeting, item: AgendaItem) -> None:
    """Puts it back where it was, before what has taken its place."""
    if item.removed_at is None:
        return
    items = agenda_of(meeting.id)
    item.removed_at = None
    place = min(max(item.position - 1, 0), len(items))
    _number([*items[:place], item, *items[place:]])
    meeting.touch()


def _number(items: Sequence[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        item.position = position


def add_standard_agenda(meeting: Meeting) -> None:
    """The 150 minutes of domain.md A4, in Danish whoever schedules: the agenda is the network's, not the reader's."""
    with force_locale("da"):
        points = (
            Point(_("Welcome, news since last time, a round"), AgendaKind.INFORMATION, _("Everybody"), 15),
            Point(_("Actions from last time"), AgendaKind.INFORMATION, _("Coordinator"), 10),
            Point(_("Talk"), AgendaKind.DISCUSSION, _("Host"), 25),
            Point(_("Break"), AgendaKind.BREAK, "", 10),
            Point(_("Case 1"), AgendaKind.CASE, _("Case owner"), 45),
            Point(_("Case 2 or Troika"), AgendaKind.CASE, _("Case owner"), 30),
            Point(_("Decisions and actions: who, what, when"), AgendaKind.DECISION, _("Coordinator"), 8),
            Point(_("Next meeting: date, host and case owner"), AgendaKind.DECISION, _("Coordinator"), 4),
            Point(_("The meeting in one number and one word"), AgendaKind.DISCUSSION, _("Everybody"), 3),
            Point(_("Lunch for those who have time"), AgendaKind.BREAK, "", 0),
        )
    add_points(meeting, points)


def add_points(meeting: Meeting, points: Sequence[Point]) -> None:
    """Public: the first agenda of a meeting that has none."""
    db.session.add_all(
        AgendaItem(meeting_id=meeting.id, position=position, **vars(point))
        for position, point in enumerate(points, start=1)
    )
