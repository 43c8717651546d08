"""What is new about a meeting, and where it stands, in words for its page."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.formats import span
from app.meetings.models import Meeting, Turn
from app.meetings.operations.telling import news_of

TURNS = {
    Turn.CALLED: _l("Called"),
    Turn.MOVED: _l("Moved"),
    Turn.POSTPONED: _l("Postponed"),
    Turn.DATED: _l("Given a new date"),
    Turn.KEPT: _l("Kept on its date after all"),
    Turn.CANCELLED: _l("Cancelled"),
    Turn.RESTORED: _l("Cancellation taken back"),
    Turn.CLOSED: _l("Is closed"),
    Turn.REOPENED: _l("Opened again"),
    Turn.PUBLISHED: _l("Shown in the public calendar"),
    Turn.UNPUBLISHED: _l("Taken out of the public calendar"),
}


@dataclass(frozen=True)
class NewsInWords:
    """`lines` are (what, old, new), the old and the new maybe empty; `tell_at` is None where only corrections wait."""

    lines: list[tuple[str, str, str]]
    tell_at: datetime | None


def news_in_words(meeting: Meeting) -> NewsInWords | None:
    """What the members do not know yet, or None."""
    news = news_of(meeting)
    if not news:
        return None
    lines = []
    for what, change in news.changes.items():
        old, new = change["old"], change["new"]
        if what == "time":
            lines.append((_("Time"), *(span(*map(datetime.fromisoformat, moments)) for moments in (old, new))))
        elif what == "online":
            lines.append((_("Online"), "", online_in_words(is_online=new, has_new_link=change["has_new_link"])))
        else:
            heading, nothing = (_("Place"), _("no place")) if what == "place" else (_("Host"), _("no host"))
            lines.append((heading, old or nothing, new or nothing))
    corrected = {"title": _("the title"), "description": _("what to bring along")}
    lines += [(_("Corrected"), "", corrected[name]) for name in news.lesser]
    return NewsInWords(lines, meeting.tell_at)


def online_in_words(*, is_online: bool, has_new_link: bool) -> str:
    if not is_online:
        return _("One can no longer take part online")
    if has_new_link:
        return _("There is a new link on the meeting's page")
    return _("One can take part online. The link follows")
