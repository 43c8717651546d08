"""Who may do what with a meeting."""

from app.accounts.models import Person
from app.core import clock
from app.meetings.models import AnswerWord, Attachment, Meeting, MeetingState
from app.networks.policy import may_coordinate
from app.networks.queries import standing_of


def may_schedule_in(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def may_steer(viewer: Person, meeting: Meeting) -> bool:
    """Decides what becomes of it, whatever state it is in."""
    return may_coordinate(viewer, meeting.network_id)


def may_edit(viewer: Person, meeting: Meeting) -> bool:
    """Its facts and its agenda, until it is closed."""
    return may_steer(viewer, meeting) and not meeting.is_closed


def may_call(viewer: Person, meeting: Meeting) -> bool:
    return may_steer(viewer, meeting) and meeting.is_draft


def may_discard(viewer: Person, meeting: Meeting) -> bool:
    return may_call(viewer, meeting)


def may_write_agenda(viewer: Person, meeting: Meeting) -> bool:
    """Also after the meeting, since minutes are written along it; not once it is closed."""
    return may_edit(viewer, meeting)


def may_cancel(viewer: Person, meeting: Meeting) -> bool:
    return may_edit(viewer, meeting) and not (meeting.is_draft or meeting.is_cancelled or meeting.is_over)


def may_postpone(viewer: Person, meeting: Meeting) -> bool:
    return may_cancel(viewer, meeting) and not meeting.is_postponed


def may_set_the_date(viewer: Person, meeting: Meeting) -> bool:
    return may_edit(viewer, meeting) and meeting.is_postponed and not meeting.is_cancelled


def may_keep_the_date(viewer: Person, meeting: Meeting) -> bool:
    """The old one, as long as it is ahead."""
    return may_set_the_date(viewer, meeting) and meeting.ends_at > clock.now()


def may_restore(viewer: Person, meeting: Meeting) -> bool:
    return may_edit(viewer, meeting) and meeting.is_cancelled and (meeting.is_postponed or not meeting.is_over)


def may_close(viewer: Person, meeting: Meeting) -> bool:
    return may_edit(viewer, meeting) and meeting.is_over and not (meeting.is_draft or meeting.is_off)


def may_reopen(viewer: Person, meeting: Meeting) -> bool:
    return may_steer(viewer, meeting) and meeting.is_closed


def takes_part(meeting: Meeting, *, word: AnswerWord | None, code: str | None) -> bool:
    """Who has said yes or maybe, or is at home where the meeting is held; `code` is their municipality."""
    return word in {AnswerWord.YES, AnswerWord.MAYBE} or (code is not None and code == meeting.host_code)


def may_join_online(viewer: Person, meeting: Meeting, *, word: AnswerWord | None, code: str | None) -> bool:
    """Sees the link: the coordinators always, whoever takes part from the hour that was set; nobody to what is off or over."""
    if not meeting.online_url or meeting.is_off or meeting.is_over:
        return False
    return may_steer(viewer, meeting) or (
        not meeting.is_draft and meeting.is_open_online and takes_part(meeting, word=word, code=code)
    )


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


def may_attach(viewer: Person, meeting: Meeting) -> bool:
    """Every member, as long as the meeting is not closed."""
    takes_part = is_invited(viewer, meeting) or may_edit(viewer, meeting)
    return takes_part and meeting.state not in {MeetingState.CLOSED, MeetingState.CANCELLED}


def may_remove_attachment(viewer: Person, attachment: Attachment, meeting: Meeting) -> bool:
    """Removes it, and takes that back: one's own, and a coordinator everybody's."""
    if may_edit(viewer, meeting):
        return True
    return attachment.file.created_by_id == viewer.id and may_attach(viewer, meeting)
