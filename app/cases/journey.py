"""The case's journey: the same six stations wherever the case appears, computed from what has happened.

A station is `done`, `ahead`, or `now`: the one under way. Without a meeting that is the case itself while it is open;
then the meeting until it is over, then its minutes until they are shared. Follow-up and article lie ahead.
"""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.accounts.models import Person
from app.cases.models import Case
from app.cases.queries import Path, path_of
from app.core.formats import day_month


@dataclass(frozen=True)
class Station:
    """As components/journey.html prints it; `state` is done, now or ahead."""

    what: str
    name: str
    state: str
    when: str = ""
    url: str = ""


def journey_of(case: Case, viewer: Person) -> list[Station]:
    """The stations of one case the viewer has in front of them. At most one query."""
    return stations(case, path_of(viewer, case))


def stations(case: Case, path: Path | None) -> list[Station]:
    if path is not None and path.meeting.is_cancelled:
        path = None
    return [
        _told(case, path),
        _met(path),
        _minuted(path),
        _decided(path),
        Station(_("Follow-up"), _("What happened?"), "ahead"),
        Station(_("Article"), _("If %(name)s agrees", name=case.author.first_name), "ahead"),
    ]


def _told(case: Case, path: Path | None) -> Station:
    return Station(
        _("Case"),
        _("Told by %(name)s", name=case.author.first_name),
        "done" if path or case.is_closed else "now",
        day_month(case.created_at),
        url_for("cases.show", case_id=case.id),
    )


def _met(path: Path | None) -> Station:
    if path is None:
        return Station(_("Meeting"), _("Not on an agenda yet"), "ahead")
    meeting = path.meeting
    return Station(
        _("Meeting"),
        meeting.host.name if meeting.host else meeting.title,
        "done" if meeting.is_over or path.shared_at else "now",
        day_month(meeting.starts_at),
        url_for("meetings.show", meeting_id=meeting.id),
    )


def _minuted(path: Path | None) -> Station:
    if path is None or not (path.meeting.is_over or path.shared_at):
        return Station(_("The minutes"), _("Written at the meeting"), "ahead")
    if path.shared_at is None:
        return Station(_("The minutes"), _("Not shared yet"), "now")
    url = url_for("minutes.show", meeting_id=path.meeting.id, _anchor=f"item-{path.item.id}")
    return Station(_("The minutes"), _("What was said"), "done", day_month(path.shared_at), url)


def _decided(path: Path | None) -> Station:
    if path is None or path.decision is None:
        return Station(_("Decision"), _("None yet"), "ahead")
    url = url_for("minutes.show", meeting_id=path.meeting.id, _anchor=f"decision-{path.decision.id}")
    return Station(_("Decision"), path.decision.name, "done", day_month(path.decision.created_at), url)
