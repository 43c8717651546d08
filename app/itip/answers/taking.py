"""What comes of a mail to a meeting, and who is told. Nothing here commits.

The address says which meeting and which person; that is not enough, since whoever a mail is forwarded to has it too. An
answer counts only when it comes from an address of that person and speaks of that person. One in their name from
elsewhere is put to them, one that speaks of somebody else is put to the coordinators (docs/decisions/0020-answers-by-mail.md).
"""

from dataclasses import dataclass, replace
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.addresses import NotAnAddressError, read_address
from app.accounts.models import Person
from app.calendars.ics import uid_of
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.incoming.destinations import Incoming, RefusedError
from app.incoming.operations import settle
from app.itip.answers import queries
from app.itip.answers.counters import propose_time, whom_to_tell
from app.itip.answers.models import CalendarReply, Remark
from app.itip.answers.reading import Attendee, Reply, proposed_times, read_reply
from app.itip.answers.words import Said, said_in_subject, understood
from app.itip.outgoing.queries import turns_of
from app.meetings import policy
from app.meetings.forms import SAID
from app.meetings.models import Answer, AnswerWord, Meeting, Presence
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.seats import lock
from app.meetings.operations.substitutes import propose_somebody_new
from app.meetings.queries import meeting_to_tell
from app.notifications.operations import announce

WORDS: Final = {"ACCEPTED": AnswerWord.YES, "TENTATIVE": AnswerWord.MAYBE, "DECLINED": AnswerWord.NO}
NOTE: Final = 300  # characters of a word to the host
REMARK: Final = 20_000


@dataclass(frozen=True)
class Arrival:
    """A mail, and the meeting and the person that its address names."""

    mail: Incoming
    meeting: Meeting
    person: Person

    @property
    def is_from_them(self) -> bool:
        return self.mail.sender is not None and self.mail.sender.id == self.person.id


def receive(mail: Incoming, numbers: list[int]) -> str:
    """An answer to a meeting: from a calendar where the mail has a calendar object, else in words."""
    meeting_id, person_id = numbers
    person = db.session.get(Person, person_id)
    meeting = meeting_to_tell(person, meeting_id) if person and person.disabled_at is None else None
    if person is None or meeting is None:
        raise RefusedError(
            _("The meeting is not one that this address is called to any more."),
            reason="no longer called to the meeting",
        )
    if not policy.is_invited(person, meeting):
        raise RefusedError(
            _(
                "The agreement of %(network)s has to be accepted first. Sign in, accept it, and answer on the meeting's page.",
                network=meeting.network.name,
            ),
            reason="has not accepted the agreement",
        )
    done = _taken(Arrival(mail, meeting, person))
    settle(mail.id, network_id=meeting.network_id, became=f"/meetings/{meeting.id}/mail")
    return done


def _taken(came: Arrival) -> str:
    read = [reply for reply in map(read_reply, _calendars_in(came.mail)) if reply is not None]
    replies = [reply for reply in read if reply.method in {"REPLY", "COUNTER"}]
    own = [reply for reply in replies if reply.uid.strip().lower() == uid_of(came.meeting.id).lower()]
    if own:
        return _take(own[0], came)
    if replies:
        raise RefusedError(
            _("The calendar's answer is about another meeting than the address it was sent to."), reason="another UID"
        )
    return _take_words(came)


def _calendars_in(mail: Incoming) -> list[bytes]:
    """Some programs send the object as a file of no particular kind."""
    files = [file.content for file in mail.files if file.name.lower().endswith(".ics")]
    return list(dict.fromkeys([*mail.calendars, *files]))


# What calendars say


def _take(reply: Reply, came: Arrival) -> str:
    attendee = _attendee(reply, came.person)
    if attendee is None:
        return _of_somebody_else(reply, came)
    if not came.is_from_them:
        return _ask_whether_it_was_them(reply, attendee, came)
    lock(came.meeting)
    reply = replace(reply, sequence=reply.sequence - turns_of(came.person.id, came.meeting.id))
    if ignored := _note_the_reply(reply, attendee, came):
        return ignored
    comment = reply.comment or attendee.comment
    if reply.method == "COUNTER":
        return _take_counter(reply, attendee, comment, came)
    if attendee.delegated_to:
        return _take_delegation(reply, attendee, comment, came)
    return _take_answer(reply, attendee.status, comment, came)


def _attendee(reply: Reply, person: Person) -> Attendee | None:
    """Theirs by address; or the only one, where the program writes an identity of its own instead of addresses."""
    theirs = [one for one in reply.attendees if person.email.lower() in one.addresses]
    if theirs:
        return theirs[0]
    nameless = [one for one in reply.attendees if not one.addresses]
    return nameless[0] if len(reply.attendees) == 1 and nameless else None


