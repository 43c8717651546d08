"""Saying whether one comes."""

from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting, Presence


def answer_meeting(
    meeting: Meeting,
    word: AnswerWord,
    *,
    by: Person,
    presence: Presence | None = None,
    note: str | None = None,
) -> None:
    """Keeps one answer per person, whoever sends it how often: the last one counts. A `note` of None keeps the old one."""
    if meeting.is_cancelled:
        raise DomainError(_("The meeting is cancelled, so there is nothing to answer"))
    if meeting.is_postponed or meeting.is_draft:
        raise DomainError(_("The meeting has no date yet that one could answer to"))
    if meeting.is_over:
        raise DomainError(_("The meeting is over, so the answer can no longer be changed"))
    values = {
        "answer": word,
        "presence": _presence_at(meeting, word, presence),
        "note": note or "",
        "answered_at": clock.now(),
    }
    changed = {name: value for name, value in values.items() if name != "note" or note is not None}
    if presence is None and word is not AnswerWord.NO and meeting.is_hybrid:
        del changed["presence"]  # the short form does not ask; what was said before stands
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(Answer).values(meeting_id=meeting.id, person_id=by.id, **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["meeting_id", "person_id"], set_=changed),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()


def _presence_at(meeting: Meeting, word: AnswerWord, wished: Presence | None) -> Presence | None:
    """Only a meeting with both a place and a link leaves a choice."""
    if word is AnswerWord.NO:
        return None
    if meeting.is_hybrid:
        return wished or Presence.HERE
    return Presence.ONLINE if meeting.online_url else Presence.HERE
