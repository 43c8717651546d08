"""The mails about answers and times that came in. Each is looked at again when it is sent: is it still so?"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from icalendar import Calendar, Event, vCalAddress, vText

from app.accounts.models import Person
from app.calendars.ics import PRODUCT, clean, link_to, one_line, uid_of
from app.core import clock
from app.core.formats import day_month, span, weekday
from app.itip.answers import queries
from app.itip.answers.models import CounterEnd, CounterProposal
from app.itip.outgoing.queries import turns_of
from app.meetings.forms import SAID
from app.meetings.models import AnswerWord, Meeting
from app.meetings.queries import answer_of, meeting_to_tell, ongoing_substitution_of
from app.meetings.sign_up_mails import facts_of, subject_of
from app.networks.discretion import Output, discreetly, if_everything
from app.networks.queries import level_for, standing_of
from app.notifications import letters
from app.notifications.addresses import REPLY, address_of
from app.notifications.letters import Invitation, Letter, NotSent
from app.notifications.links import link

Facts = dict[str, Any]


def _meeting(person: Person, payload: Facts) -> Meeting | NotSent:
    meeting = meeting_to_tell(person, payload["meeting_id"])
    if meeting is None:
        return NotSent("no longer a member of the network")
    if meeting.is_over:
        return NotSent("the meeting is over")
    if meeting.is_cancelled:
        return NotSent("the meeting is cancelled")
    return meeting


def _letter(
    person: Person,
    meeting: Meeting,
    heading: str,
    lines: list[str],
    *,
    button: tuple[str, str],
    word: str = "",
    after: str = "",
    invitation: Invitation | None = None,
    is_answerable: bool = True,
) -> Letter:
    return Letter(
        subject=heading,
        template="mails/note",
        context={"heading": heading, "lines": lines, "word": word, "button": button, "after": after},
        from_name=meeting.network.name,
        thread=f"meeting-{meeting.id}",
        invitation=invitation,
        answers_to=f"m{meeting.id}-{person.id}" if is_answerable else "",
    )


def _to_answer(meeting: Meeting, words: str, **more: str) -> tuple[str, str]:
    return (words, link("meetings.show", meeting_id=meeting.id, _anchor="answer", **more))


# To who has answered


def compose_understood(person: Person, payload: Facts) -> Letter | NotSent:
    """What their mail has become. It says the answer as it is now, so that no older one is confirmed after a newer."""
    meeting = _meeting(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    own = answer_of(person, meeting.id)
    if own is None:
        return NotSent("the answer is set aside by now")
    heading = _("Your answer: %(answer)s. %(title)s", answer=SAID[own.answer], title=subject_of(person, meeting))
    lines = [*facts_of(person, meeting), *_in_words(person, meeting, own.answer, is_online=own.is_online)]
    return _letter(
        person, meeting, heading, lines,
        button=_to_answer(meeting, _("Change the answer")),
        after=_("Is it not right? Change it on the meeting's page, or answer this mail with yes, no or maybe."),
    )  # fmt: skip


def _in_words(person: Person, meeting: Meeting, answer: AnswerWord, *, is_online: bool) -> list[str]:
    if answer is AnswerWord.NO:
        return [_who_comes_instead(person, meeting)]
    signed_up = _("You are signed up.")
    if meeting.is_hybrid:
        signed_up = (
            _("You are signed up to be there online.") if is_online else _("You are signed up to be there in person.")
        )
    return [
        {
            AnswerWord.YES: signed_up,
            AnswerWord.MAYBE: _("You have said that you may come. Say yes or no when you know."),
            AnswerWord.WAITING: _(
                "All seats are taken, so you stand on the waiting list. You get a mail when there is a seat for you."
            ),
        }[answer]
    ]


def _who_comes_instead(person: Person, meeting: Meeting) -> str:
    sent = ongoing_substitution_of(person, meeting.id)
    if sent is None:
        return _("You are not coming. You can still change that.")
    if sent.approved_at is None:
        return _("You are not coming, and would like to send somebody. A coordinator has to say yes first.")
    return _("You are not coming, and send somebody in your place.")


def compose_passed_on(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    own = answer_of(person, meeting.id)
    stands = (
        _("Your answer is as it was: %(answer)s.", answer=SAID[own.answer]) if own else _("You have not answered yet.")
    )
    files = int(payload.get("files", 0))
    unsent = ngettext(
        "The file in your mail is not passed on. Put it on the meeting's page.",
        "The %(num)d files in your mail are not passed on. Put them on the meeting's page.",
        files,
    )
    return _letter(
        person,
        meeting,
        _("Passed on to the coordinators: %(title)s", title=subject_of(person, meeting)),
        [
            *facts_of(person, meeting),
            _(
                "There was no clear yes, no or maybe in your mail, so a person reads it: it is passed on to the coordinators."
            ),
            stands,
            *([unsent] if files else []),
        ],
        button=_to_answer(meeting, _("Say whether you come")),
        after=_("You can also answer this mail with yes, no or maybe as its first line."),
    )


def compose_outdated(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_postponed:
        return NotSent("the meeting is postponed by now")
    said = SAID[AnswerWord(payload["said"])]
    was = datetime.fromisoformat(payload["was"]) if payload.get("was") else None
    about = (
        _("Your calendar answered »%(answer)s« to %(day)s, but the meeting has been moved.", answer=said, day=_day(was))
        if was
        else _("Your calendar answered »%(answer)s« to a time that the meeting no longer has.", answer=said)
    )
    return _letter(
        person, meeting,
        _("Are you coming? %(title)s", title=subject_of(person, meeting)),
        [about, *facts_of(person, meeting)],
        button=_to_answer(meeting, _("Say whether you come")),
    )  # fmt: skip


def _day(moment: datetime) -> str:
    return f"{weekday(moment)} {day_month(moment)}"


def compose_claimed(person: Person, payload: Facts) -> Letter | NotSent:
    """Nothing is answered yet: whoever has an address of this meeting could have sent it."""
    meeting = _meeting(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    own, word = answer_of(person, meeting.id), AnswerWord(payload["said"])
    if own is not None and own.answer is word:
        return NotSent("has answered so already")
    return _letter(
        person, meeting,
        _("Was it you who answered? %(title)s", title=subject_of(person, meeting)),
        [
            *facts_of(person, meeting),
            _(
                "An answer in your name came from %(address)s: %(answer)s. That is not the address we know of you, so it does "
                "not count yet.",
                address=payload["sender"] or _("an unknown address"), answer=SAID[word],
            ),
        ],
        button=_to_answer(meeting, _("Confirm: %(answer)s", answer=SAID[word]), answer=word.value),
        after=_("Was it not you, or nobody who answers for you? Then you need not do anything."),
    )  # fmt: skip


# To the coordinators


def compose_remark(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    remark = queries.remark_to_tell(payload["remark_id"])
    if remark is None:
        return NotSent("it is gone")
    level = level_for(person, meeting.network)
    shown = discreetly(remark, level, Output.MAIL_TEXT)
    is_stranger = payload["what"] == "stranger"
    name = shown.person.name if shown.person else ""
    if is_stranger:
        words = if_everything(f"{remark.from_name} <{remark.from_address}>".strip(), level, Output.MAIL_TEXT)
        who = words or _("Somebody who is not called")
        lines = [
            _("%(name)s has answered a call that was sent to somebody else. It counts as nobody's answer.", name=who)
        ]
        heading = _("Answer from somebody who is not called: %(title)s", title=subject_of(person, meeting))
    else:
        who = name or _("A member")
        lines = [_("%(name)s has answered the call in words that you should read.", name=who)]
        heading = _("Mail about the meeting: %(title)s", title=subject_of(person, meeting))
    address = if_everything(remark.from_address, level, Output.MAIL_TEXT)
    return _letter(
        person, meeting, heading, [*lines, *facts_of(person, meeting)],
        word=shown.words,
        button=(_("See what has come"), link("counters.of_meeting", meeting_id=meeting.id)),
        after=_("To answer, write to %(address)s.", address=address) if address else "",
        is_answerable=False,
    )  # fmt: skip


def compose_proposed(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    proposal = queries.counter_to_tell(payload["counter_id"])
    if proposal is None or not proposal.is_open:
        return NotSent("answered, taken back or overtaken")
    if person.id != meeting.contact_id and not standing_of(person).is_told_as_coordinator(meeting.network_id):
        return NotSent("no longer a coordinator")
    shown = discreetly(proposal, level_for(person, meeting.network), Output.MAIL_TEXT)
    who = shown.person.name if shown.person else _("A member")
    return _letter(
        person, meeting,
        _("Another time is proposed: %(title)s", title=subject_of(person, meeting)),
        [
            _("%(name)s proposes another time: %(time)s.", name=who, time=span(proposal.starts_at, proposal.ends_at)),
            *facts_of(person, meeting),
        ],
        word=shown.comment,
        button=(_("Answer"), link("counters.of_meeting", meeting_id=meeting.id)),
        after=_("If you say yes, the meeting is moved and everybody is told. If you say no, only who proposed it is told."),
        is_answerable=False,
    )  # fmt: skip


# To who proposed


def compose_declined(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    proposal = queries.counter_to_tell(payload["counter_id"])
    if proposal is None or proposal.ending is not CounterEnd.DECLINED:
        return NotSent("not declined")
    if (proposal.was_starts_at, proposal.was_ends_at) != (meeting.starts_at, meeting.ends_at):
        return NotSent("the meeting has been moved meanwhile")
    answer = discreetly(proposal, level_for(person, meeting.network), Output.MAIL_TEXT).answer
    proposed = span(proposal.starts_at, proposal.ends_at)
    return _letter(
        person, meeting,
        _("The time stands: %(title)s", title=subject_of(person, meeting)),
        [
            _("You proposed %(time)s. %(name)s has said no: the meeting stays where it is.", time=proposed, name=payload["by"]),
            *facts_of(person, meeting),
        ],
        word=answer,
        button=_to_answer(meeting, _("Say whether you come")),
        invitation=_decline_counter(person, meeting, proposal, answer),
    )  # fmt: skip


def _decline_counter(person: Person, meeting: Meeting, proposal: CounterProposal, answer: str) -> Invitation | None:
    """RFC 5546 3.2.8: the same UID and revision, so that the calendar shows again what it was asked to."""
    organizer = address_of(REPLY, f"m{meeting.id}-{person.id}")
    if not organizer:
        return None
    level = level_for(person, meeting.network)
    event = Event()
    event.add("uid", uid_of(meeting.id))
    event.add("sequence", meeting.sequence + turns_of(person.id, meeting.id))
    event.add("dtstamp", (proposal.ended_at or clock.now()).astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", one_line(discreetly(meeting, level, Output.CALENDAR_TITLE).title))
    event.add("organizer", _named(organizer, meeting.network.name))
    event.add("attendee", _named(person.email, person.name))
    if answer:
        event.add("comment", clean(answer))
    event.add("url", link_to(meeting.id))
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "DECLINECOUNTER")
    calendar.add_component(event)
    return Invitation("DECLINECOUNTER", calendar.to_ical(sorted=False), organizer)


def _named(address: str, name: str) -> vCalAddress:
    """Without quotes in the name: Outlook shows them as they are escaped (calendar-and-mail A2)."""
    known = vCalAddress(f"mailto:{address}")
    known.params["CN"] = vText(one_line(name).replace('"', "'"))
    return known


COMPOSERS: dict[str, Callable[[Person, Facts], Letter | NotSent]] = {
    "answer_understood": compose_understood,
    "words_passed_on": compose_passed_on,
    "answer_outdated": compose_outdated,
    "answer_claimed": compose_claimed,
    "remark_made": compose_remark,
    "time_proposed": compose_proposed,
    "time_declined": compose_declined,
}


def register() -> None:
    for kind, compose in COMPOSERS.items():
        letters.register(kind, compose)
