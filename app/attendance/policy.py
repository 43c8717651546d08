"""Who keeps the list, and who may check in when."""

from datetime import timedelta
from typing import Final

from app.accounts.models import Person
from app.core import clock
from app.meetings.models import Meeting
from app.meetings.policy import is_invited
from app.networks.policy import may_coordinate

EARLIEST: Final = timedelta(hours=1)


def may_keep(viewer: Person, meeting: Meeting) -> bool:
    """Ticks off, corrects, prints the sheet and attaches the signed one."""
    return may_coordinate(viewer, meeting.network_id)


def may_count(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def has_a_list(meeting: Meeting) -> bool:
    """A meeting that people come to, from the morning of its day; nobody has been anywhere before."""
    return not (meeting.is_draft or meeting.is_off) and clock.today() >= meeting.day


def is_open_for_check_in(meeting: Meeting) -> bool:
    """From an hour before until its end, and on its own day only."""
    is_now = meeting.starts_at - EARLIEST <= clock.now() <= meeting.ends_at and clock.today() == meeting.day
    return is_now and not (meeting.is_draft or meeting.is_off)


def may_check_in(viewer: Person, meeting: Meeting) -> bool:
    return is_invited(viewer, meeting) and is_open_for_check_in(meeting)
