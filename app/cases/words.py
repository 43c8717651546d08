"""How the pages and mails of cases name kinds of reply, and time gone by."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import pgettext

from app.cases.models import PostKind
from app.cases.queries import Following, Part, Shown
from app.core import clock
from app.core.formats import clock_time, day_month, near_day, weekday
from app.notifications.models import Level


def since(moment: datetime) -> str:
    """Completes "New since …": kl. 9.30, i går, i fredags, 18. november"""
    days = (clock.today() - clock.local(moment).date()).days
    if days <= 0:
        return _("%(time)s today", time=clock_time(moment))
    if 1 < days < 7:
        return _("last %(weekday)s", weekday=weekday(moment))
    return near_day(moment)


def on_day(moment: datetime) -> str:
    """torsdag den 26. november"""
    return _("%(weekday)s %(day)s", weekday=weekday(moment), day=day_month(moment))


def kind_name(kind: PostKind) -> str:
    return {
        PostKind.QUESTION: _("Clarifying question"),
        PostKind.EXPERIENCE: _("Experience"),
        PostKind.ADVICE: _("Advice"),
        PostKind.REFLECTION: _("Reflection"),
        PostKind.OWNER: _("The case owner replies"),
    }[kind]


def names_of_lists() -> dict[str, str]:
    """The short names that tabs have room for."""
    return {
        Shown.OPEN.value: pgettext("cases", "Open"),
        Shown.UNREAD.value: pgettext("cases", "Unread"),
        Shown.CLOSED.value: pgettext("cases", "Closed"),
    }


def names_of_levels() -> list[tuple[str, str]]:
    return [
        (Level.WATCH.value, _("Watch: each new reply")),
        (Level.NORMAL.value, _("Normal: replies once I have written myself")),
        (Level.QUIET.value, _("Quiet: only what is directed at me")),
        (Level.MUTED.value, _("Muted: nothing")),
    ]


def why_followed(following: Following) -> str:
    """What someone hears of a case, and why."""
    if following.case is not None:
        return {
            Level.WATCH: _("You get each new reply, because you have chosen so."),
            Level.NORMAL: _("You get replies if you have written here, because you have chosen so."),
            Level.QUIET: _("You only get what is directed at you, because you have chosen so."),
            Level.MUTED: _("You get nothing about this case, because you have chosen so. It still stands under Cases."),
        }[following.case]
    if following.network is Level.MUTED:
        return _("You have stopped mails from the whole network, so you get none about this case.")
    if following.part is Part.OWN:
        return _("You get mails about this case, because it is yours.")
    if following.part is Part.WROTE:
        return _("You get mails about this case, because you have written here.")
    return {
        Level.WATCH: _("You get mails about this case, because you follow all of the network."),
        Level.NORMAL: _(
            "You get no mails about replies here, because you have not written here. If you write, you get them."
        ),
        Level.QUIET: _("You get no mails about replies here, because you have chosen quiet for the network."),
    }[following.level]