def _note_the_reply(reply: Reply, attendee: Attendee, came: Arrival) -> str:
    """Remembers what their calendar said last (RFC 5546 2.1.5); returns why it is ignored where it is not newer.

    A revision that there never was counts as the present one, so that it does not outrank all that is yet to come.
    """
    sequence = min(reply.sequence, came.meeting.sequence)
    stamped_at = reply.stamped_at or came.mail.received_at
    said = "COUNTER" if reply.method == "COUNTER" else attendee.status[:24]
    last = queries.reply_of(came.person.id, came.meeting.id)
    if last is not None and (sequence, stamped_at) < (last.sequence, last.stamped_at):
        return "ignored: older than their calendar's last answer"
    if last is not None and (sequence, stamped_at, said) == (last.sequence, last.stamped_at, last.said):
        return "ignored: the same answer once more"
    last = last or CalendarReply(meeting_id=came.meeting.id, person_id=came.person.id)
    last.sequence, last.stamped_at, last.said = sequence, stamped_at, said
    last.program, last.came_at = reply.program, clock.now()
    db.session.add(last)
    db.session.flush()
    return ""


def _of_somebody_else(reply: Reply, came: Arrival) -> str:
    """Somebody whom the call was forwarded to, or who answers from an address that is not known: no answer of anybody's."""
    status = reply.attendees[0].status if len(reply.attendees) == 1 else ""
    word = WORDS.get(status)
    words = [
        str(SAID[word]) if word else "",
        reply.comment,
        *(one.comment for one in reply.attendees),
        came.mail.text.strip(),
    ]
    text = "\n\n".join(dict.fromkeys(filter(None, words)))
    if came.is_from_them:
        _pass_on_words(came, text)
    else:
        _pass_on(_keep(came, text, is_theirs=False), came, "stranger")
    return f"passed on: an answer of somebody whom the address does not name ({status or 'unclear'})"


def _ask_whether_it_was_them(reply: Reply, attendee: Attendee, came: Arrival) -> str:
    """A secretary, another mailbox of theirs, or a forgery: only they can tell. Asked once a day for each answer."""
    word = WORDS.get(attendee.status)
    if word is None or reply.method == "COUNTER":
        raise RefusedError(_only_from(), reason="the sender is not whom the answer speaks of")
    about = f"meeting-{came.meeting.id}-claimed-{clock.today():%Y%m%d}-{word.value}"
    if not queries.is_owed(f"answer_claimed:{about}:{came.person.id}"):
        payload = {"meeting_id": came.meeting.id, "said": word.value, "sender": came.mail.from_address[:254]}
        announce("answer_claimed", to=[came.person.id], about=about, payload=payload)
    return "asked the person: the sender is not whom the answer speaks of"


def _only_from() -> str:
    """Tells a stranger no name: that somebody is called to a meeting is not theirs to know."""
    return _("This address takes answers only from whom the call was sent to, and from the address it was sent to.")


def _take_answer(reply: Reply, status: str, comment: str, came: Arrival) -> str:
    word = WORDS.get(status)
    if word is None:
        return _pass_on_words(came, comment) if comment else f"nothing: {status}"
    if _is_about_another_time(reply, came.meeting):
        was = reply.starts_at.isoformat() if reply.starts_at else None
        _tell_them("answer_outdated", came, said=word.value, was=was)
        return f"asked again: {word.value} to a time that the meeting no longer has"
    answer = answer_meeting(came.meeting, word, by=came.person, host_note=_note(comment))
    if len(comment) > NOTE:
        _pass_on(_keep(came, comment), came, "words")
    if answer.is_waiting:
        _tell_them("answer_understood", came)
    return f"answered: {answer.answer.value}"


def _is_about_another_time(reply: Reply, meeting: Meeting) -> bool:
    """An older revision matters only when the time has moved since; the answer's own time tells, or else its stamp."""
    if reply.sequence >= meeting.sequence:
        return False
    if reply.starts_at is not None:
        return reply.starts_at != meeting.starts_at
    moves = queries.moves_of(meeting.id)
    return bool(moves) and (reply.stamped_at is None or moves[0].at > reply.stamped_at)


def _note(comment: str) -> str | None:
    """For the host and the coordinators: to them a calendar's comment is written. None leaves what was said before."""
    line = " ".join(comment.split())
    return (line if len(line) <= NOTE else line[: NOTE - 1] + "\N{HORIZONTAL ELLIPSIS}") or None


