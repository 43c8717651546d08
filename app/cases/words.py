"""How the pages and mails of cases name kinds of reply, and time gone by."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import pgettext

from app.cases.models import PostKind
from app.cases.queries import Shown
from app.core import clock
from app.core.formats import clock_time, day_month, near_day, weekday


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
