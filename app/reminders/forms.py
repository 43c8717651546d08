"""What coordinators may write about reminders."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.reminders.models import Anchor, Audience, Why
from app.reminders.rules import Rule

AUDIENCES: Final = {
    Audience.SILENT: _l("Those who have not answered"),
    Audience.HOST: _l("The host"),
    Audience.PRESENTERS: _l("Those with a point on the agenda"),
    Audience.COMING: _l("Those who come"),
    Audience.COORDINATORS: _l("The coordinators"),
}
WHYS: Final = {
    Why.PAST: _l("Too late when the meeting was called or moved"),
    Why.CANCELLED: _l("The meeting is cancelled"),
    Why.POSTPONED: _l("The meeting is postponed"),
    Why.CLOSED: _l("The meeting is closed"),
    Why.DRAFT: _l("The meeting is not called"),
    Why.MOVED: _l("Sent already for this day"),
    Why.REMOVED: _l("Removed"),
    Why.NOBODY: _l("There was nobody to remind"),
    Why.STARTED: _l("The meeting had begun"),
    Why.DEADLINE: _l("Answers are no longer taken by then"),
    Why.NO_DEADLINE: _l("The meeting has no deadline for answers"),
}
DAYS: Final = (0, 1, 2, 3, 4, 5, 7, 10, 14, 21, 28)
NOW: Final = "now"


def in_words(days: int, anchor: Anchor = Anchor.START) -> str:
    """Same morning, 1 day before, 2 days before the deadline for answers"""
    if anchor is Anchor.DEADLINE:
        return (
            ngettext("%(num)d day before the deadline", "%(num)d days before the deadline", days)
            if days
            else _("The day of the deadline")
        )
    return ngettext("%(num)d day before", "%(num)d days before", days) if days else _("The same morning")


def _days() -> list[SelectChoice]:
    return [
        SelectChoice(f"{anchor.value}-{days}", in_words(days, anchor))
        for anchor, among in ((Anchor.START, DAYS), (Anchor.DEADLINE, (0, 1, 2, 3, 5, 7)))
        for days in among
    ]


class ReminderForm(FlaskForm):  # type: ignore[misc]
    """One reminder: whom, and when. `offers_now` is for a meeting, where one can be sent at once."""

    audience = SelectField(_l("Whom"))
    days = SelectField(_l("When"))

    def __init__(self, *args: Any, offers_now: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = [SelectChoice(one.value, words) for one, words in AUDIENCES.items()]
        self.days.choices = ([SelectChoice(NOW, _("Now"))] if offers_now else []) + _days()
        if self.days.data is None:
            self.days.data = "start-3"

    @property
    def is_now(self) -> bool:
        return bool(self.days.data == NOW)

    @property
    def asked(self) -> Audience:
        return Audience(self.audience.data)

    @property
    def rule(self) -> Rule:
        anchor, days = self.days.data.split("-")
        return Rule(self.asked, int(days), Anchor(anchor))


class DayForm(FlaskForm):  # type: ignore[misc]
    """Another day for a planned reminder."""

    days = SelectField(_l("When"))

    def __init__(self, *args: Any, anchor: Anchor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days.choices = [SelectChoice(str(days), in_words(days, anchor)) for days in DAYS]
