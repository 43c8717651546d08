"""Who may do what with a meeting."""

from app.accounts.models import Person
from app.meetings.models import Attachment, Meeting, MeetingState
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


def may_attach(viewer: Person, meeting: Meeting) -> bool:
    """Every member, as long as the meeting is not closed."""
    takes_part = is_invited(viewer, meeting) or may_edit(viewer, meeting)
    return takes_part and meeting.state not in {MeetingState.CLOSED, MeetingState.CANCELLED}


def may_remove_attachment(viewer: Person, attachment: Attachment, meeting: Meeting) -> bool:
    """Removes it, and takes that back: one's own, and a coordinator everybody's."""
    if may_edit(viewer, meeting):
        return True
    return attachment.file.created_by_id == viewer.id and may_attach(viewer, meeting)
