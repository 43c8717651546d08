"""What a person may write about their feeds."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length, Optional

from app.calendars.models import Feed, FeedScope
from app.calendars.operations import Options

CALENDARS = ("outlook", "google", "apple", "thunderbird", "android", "address")
NO_ALARM = ""


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def weeks_in_words(weeks: int) -> str:
    """How far back a feed goes."""
    if not weeks:
        return _("Only what is to come")
    if weeks % 52 == 0:
        return ngettext("%(num)d year back", "%(num)d years back", weeks // 52)
    if weeks % 13 == 0:
        return ngettext("%(num)d month back", "%(num)d months back", weeks // 13 * 3)
    return ngettext("%(num)d week back", "%(num)d weeks back", weeks)


def alarm_in_words(minutes: int) -> str:
    """How long before a meeting a calendar reminds of it."""
    if minutes % (24 * 60) == 0:
        return ngettext("%(num)d day before", "%(num)d days before", minutes // (24 * 60))
    if minutes % 60 == 0:
        return ngettext("%(num)d hour before", "%(num)d hours before", minutes // 60)
    return ngettext("%(num)d minute before", "%(num)d minutes before", minutes)


class OptionsForm(FlaskForm):  # type: ignore[misc]
    """What a feed is called, and what can be chosen anew at the same address."""

    name = StringField(
        _l("What do you call it?"),
        filters=[_tidy],
        validators=[Optional(), Length(max=80, message=_l("Use at most 80 characters."))],
    )
    weeks_back = SelectField(_l("How far back?"), default=str(Options.weeks_back))
    alarm = SelectField(_l("Shall your calendar remind you?"), default=NO_ALARM)
    hides_cancelled = BooleanField(_l("Leave out meetings that are cancelled or postponed"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weeks_back.choices = [SelectChoice(str(weeks), weeks_in_words(weeks)) for weeks in Feed.WEEKS_BACK]
        alarms = [SelectChoice(str(minutes), alarm_in_words(minutes)) for minutes in Feed.ALARMS]
        self.alarm.choices = [SelectChoice(NO_ALARM, _("No")), *alarms]

    @classmethod
    def of(cls, feed: Feed) -> "OptionsForm":
        alarm = NO_ALARM if feed.alarm_minutes is None else str(feed.alarm_minutes)
        kept = {"name": feed.name, "weeks_back": str(feed.weeks_back), "hides_cancelled": feed.hides_cancelled}
        return cls(data={**kept, "alarm": alarm})

    def options(self) -> Options:
        return Options(
            weeks_back=int(self.weeks_back.data),
            alarm_minutes=int(self.alarm.data) if self.alarm.data else None,
            hides_cancelled=bool(self.hides_cancelled.data),
        )

    def refuse_strange_choices(self, *fields: SelectField) -> None:
        """In our words; the buttons of a browser cannot send them."""
        for field in fields:
            if field.errors:
                field.errors = [_("Choose one of those that stand here.")]

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        self.refuse_strange_choices(self.weeks_back, self.alarm)
        return is_valid


class FeedForm(OptionsForm):
    """A new feed. `what` names its scope: "mine", "public", or "network-7" for one of the person's own."""

    what = SelectField(_l("Which meetings?"), default=FeedScope.MINE.value)
    calendar = StringField(validators=[Optional(), AnyOf(CALENDARS)])  # the button that was pressed

    def __init__(self, networks: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.what.choices = [
            SelectChoice(FeedScope.MINE.value, _("All my meetings")),
            *(SelectChoice(f"network-{id_}", _("Only %(network)s", network=name)) for id_, name in networks.items()),
            SelectChoice(FeedScope.PUBLIC.value, _("Meetings that are open to all")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        self.refuse_strange_choices(self.what)
        return is_valid

    def contents(self) -> tuple[FeedScope, int | None]:
        """The scope, and which network where it is one."""
        word, _dash, network_id = self.what.data.partition("-")
        return FeedScope(word), int(network_id) if network_id else None
