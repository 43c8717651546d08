"""Who gets a seat: the one place where the seats of a meeting are given, under a lock of the meeting's row."""

from sqlalchemy import Select, inspect, select

from app.accounts.models import Affiliation
from app.accounts.queries import is_affiliated_on
from app.core import clock
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting, Presence, Substitution
from app.meetings.queries import reserved_at
from app.meetings.seating import Seating
from app.notifications.operations import announce
from app.organisations.models import Organisation


def lock(meeting: Meeting) -> None:
    """Whoever comes second waits here, and then sees what the first has done (SQLite has locked at BEGIN)."""
    db.session.flush()  # what is refreshed would forget what is not written yet
    columns = [attribute.key for attribute in inspect(Meeting).column_attrs]
    db.session.refresh(meeting, columns, with_for_update={"of": Meeting})


def settle_seats(meeting: Meeting, *, untold: int | None = None) -> list[Answer]:
    """Public: seats whoever waits and may sit now, in their order, and tells them by mail, `untold` excepted.

    Nobody loses a seat here. It changes nothing when done again. The caller has locked the meeting.
    """
    db.session.flush()
    waiting = _waiting(meeting)
    if not waiting:
        return []
    room = Seating(meeting.capacity or 0, reserved_at(meeting), _taken(meeting)) if meeting.has_seats else None
    seated = []
    for answer, code in waiting:
        if room is not None:
            if not room.may_sit(code):
                continue
            room.sit(code)
        number, answer.waits_as = answer.waits_as, None
        answer.answer = AnswerWord.YES
        answer.presence = Presence.ONLINE if meeting.is_only_online else Presence.HERE
        seated.append(answer)
        if answer.person_id != untold:
            _tell(meeting, answer, number)
    db.session.flush()
    return seated


def _tell(meeting: Meeting, answer: Answer, number: int | None) -> None:
    """The number is never given twice at a meeting, so the mail about it is owed once."""
    payload = {"meeting_id": meeting.id}
    announce("seat_given", to=[answer.person_id], about=f"meeting-{meeting.id}-seat-{number}", payload=payload)


def join_the_line(meeting: Meeting, answer: Answer) -> None:
    """To the end of the waiting list; the caller has locked the meeting, and settles the seats."""
    meeting.last_in_line += 1
    answer.answer, answer.waits_as, answer.presence = AnswerWord.WAITING, meeting.last_in_line, Presence.HERE


def _with_codes(query: Select[Answer]) -> Select[Answer, str | None]:
    """Each answer with the municipality that who gave it works in today."""
    return (
        query.add_columns(Organisation.municipality_code)
        .outerjoin(Affiliation, (Affiliation.person_id == Answer.person_id) & is_affiliated_on(clock.today()))
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
    )


def _waiting(meeting: Meeting) -> list[tuple[Answer, str | None]]:
    waiting = select(Answer).where(Answer.meeting_id == meeting.id, Answer.answer == AnswerWord.WAITING)
    rows = db.session.execute(_with_codes(waiting).order_by(Answer.waits_as).execution_options(populate_existing=True))
    return [(row[0], row[1]) for row in rows]


def _taken(meeting: Meeting) -> list[str | None]:
    """A municipality for each seat that somebody has, or that is held for whoever comes in a member's place."""
    sitting = select(Answer).where(
        Answer.meeting_id == meeting.id, Answer.answer == AnswerWord.YES, Answer.presence == Presence.HERE
    )
    taken = [row[1] for row in db.session.execute(_with_codes(sitting))]
    return taken + held_seats(meeting.id)


def held_seats(meeting_id: int) -> list[str | None]:
    """A municipality for each seat that waits for a substitute who is yet to join."""
    return list(
        db.session.scalars(
            select(Organisation.municipality_code)
            .select_from(Substitution)
            .outerjoin(Affiliation, (Affiliation.person_id == Substitution.absent_id) & is_affiliated_on(clock.today()))
            .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
            .where(Substitution.meeting_id == meeting_id, Substitution.ended_at.is_(None), Substitution.holds_seat)
        )
    )


def meetings_to_settle() -> list[Meeting]:
    """Those ahead at which somebody waits."""
    somebody_waits = (
        select(Answer.id).where(Answer.meeting_id == Meeting.id, Answer.answer == AnswerWord.WAITING).exists()
    )
    return list(
        db.session.scalars(select(Meeting).where(Meeting.starts_at > clock.now(), somebody_waits).order_by(Meeting.id))
    )


def settle_all() -> None:
    """The worker's chore: when reserved seats become everybody's, nobody clicks. Doing it twice changes nothing."""
    for meeting in meetings_to_settle():
        lock(meeting)
        if not meeting.is_off and not meeting.is_draft:
            settle_seats(meeting)


def follow_the_meeting(meeting: Meeting) -> None:
    """A meeting that moved may have freed its reserved seats, or have become one without seats."""
    if meeting.is_off or meeting.is_draft or meeting.starts_at <= clock.now():
        return
    lock(meeting)
    settle_seats(meeting)