def _take_delegation(reply: Reply, attendee: Attendee, comment: str, came: Arrival) -> str:
    """They do not come and send somebody, as on the page: a colleague who is a member at once, anybody else is proposed."""
    meeting, person, address = came.meeting, came.person, attendee.delegated_to[0]
    named = (one.name for one in reply.attendees if address in one.addresses)
    name = (next(named, "") or address.partition("@")[0])[:120]
    try:
        with db.session.begin_nested():
            sent = propose_somebody_new(meeting, person, name=name, email=read_address(address))
    except (DomainError, NotAnAddressError):
        answer_meeting(meeting, AnswerWord.NO, by=person, host_note=_note(comment))
        wish = _("I do not come and would like to send %(name)s (%(address)s).", name=name, address=address)
        _pass_on_words(came, "\n\n".join(filter(None, [wish, comment])))
        return "answered: no; the wish to send somebody was passed on"
    if comment:
        own = select(Answer).where(Answer.meeting_id == meeting.id, Answer.person_id == person.id)
        db.session.scalars(own).one().host_note = _note(comment) or ""
    if sent.person_id is not None:
        colleague = db.session.get_one(Person, sent.person_id)
        told = _("I do not come. %(name)s comes in my place.", name=colleague.name)
        _pass_on(_keep(came, "\n\n".join(filter(None, [told, comment]))), came, "words")
    _tell_them("answer_understood", came)
    return "answered: no, and sends somebody" if sent.person_id else "answered: no, and proposes somebody"


def _take_counter(reply: Reply, attendee: Attendee, comment: str, came: Arrival) -> str:
    """The time is proposed; what is said of the time that the meeting has is an answer like any other."""
    meeting = came.meeting
    times = proposed_times(reply, instead_of=(meeting.starts_at, meeting.ends_at))
    if times is None or times == (meeting.starts_at, meeting.ends_at):
        if comment or attendee.status in WORDS:
            return _take_answer(reply, attendee.status, comment, came)
        raise RefusedError(
            _("Your calendar proposed another time, but it could not be read. Write it to us in words."),
            reason="a counter-proposal without a time",
        )
    propose_time(meeting, *times, by=came.person, comment=comment)
    word = WORDS.get(attendee.status)
    if word is None or reply.sequence < meeting.sequence or meeting.is_postponed:
        return "proposed another time"
    try:
        with db.session.begin_nested():
            answer = answer_meeting(meeting, word, by=came.person)
    except DomainError:
        return f"proposed another time; too late to say {word.value}"
    return f"proposed another time, and answered: {answer.answer.value}"


# Words


def _take_words(came: Arrival) -> str:
    if not came.is_from_them:
        raise RefusedError(_only_from(), reason="the sender is not whom the address is for")
    meeting, text = came.meeting, came.mail.text.strip()
    said = understood(text) if text else said_in_subject(came.mail.subject)
    if not text and said is None:
        raise RefusedError(
            _("There were no words in your mail. Write yes, no or maybe, or answer on the meeting's page."),
            reason="nothing to read",
        )
    if said is None or not _is_possible(said, meeting):
        return _pass_on_words(came, text)
    note = _note(said.more) if said.more else None
    answer = answer_meeting(meeting, said.word, by=came.person, presence=said.presence, host_note=note)
    if len(said.more) > NOTE:
        _pass_on(_keep(came, text), came, "words")
    _tell_them("answer_understood", came)
    return f"answered: {answer.answer.value}, in words"


def _is_possible(said: Said, meeting: Meeting) -> bool:
    """Whether one can be there in the way that was said; a person has to answer whoever wants what there is not."""
    if said.presence is Presence.ONLINE:
        return meeting.is_online
    return not (said.presence is Presence.HERE and meeting.is_only_online)


def _pass_on_words(came: Arrival, words: str) -> str:
    """To a person who reads them, since nothing here does; the sender is told so."""
    _pass_on(_keep(came, words), came, "words")
    _tell_them("words_passed_on", came, files=len(came.mail.files))
    return "passed on to the coordinators"


def _tell_them(kind: str, came: Arrival, **facts: str | int | None) -> None:
    """What has become of their mail; one mail for each that came in."""
    about = f"meeting-{came.meeting.id}-mail-{came.mail.id}"
    announce(kind, to=[came.person.id], about=about, payload={"meeting_id": came.meeting.id, **facts})


def _keep(came: Arrival, words: str, *, is_theirs: bool = True) -> Remark:
    remark = Remark(
        meeting_id=came.meeting.id,
        person_id=came.person.id if is_theirs else None,
        from_name=came.mail.from_name[:120],
        from_address=came.mail.from_address[:254],
        words=words[:REMARK],
    )
    db.session.add(remark)
    db.session.flush()
    return remark


def _pass_on(remark: Remark, came: Arrival, what: str) -> None:
    announce(
        "remark_made",
        to=whom_to_tell(came.meeting, but_not=remark.person_id),
        about=f"meeting-{came.meeting.id}-remark-{remark.id}",
        payload={"remark_id": remark.id, "meeting_id": came.meeting.id, "what": what},
    )
