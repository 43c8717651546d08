"""Who may do what with a meeting."""

from app.accounts.models import Person
from app.core import clock
from app.meetings.models import Meeting
from app.networks.policy import may_coordinate
from app.networks.queries import standing_of


def may_schedule_in(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def may_edit(viewer: Person, meeting: Meeting) -> bool:
    """Edits, cancels and restores, and writes the agenda."""
    return may_coordinate(viewer, meeting.network_id)


def may_cancel(viewer: Person, meeting: Meeting) -> bool:
    return may_edit(viewer, meeting) and not meeting.is_cancelled and not meeting.is_over


def may_restore(viewer: Person, meeting: Meeting) -> bool:
    return may_edit(viewer, meeting) and meeting.is_cancelled and not meeting.is_over


def is_member(viewer: Person, network_id: int) -> bool:
    """Of the network itself; an administrator who only looks in is not."""
    return network_id in standing_of(viewer).roles


def is_invited(viewer: Person, meeting: Meeting) -> bool:
    return is_member(viewer, meeting.network_id)


def may_answer(viewer: Person, meeting: Meeting) -> bool:
    return is_invited(viewer, meeting) and not (meeting.is_draft or meeting.is_off or meeting.is_over)


def may_see_answers(viewer: Person, meeting: Meeting) -> bool:
    """The coordinators' page: who has answered what, who waits, and who is to be asked."""
    return may_edit(viewer, meeting)


def may_read_host_notes(viewer: Person, meeting: Meeting, code: str | None) -> bool:
    """The words to the host are for coordinators and the members from the municipality that hosts; `code` is the viewer's."""
    is_from_there = code is not None and code == meeting.host_code
    return may_edit(viewer, meeting) or (is_from_there and is_member(viewer, meeting.network_id))


def may_send_another(viewer: Person, meeting: Meeting) -> bool:
    return may_answer(viewer, meeting) and meeting.starts_at > clock.now()
