"""The mails about date polls, composed when they are sent: whoever may no longer vote, or has voted, is not asked.

They are owed, like calls: a poll is the first half of one. They say what the network's level allows.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Person
from app.core.formats import clock_time, listed
from app.networks.discretion import Output, discreetly, if_everything
from app.networks.queries import level_for, standing_of
from app.notifications import letters
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link
from app.polls import queries
from app.polls.models import Poll
from app.polls.results import day_in_words

Facts = dict[str, Any]
AT_MOST = 8  # dates that stand in a mail


def _poll_of(person: Person, payload: Facts) -> Poll | NotSent:
    poll = queries.poll_to_tell(person, payload["poll_id"])
    if poll is None:
        return NotSent("no longer a member of the network")
    return poll


def _open_poll_of(person: Person, payload: Facts) -> Poll | NotSent:
    poll = _poll_of(person, payload)
    if isinstance(poll, Poll) and not poll.is_open:
        return NotSent("the poll is closed, decided or withdrawn")
    return poll


def _letter(person: Person, poll: Poll, subject: Callable[[str], str], lines: Sequence[str], **more: Any) -> Letter:
    level = level_for(person, poll.network)
    title = discreetly(poll, level, Output.MAIL_SUBJECT).title
    heading = subject(title)
    context = {"heading": heading, "lines": [line for line in lines if line], "word": "", "after": "", **more}
    return Letter(
        subject=heading,
        template="mails/note",
        context=context,
        from_name=poll.network.name,
        thread=f"poll-{poll.id}",
        conversation=title,
        why=_(
            "You get this mail because you are a member of %(network)s. Calls and date polls can't be switched off.",
            network=poll.network.name,
        ),
    )


def _moment(when: datetime) -> str:
    return _("%(day)s at %(time)s", day=day_in_words(when), time=clock_time(when))


def _moments(whens: Sequence[datetime]) -> str:
    shown = [_moment(when) for when in whens[:AT_MOST]]
    left = len(whens) - len(shown)
    return listed(shown + ([ngettext("%(num)d more date", "%(num)d more dates", left)] if left else []))


def _dates(poll: Poll) -> str:
    moments = [one.starts_at for one in queries.dates_of(poll.id) if not one.is_over]
    return _("The dates: %(dates)s.", dates=_moments(moments)) if moments else ""


def _answer_by(poll: Poll) -> str:
    if poll.is_late:
        return _("The deadline has passed, but your vote still counts until the date is chosen.")
    return _(
        "Answer by %(day)s. Your vote becomes your answer when the date is chosen.", day=day_in_words(poll.closes_on)
    )


def _button(poll: Poll, words: str) -> tuple[str, str]:
    return (words, link("polls.show", poll_id=poll.id, _anchor="vote"))


def compose_opened(person: Person, payload: Facts) -> Letter | NotSent:
    poll = _open_poll_of(person, payload)
    if isinstance(poll, NotSent):
        return poll
    shown = discreetly(poll, level_for(person, poll.network), Output.MAIL_TEXT)
    return _letter(
        person,
        poll,
        lambda title: _("When can you meet? %(title)s", title=title),
        [
            _("%(name)s looks for a date for %(network)s.", name=payload["by"], network=poll.network.name),
            _dates(poll),
            _("Place: %(place)s.", place=shown.place) if shown.place else "",
            _answer_by(poll),
        ],
        word=shown.word,
        button=_button(poll, _("Say which dates you can")),
    )


def compose_changed(person: Person, payload: Facts) -> Letter | NotSent:
    poll = _open_poll_of(person, payload)
    if isinstance(poll, NotSent):
        return poll
    shown = discreetly(poll, level_for(person, poll.network), Output.MAIL_TEXT)
    standing = {one.starts_at for one in queries.dates_of(poll.id)}
    added, removed = ([datetime.fromisoformat(one) for one in payload[name]] for name in ("added", "removed"))
    added, removed = [one for one in added if one in standing], [one for one in removed if one not in standing]
    changed = payload["changed"]
    lines = [
        _("New: %(dates)s.", dates=_moments(added)) if added else "",
        _("No longer proposed: %(dates)s.", dates=_moments(removed)) if removed else "",
        _("The meeting now lasts %(num)d minutes.", num=poll.minutes) if "minutes" in changed else "",
        _("Place: %(place)s.", place=shown.place or _("not known yet")) if "place" in changed else "",
        _("What you have said of the other dates stands.") if added or removed else "",
        _answer_by(poll) if added or "closes_on" in changed else "",
    ]
    if not any(lines):
        return NotSent("the change was taken back before it was sent")
    return _letter(
        person,
        poll,
        lambda title: _("Changed dates: %(title)s", title=title),
        lines,
        button=_button(poll, _("See the dates")),
    )


def compose_reminder(person: Person, payload: Facts) -> Letter | NotSent:
    poll = _open_poll_of(person, payload)
    if isinstance(poll, NotSent):
        return poll
    if person.id not in queries.ids_of_the_silent(poll.id):
        return NotSent("has voted meanwhile")
    has_begun = person.id in queries.votes_in(poll.id)
    return _letter(
        person,
        poll,
        lambda title: _("Reminder: when can you meet? %(title)s", title=title),
        [
            _("You have not answered all the dates yet.") if has_begun else _("You have not voted yet."),
            _dates(poll),
            _answer_by(poll),
        ],
        button=_button(poll, _("Say which dates you can")),
    )


def compose_withdrawn(person: Person, payload: Facts) -> Letter | NotSent:
    poll = _poll_of(person, payload)
    if isinstance(poll, NotSent):
        return poll
    if poll.withdrawn_at is None or poll.revision != payload["revision"]:
        return NotSent("the poll was opened again before this was sent")
    return _letter(
        person,
        poll,
        lambda title: _("No date is looked for any more: %(title)s", title=title),
        [_("%(name)s has withdrawn the date poll. You need not keep the dates free.", name=payload["by"])],
        word=if_everything(payload["reason"], level_for(person, poll.network), Output.MAIL_TEXT),
    )


def compose_reopened(person: Person, payload: Facts) -> Letter | NotSent:
    poll = _open_poll_of(person, payload)
    if isinstance(poll, NotSent):
        return poll
    return _letter(
        person,
        poll,
        lambda title: _("A date is looked for again: %(title)s", title=title),
        [
            _("%(name)s has opened the date poll again. Your votes are kept.", name=payload["by"]),
            _dates(poll),
            _answer_by(poll),
        ],
        button=_button(poll, _("See your votes")),
    )


def compose_ripe(person: Person, payload: Facts) -> Letter | NotSent:
    poll = _open_poll_of(person, payload)
    if isinstance(poll, NotSent):
        return poll
    if not standing_of(person).is_told_as_coordinator(poll.network_id):
        return NotSent("no longer a coordinator")
    missing = len(queries.ids_of_the_silent(poll.id))
    if missing and not poll.is_late:
        return NotSent("dates were added before this was sent")
    return _letter(
        person,
        poll,
        lambda title: _("Choose the date: %(title)s", title=title),
        [
            ngettext(
                "The deadline has passed. %(num)d member has not answered all dates.",
                "The deadline has passed. %(num)d members have not answered all dates.",
                missing,
            )
            if missing
            else _("Everybody has answered."),
            _("When you choose the date, the members are called, and their votes become answers."),
        ],
        button=(_("See the votes"), link("polls.show", poll_id=poll.id, _anchor="results")),
    )


COMPOSERS: dict[str, Callable[[Person, Facts], Letter | NotSent]] = {
    "poll_opened": compose_opened,
    "poll_changed": compose_changed,
    "poll_reminder": compose_reminder,
    "poll_withdrawn": compose_withdrawn,
    "poll_reopened": compose_reopened,
    "poll_ripe": compose_ripe,
}


def register() -> None:
    for kind, compose in COMPOSERS.items():
        letters.register(kind, compose)
