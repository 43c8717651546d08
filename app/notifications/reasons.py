"""Why a mail was not sent, for people: the short English reason in the outbox becomes one of a few sentences.

Whoever writes a new reason adds it here; a test collects all that rooms give and fails for one that says nothing to anybody.
"""

import re
from enum import StrEnum
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, not_, or_

from app.notifications.models import Mail, MailState


class Why(StrEnum):
    """The reasons as somebody looks for them."""

    LEFT = "left"
    READ = "read"
    MUTED = "muted"
    LEVEL = "level"
    ANSWERED = "answered"
    OVER = "over"
    CHANGED = "changed"
    NO_NEWS = "no_news"
    NOT_ASKED = "not_asked"
    GONE = "gone"
    CODE = "code"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    GAVE_UP = "gave_up"
    NO_ANSWERS = "no_answers"
    FAULT = "fault"
    OTHER = "other"


SENTENCES: Final[dict[Why, Any]] = {
    Why.LEFT: _l("Not in the network any more when the mail was to go, or no longer coordinator there."),
    Why.READ: _l("It had been read here before the mail went."),
    Why.MUTED: _l("Mails about this are switched off."),
    Why.LEVEL: _l("It was more than the recipient has chosen to hear about this."),
    Why.ANSWERED: _l("It had been answered before the mail went, so there was nothing left to ask."),
    Why.OVER: _l("The meeting was over or off, or the poll or evaluation closed, before the mail went."),
    Why.CHANGED: _l("It had changed again before the mail went, so the mail would have said something wrong."),
    Why.NO_NEWS: _l("There was nothing new left to tell when the mail was to go."),
    Why.NOT_ASKED: _l("What the mail was about no longer concerned its recipient when it was to go."),
    Why.GONE: _l("What the mail was about is no longer there."),
    Why.CODE: _l("The code was used, too old or replaced by a newer one before the mail went."),
    Why.CLOSED: _l("The account is closed."),
    Why.UNREACHABLE: _l("Mails do not reach this address, so only codes for signing in are still tried."),
    Why.REFUSED: _l("The recipient's mail system would not take the mail."),
    Why.GAVE_UP: _l("It was tried for hours without success."),
    Why.NO_ANSWERS: _l("No answers by mail are received here, so meetings are not sent to calendars by mail."),
    Why.FAULT: _l("The mail could not be written, which is a fault of ours. An administrator can see more."),
    Why.OTHER: _l("It was not sent. An administrator can see more."),
}

UNREACHABLE: Final = "mail does not reach the address"
READ_HERE: Final = "already read in the inbox"
_EXACTLY: Final[dict[Why, tuple[str, ...]]] = {
    Why.LEFT: (
        "no longer a member of the network",
        "no longer a member",
        "no longer a member from there",
        "no longer a coordinator",
        "no longer in a network together",
        "may not read the minutes any more",
    ),
    Why.READ: ("already read", READ_HERE),
    Why.LEVEL: ("not directed at this person, who wants quiet", "takes no part in the case"),
    Why.ANSWERED: (
        "has answered",
        "has answered so already",
        "has answered themselves meanwhile",
        "has voted meanwhile",
        "answered already",
        "already accepted",
        "a member already",
        "answered or withdrawn",
        "answered or taken back",
        "answered, taken back or overtaken",
        "decided on or withdrawn",
        "the invitation is answered, withdrawn or expired",
        "has found another",
        "another host was found meanwhile",
    ),
    Why.OVER: (
        "the meeting is over",
        "the meeting is cancelled or postponed",
        "the meeting is over or off",
        "the meeting is off or over",
        "the poll is closed, decided or withdrawn",
        "the evaluation is closed",
    ),
    Why.CHANGED: (
        "nothing of it is true any more",
        "changed back before it was sent",
        "the meeting is on another day by now, and is reminded of anew",
        "a newer version was published",
        "the role has changed again",
        "the meeting was cancelled or postponed before its call was sent",
        "the meeting was cancelled or postponed before the change was sent",
        "the meeting was cancelled or postponed again before this was sent",
        "the meeting has its date or is cancelled by now",
        "the cancellation was taken back before it was sent",
        "the change was taken back before it was sent",
        "the poll was opened again before this was sent",
        "dates were added before this was sent",
        "the answer was taken back",
        "the answer is set aside by now",
        "not declined",
        "the meeting has been moved meanwhile",
        "it has changed again",
        "not so any more",
        "ended meanwhile",
        "the change is over",
        "the meeting has not been called yet",
    ),
    Why.NO_NEWS: ("the calendar says so already", "nothing in the digest is news any more"),
    Why.NOT_ASKED: (
        "what it reminds of is no longer so",
        "no longer coming",
        "taken back, or declined",
        "was not there after all",
    ),
    Why.GONE: (
        "the case is gone",
        "the agreement is gone",
        "the request is gone",
        "the mail is gone",
        "the meeting or the account is gone",
        "it is gone",
    ),
    Why.CODE: (
        "the code is used or expired",
        "a newer code was asked for",
        "nobody who may sign in has this address",
        "the address was taken when it was asked for",
    ),
    Why.CLOSED: ("the account is closed",),
    Why.UNREACHABLE: (UNREACHABLE,),
    Why.NO_ANSWERS: ("no mail comes back here, so nothing invites to answer",),
    Why.FAULT: ("could not be written",),
}
# Reasons with something in them that differs: what stands before or after, as SQL's LIKE reads it.
_LIKE: Final[dict[Why, tuple[str, ...]]] = {
    Why.MUTED: ("% is muted",),
    Why.OVER: ("the meeting is %",),
}
_BY_WORDS: Final = {words: why for why, all_words in _EXACTLY.items() for words in all_words}


def why_of(mail: Mail) -> Why:
    """Needs no person. A mail that was sent is here because it came back."""
    if mail.state is MailState.DROPPED:
        return why_of_words(mail.reason)
    if mail.state is MailState.DEAD and not _is_refusal(mail.reason):
        return Why.GAVE_UP
    return Why.REFUSED


def why_of_words(reason: str) -> Why:
    if reason in _BY_WORDS:
        return _BY_WORDS[reason]
    return next((why for why, patterns in _LIKE.items() if any(_fits(reason, like) for like in patterns)), Why.OTHER)


def _fits(reason: str, like: str) -> bool:
    return re.fullmatch(re.escape(like).replace("%", ".*"), reason) is not None


def _is_refusal(reason: str) -> bool:
    return reason[:1] == "5" and reason[1:3].isdigit()


def because_of(why: Why) -> ColumnElement[bool]:
    """The condition that a mail was not sent for this reason: the same as `why_of`, asked of the database."""
    refusal = Mail.reason.like("5__ %")
    if why is Why.REFUSED:
        return or_(Mail.state == MailState.SENT, and_(Mail.state == MailState.DEAD, refusal))
    if why is Why.GAVE_UP:
        return and_(Mail.state == MailState.DEAD, not_(refusal))
    if why is Why.OTHER:
        known = or_(*(_of_words(one) for one in Why if one in _EXACTLY or one in _LIKE))
        return and_(Mail.state == MailState.DROPPED, not_(known))
    return and_(Mail.state == MailState.DROPPED, _of_words(why))


def _of_words(why: Why) -> ColumnElement[bool]:
    exactly = _EXACTLY.get(why, ())
    others = [words for words, its in _BY_WORDS.items() if its is not why]
    like = [and_(Mail.reason.like(pattern), Mail.reason.not_in(others)) for pattern in _LIKE.get(why, ())]
    return or_(Mail.reason.in_(exactly), *like)
