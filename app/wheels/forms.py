"""What a coordinator may write about a year."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core import clock
from app.core.formats import weekday
from app.core.forms import written
from app.meetings.forms import ClockField, DayField, many_lines, one_line
from app.organisations.queries import municipalities
from app.wheels.operations import Wanted
from app.wheels.plan import LONGEST, MONTHS, Month, MonthView, nth_weekday

MOST_EVENTS = 6


class MonthForm(FlaskForm):  # type: ignore[misc]
    """One month."""

    theme = StringField(
        _l("Theme"), filters=[one_line], validators=[Length(max=LONGEST, message=_l("Use %(max)d characters at most"))]
    )
    meets = BooleanField(_l("A meeting is planned"))
    host = SelectField(_l("Planned host"))
    events = TextAreaField(_l("Otherwise"), filters=[many_lines], render_kw={"rows": 2})

    class Meta:
        csrf = False  # the page's frame has the token

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.host.choices = [
            SelectChoice("", _("Not decided")),
            *(SelectChoice(place.code, place.name) for place in municipalities()),
        ]

    @classmethod
    def of(cls, number: int, month: Month) -> "MonthForm":
        data = {"theme": month.theme, "meets": month.meets, "host": month.host_code or ""}
        return cls(prefix=f"m{number}-", data={**data, "events": "\n".join(month.events)})

    def validate_events(self, field: Any) -> None:
        lines = [line for line in written(field).split("\n") if line]
        if len(lines) > MOST_EVENTS:
            raise ValidationError(_("Write %(num)d lines at most", num=MOST_EVENTS))
        if any(len(line) > LONGEST for line in lines):
            raise ValidationError(_("Write %(num)d characters at most in a line", num=LONGEST))

    def month(self) -> Month:
        events = tuple(line for line in written(self.events).split("\n") if line)
        return Month(written(self.theme), written(self.host) or None, bool(self.meets.data), events)


class WheelForm(FlaskForm):  # type: ignore[misc]
    """The frame around the twelve months; `version` is the plan that was opened."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """-1 where it was not said: then nothing is known of what the writer had before them."""
        text = written(self.version) if self.version.raw_data else ""
        return int(text) if text.isdecimal() and len(text) < 9 else -1


def month_forms(plan: Mapping[int, Month]) -> dict[int, MonthForm]:
    return {number: MonthForm.of(number, plan[number]) for number in MONTHS}


class RuleForm(FlaskForm):  # type: ignore[misc]
    """On which day of each month, and when."""

    nth = SelectField(_l("Which one in the month"), default="3")
    day = SelectField(_l("Weekday"), default="3")

    class Meta:
        csrf = False  # it only asks

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        words = {"1": _("First"), "2": _("Second"), "3": _("Third"), "4": _("Fourth"), "5": _("Last")}
        self.nth.choices = [SelectChoice(value, word) for value, word in words.items()]
        monday = date(2024, 1, 1)
        days = [weekday(monday.replace(day=1 + n)) for n in range(5)]
        self.day.choices = [SelectChoice(str(n), word[0].upper() + word[1:]) for n, word in enumerate(days)]

    def day_in(self, month: MonthView) -> date:
        nth, day = (written(field) for field in (self.nth, self.day))
        nth, day = (nth if nth in set("12345") else "3"), (day if day in set("01234") else "3")
        return nth_weekday(month.first.year, month.number, int(nth), int(day))


class DayForm(FlaskForm):  # type: ignore[misc]
    """The day of one month's meeting, and whether it is to be made."""

    is_wanted = BooleanField(_l("Make a draft"), default=True)
    date = DayField(_l("Date"), validators=[InputRequired(_l("Choose a date"))])

    class Meta:
        csrf = False

    @classmethod
    def of(cls, month: MonthView, usual: Any) -> "DayForm":
        return cls(prefix=f"m{month.number}-", data={"date": usual, "is_wanted": True})


class DraftsForm(FlaskForm):  # type: ignore[misc]
    """The hours that all of them have."""

    starts = ClockField(_l("Begins"), validators=[InputRequired(_l("Write when it begins"))])
    ends = ClockField(_l("Ends"), validators=[InputRequired(_l("Write when it ends"))])
    standard_agenda = BooleanField(_l("Start with the standard agenda of 150 minutes"), default=True)

    def validate_ends(self, field: Any) -> None:
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_("The meeting must end after it begins"))

    def wanted(self, lines: Sequence[tuple[MonthView, DayForm]]) -> list[Wanted]:
        """The meetings to make; a day that makes none gets its sentence, and then there are none."""
        found = []
        for month, line in lines:
            day, starts, ends_at = line.date.data, self.starts.data, self.ends.data
            if not line.is_wanted.data or day is None or starts is None or ends_at is None:
                continue
            try:
                begins, ends = (clock.from_wall(datetime.combine(day, hour)) for hour in (starts, ends_at))
            except (clock.NoSuchTimeError, clock.DoubledTimeError):
                line.date.errors = [_("The clock is changed at that hour. Choose another day or hour")]
                continue
            if ends <= clock.now():
                line.date.errors = [_("That is in the past. Choose a day ahead")]
            elif day.year > clock.today().year + 20:
                line.date.errors = [_("Look at the year again")]
            else:
                found.append(Wanted(month, begins, ends))
        return [] if any(line.date.errors for _month, line in lines if line.is_wanted.data) else found
