"""What people may write about a series: its rule, each of its days, and what to change."""

from datetime import date, time, timedelta
from typing import Any, Final
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from app.core import clock
from app.core.errors import DomainError
from app.meetings.forms import ClockField, DayField, choices_of, is_web_address, many_lines, one_line, version_of
from app.meetings.models import Meeting
from app.organisations.queries import municipalities
from app.series.operations.changing import Scope
from app.series.operations.planning import Common
from app.series.rules import LAST, LONGEST_STEP, MOST, NTHS, Rule, Unit, every, in_full, weekday_name

TOO_LONG: Final = _l("Use %(max)d characters at most")
UNTIL, COUNT = "until", "count"
IN_TURN, NO_HOSTS = "turn", "none"
STANDARD_AGENDA, LAST_AGENDA, NO_AGENDA = "standard", "last", "none"


class CommonForm(FlaskForm):  # type: ignore[misc]
    """What the meetings share."""

    title = StringField(
        _l("Title"),
        filters=[one_line],
        validators=[DataRequired(_l("Write the meeting's title")), Length(max=160, message=TOO_LONG)],
    )
    weekday = SelectField(_l("Weekday"), coerce=int)
    starts = ClockField(_l("Begins"), validators=[InputRequired(_l("Write when it begins"))])
    ends = ClockField(_l("Ends"), validators=[InputRequired(_l("Write when it ends"))])
    place = StringField(_l("Place"), filters=[one_line], validators=[Length(max=200, message=TOO_LONG)])
    online_url = StringField(
        _l("Online link"),
        filters=[one_line],
        validators=[Length(max=500, message=TOO_LONG), is_web_address],
        render_kw={"type": "url", "inputmode": "url", "autocomplete": "off"},
    )
    description = TextAreaField(
        _l("Bring along"), filters=[many_lines], validators=[Length(max=4000, message=TOO_LONG)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekday.choices = [SelectChoice(str(day), weekday_name(day)) for day in range(7)]

    def validate_ends(self, field: ClockField) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("The meeting must end after it begins"))

    def common(self) -> Common:
        """Only of a valid form."""
        if self.starts.data is None or self.ends.data is None:
            raise ValueError("the form has not been validated")
        return Common(
            title=self.title.data or "",
            starts=self.starts.data,
            ends=self.ends.data,
            place=self.place.data or "",
            online_url=self.online_url.data or "",
            description=self.description.data or "",
        )

    def refuse(self, error: DomainError) -> None:
        """Shows what the domain said where it belongs."""
        if error.field and error.field in self:
            self[error.field].errors = [*self[error.field].errors, error.sentence]
        else:
            self.form_errors.append(error.sentence)


def _steps() -> list[SelectChoice]:
    return [
        SelectChoice(f"{unit}-{step}", every(unit, step), optgroup=group)
        for unit, group in ((Unit.MONTHS, _("Months")), (Unit.WEEKS, _("Weeks")))
        for step in range(1, LONGEST_STEP + 1)
    ]


class PlanForm(CommonForm):
    """The rule of a new series. `rule` and `days` are there once the form is valid."""

    nth = SelectField(_l("Which in the month"), coerce=int, choices=choices_of(NTHS))
    rhythm = SelectField(_l("How often"))
    first_on = DayField(_l("From"), validators=[InputRequired(_l("Choose a date"))])
    ends_by = RadioField(
        _l("How long"),
        choices=choices_of({COUNT: _l("A number of meetings"), UNTIL: _l("Until a day")}),
        default=COUNT,
    )
    count = IntegerField(_l("How many meetings"), validators=[Optional()], render_kw={"min": "1", "max": str(MOST)})
    until = DayField(_l("Until"), validators=[Optional()])
    hosts = SelectField(
        _l("Hosts"),
        choices=choices_of({IN_TURN: _l("In turn: whoever has waited longest"), NO_HOSTS: _l("No host yet")}),
        default=IN_TURN,
    )
    agenda = SelectField(_l("Agenda"), default=STANDARD_AGENDA)
    key = HiddenField(validators=[Regexp(r"^[0-9a-f]{32}$")])
    shown = HiddenField()

    def __init__(self, *args: Any, has_agenda: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rhythm.choices = _steps()
        agendas = {STANDARD_AGENDA: _("The standard agenda of 150 minutes"), NO_AGENDA: _("Empty")}
        self.agenda.choices = choices_of({**agendas, **({LAST_AGENDA: _("As last time")} if has_agenda else {})})
        self.rule: Rule | None = None
        self.days: list[date] = []

    def validate_count(self, field: IntegerField) -> None:
        if self.ends_by.data == COUNT and not (isinstance(field.data, int) and 1 <= field.data <= MOST):
            raise ValidationError(_("Write a number from 1 to %(most)s", most=MOST))

    def validate_first_on(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(_("That is in the past. Choose a day ahead"))
        _look_at_the_year(field)

    def validate_until(self, field: DayField) -> None:
        _look_at_the_year(field)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self.ends_by.data == UNTIL and not self.until.data and not self.until.errors:
            self.refuse(DomainError(_("Choose a date"), field="until"))
            return False
        if not is_valid:
            return False
        self.rule = self._rule()
        try:
            self.days = self.rule.days()
        except DomainError as error:
            self.refuse(error)
            return False
        return True

    def _rule(self) -> Rule:
        unit, _dash, step = self.rhythm.data.partition("-")
        ends_by_day = self.ends_by.data == UNTIL
        if self.first_on.data is None:
            raise ValueError("the form has not been validated")
        return Rule(
            Unit(unit),
            int(step),
            self.weekday.data,
            self.first_on.data,
            self.nth.data if unit == Unit.MONTHS else None,
            count=None if ends_by_day else self.count.data,
            until=self.until.data if ends_by_day else None,
        )

    def in_words(self) -> str:
        """Only of a valid form."""
        if self.rule is None:
            raise ValueError("the form has not been validated")
        common = self.common()
        return in_full(self.rule, common.starts, common.ends, len(self.days))

    @classmethod
    def after(cls, last: Meeting | None, *, has_agenda: bool) -> "PlanForm":
        """Set as the last meeting was; while POSTing what was typed."""
        return cls(data=_like(last), has_agenda=has_agenda)


def _look_at_the_year(field: DayField) -> None:
    if field.data and not 2000 <= field.data.year <= clock.today().year + 20:
        raise ValidationError(_("Look at the year again"))


def _like(last: Meeting | None) -> dict[str, Any]:
    """Its weekday, hours and link; the place too, unless it was a host's own, since the next host has another."""
    soon = clock.today() + timedelta(days=14)
    data: dict[str, Any] = {
        "title": _("ERFA meeting"), "rhythm": f"{Unit.MONTHS}-2", "nth": 2, "weekday": 1, "first_on": soon,
        "starts": time(9, 30), "ends": time(12), "count": 6, "key": uuid4().hex,
    }  # fmt: skip
    if last is None:
        return data
    start, end = clock.local(last.starts_at), clock.local(last.ends_at)
    nth = (start.day - 1) // 7 + 1
    data |= {
        "weekday": start.weekday(),
        "nth": nth if nth in NTHS else LAST,
        "first_on": max(soon, start.date() + timedelta(days=1)),
        "online_url": last.online_url,
        "place": "" if last.host_code else last.place,
    }
    if start.date() == end.date():
        data |= {
            "starts": start.time().replace(second=0, microsecond=0),
            "ends": end.time().replace(second=0, microsecond=0),
        }
    return data


def host_choices() -> list[SelectChoice]:
    return choices_of({"": _("No host yet"), **{place.code: place.name for place in municipalities()}})


class DayForm(FlaskForm):  # type: ignore[misc]
    """One day of the plan; its fields are prefixed with the day that the rule gave it."""

    class Meta:
        csrf = False  # the form around it carries the token

    on = BooleanField(_l("Hold the meeting"))
    day = DayField(_l("Date"))
    host = SelectField(_l("Host"), validate_choice=True)
    preset = HiddenField()  # the host it was given, so that a choice of one's own is told from it

    @classmethod
    def of(cls, by_rule: date, hosts: list[SelectChoice]) -> "DayForm":
        form = cls(prefix=f"day-{by_rule.isoformat()}-", data={"on": True, "day": by_rule, "host": "", "preset": ""})
        if not form.day.raw_data:  # not sent: a box that is not there is not one that was unticked
            form.on.data, form.day.data, form.host.data, form.preset.data = True, by_rule, "", ""
            form.was_sent = False
        form.host.choices = hosts
        return form

    was_sent = True

    @property
    def is_own_host(self) -> bool:
        return self.was_sent and self.host.data != self.preset.data


class ChangeForm(CommonForm):
    """What is to be different, and with which meetings."""

    scope = RadioField(
        _l("Which meetings"),
        choices=choices_of(
            {
                Scope.ALL: _l("All that are ahead"),
                Scope.FOLLOWING: _l("This one and those that follow"),
                Scope.THIS: _l("Only this one"),
            }
        ),
        default=Scope.FOLLOWING.value,
    )
    hosts_off = BooleanField(_l("Take the hosts off"))
    version = HiddenField()
    shown = HiddenField()

    @classmethod
    def of(cls, meeting: Meeting) -> "ChangeForm":
        start, end = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
        names = ("title", "place", "online_url", "description")
        return cls(
            data={
                **{name: getattr(meeting, name) for name in names},
                "weekday": start.weekday(),
                "starts": start.time(),
                "ends": end.time(),
                "version": version_of(meeting),
            }
        )


class EndForm(FlaskForm):  # type: ignore[misc]
    reason = StringField(_l("Why?"), filters=[one_line], validators=[Length(max=500, message=TOO_LONG)])
