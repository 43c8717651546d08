"""The page behind the buttons of a mail: it shows the meeting and asks once more, and only its form answers.

Gateways and programs that look into mails open every link, so opening one changes nothing.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from app.accounts.models import Person
from app.core import limits
from app.core.access import public
from app.core.errors import DomainError, found
from app.extensions import db, limiter
from app.meetings import policy, queries
from app.meetings.answer_links import read_token, token_to_answer
from app.meetings.forms import ANSWERS, SAID, AnswerForm
from app.meetings.models import AnswerWord, Meeting
from app.meetings.operations.answers import answer_meeting
from app.meetings.routes import bp
from app.networks.discretion import Output, discreetly
from app.networks.queries import level_for


def _asked(token: str) -> tuple[Meeting, Person, AnswerWord]:
    """404 for what nobody made here, and for whoever has no business with the meeting any more."""
    meeting_id, person_id, word = found(read_token(token))
    person = found(db.session.get(Person, person_id))
    found(person if person.disabled_at is None else None)
    return found(queries.meeting_to_tell(person, meeting_id)), person, word


def _by_reader() -> str:
    """Whoever the link is for, whichever of its buttons was pressed; a whole town hall may share one network address."""
    read = read_token((request.view_args or {}).get("token", ""))
    return f"answer-link:{read[0]}-{read[1]}" if read else limits.by_ip()


@bp.route("/meetings/answers/<token>", methods=["GET", "POST"])
@public
@limiter.limit("120 per 10 minutes", key_func=limits.by_ip, methods=["POST"])
@limiter.limit("20 per 10 minutes", key_func=_by_reader, methods=["POST"])
def answer_by_link(token: str) -> ResponseReturnValue:
    meeting, person, word = _asked(token)
    if not policy.is_invited(person, meeting):
        return redirect(url_for(".show", meeting_id=meeting.id))  # by way of the agreement that is to be accepted first
    with force_locale(person.locale):
        form = AnswerForm()
        if policy.may_answer(person, meeting) and form.validate_on_submit():
            said = AnswerWord(form.answer.data)
            try:
                answer_meeting(
                    meeting,
                    said,
                    by=person,
                    presence=form.said_presence,
                    note=form.said_note,
                    host_note=form.said_host_note,
                )
            except DomainError as error:
                form.answer.errors = [error.sentence]
            else:
                db.session.commit()
                return redirect(url_for(".answer_by_link", token=token_to_answer(person.id, meeting.id, said)), 303)
        return _shown(meeting, person, word, form, token)


def _shown(meeting: Meeting, person: Person, word: AnswerWord, form: AnswerForm, token: str) -> ResponseReturnValue:
    own = queries.answer_of(person, meeting.id)
    may_answer = policy.may_answer(person, meeting)
    said = None if own is None else AnswerWord.YES if own.is_waiting else own.answer
    if not form.is_submitted():
        form = AnswerForm.of(own, preselected=word.value)
    level = level_for(person, meeting.network)
    page = render_template(
        "meetings/answer_link.html",
        # As in the mail that the link stands in: whoever holds it has read no more than that.
        meeting=discreetly(meeting, level, Output.MAIL_TEXT),
        person=person,
        token=token,
        form=form,
        own=own,
        asked=word,
        is_said=said is word,
        words=[word, *(other for other in ANSWERS if other is not word)],
        answers=ANSWERS,
        said=SAID,
        said_word=said,
        may_answer=may_answer,
        may_send_another=may_answer and policy.may_send_another(person, meeting),
    )
    return page, 200 if may_answer else 410
