"""What coordinators decide about signing up, what they put in for others, and whom a member sends."""

from datetime import datetime, time
from hashlib import sha256
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.accounts.addresses import NotAnAddressError, read_address
from app.accounts.models import Person
from app.core import clock
from app.meetings.forms import ANSWERS, PRESENCES, ClockField, DayField, choices_of, one_line
from app.meetings.models import Meeting, Presence
from app.meetings.operations.limits import Limits
from app.organisations.queries import municipalities

MOST: Final = 1000
END_OF_DAY: Final = time(23, 59)
NEW: Final = "new"


class CountField(IntegerField):
    """A whole number, refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number from 0 to %(most)d, or nothing", most=MOST)) from None


def _count(label: Any) -> CountField:
    return CountField(
        label,
        validators=[
            Optional(),
            NumberRange(0, MOST, _l("Write a whole number from 0 to %(most)d, or nothing", most=MOST)),
        ],
        render_kw={"inputmode": "numeric", "min": "0", "max": str(MOST)},
    )


class LimitsForm(FlaskForm):  # type: ignore[misc]
    """Until when one answers, how many seats there are, and for whom some are kept."""

    answer_day = DayField(_l("Answer no later than"), validators=[Optional()])
    answer_hour = ClockField(_l("At"), validators=[Optional()])
    capacity = _count(_l("Seats at the place"))
    freed_days_before = _count(_l("Days before the meeting when kept seats become everybody's"))
    version = HiddenField()

    @property
    def seen(self) -> str:
        """The state the form was opened with; nothing where it did not say."""
        return str(self.version.raw_data[0]) if self.version.raw_data else ""

    def kept(self) -> list[tuple[str, Any]]:
        """Code and field of each municipality."""
        return [(place.code, self[f"kept_{place.code}"]) for place in municipalities()]

    def moment(self) -> datetime | None:
        if self.answer_day.data is None:
            return None
        return clock.from_wall(datetime.combine(self.answer_day.data, self.answer_hour.data or END_OF_DAY))

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        try:
            is_valid and self.moment()
        except (clock.NoSuchTimeError, clock.DoubledTimeError):
            self.refuse("answer_hour", _("The clock is changed that night. Choose another time"))
            return False
        return is_valid

    def refuse(self, name: str, sentence: str) -> None:
        self[name].errors = [*self[name].errors, sentence]

    def limits(self) -> Limits:
        """Only of a valid form."""
        return Limits(
            answer_by=self.moment(),
            capacity=self.capacity.data,
            freed_days_before=self.freed_days_before.data,
            kept={code: field.data for code, field in self.kept() if field.data},
        )


def limits_form(limits: Limits) -> LimitsForm:
    """The form as it shows `limits`, with a field for each municipality."""

    class Form_(LimitsForm):
        pass

    for place in municipalities():
        setattr(Form_, f"kept_{place.code}", _count(place.name))
    moment = clock.local(limits.answer_by) if limits.answer_by else None
    data = {
        "answer_day": moment.date() if moment else None,
        "answer_hour": moment.time() if moment and moment.time() != END_OF_DAY else None,
        "capacity": limits.capacity,
        "freed_days_before": limits.freed_days_before,
        "version": version_of(limits),
        **{f"kept_{code}": seats for code, seats in limits.kept.items()},
    }
    return Form_(data=data)


def version_of(limits: Limits) -> str:
    """Names the state a form was opened with."""
    facts = [
        str(limits.answer_by),
        str(limits.capacity),
        str(limits.freed_days_before),
        str(sorted(limits.kept.items())),
    ]
    return sha256("\0".join(facts).encode()).hexdigest()[:16]


class PutInForm(FlaskForm):  # type: ignore[misc]
    """An answer that somebody has given a coordinator by word of mouth."""

    person = SelectField(_l("Who"), coerce=int, validators=[InputRequired(_l("Choose a member"))])
    answer = RadioField(
        _l("What they say"),
        id="said",
        choices=choices_of(ANSWERS),
        validators=[InputRequired(_l("Choose what they say"))],
    )
    presence = RadioField(
        _l("How?"), choices=choices_of(PRESENCES), default=Presence.HERE.value, validators=[Optional()]
    )
    host_note = StringField(
        _l("A word to the host"),
        filters=[one_line],
        validators=[Length(max=300, message=_l("Use %(max)d characters at most"))],
    )

    @classmethod
    def of(cls, people: list[Person], *, chosen: int | None = None) -> "PutInForm":
        form = cls(data={"person": chosen})
        form.person.choices = [SelectChoice(person.id, person.name) for person in people]
        return form

    @property
    def said_presence(self) -> Presence | None:
        return Presence(self.presence.data) if self.presence.raw_data and self.presence.data else None

    @property
    def said_host_note(self) -> str | None:
        """An empty field takes nothing away: it was never filled in with what is there."""
        return self.host_note.data or None


class SubstituteForm(FlaskForm):  # type: ignore[misc]
    """A colleague who is a member, or somebody new with name and address."""

    who = RadioField(_l("Who comes in your place?"), validators=[InputRequired(_l("Choose who comes in your place"))])
    name = StringField(_l("Name"), filters=[one_line], render_kw={"autocomplete": "off"})
    email = EmailField(_l("E-mail address"), filters=[one_line], render_kw={"autocomplete": "off"})

    @classmethod
    def of(cls, colleagues: list[Person]) -> "SubstituteForm":
        form = cls(data={"who": None if colleagues else NEW})
        form.who.choices = [
            *(SelectChoice(str(person.id), person.name) for person in colleagues),
            SelectChoice(NEW, _("Somebody who is not in the network yet")),
        ]
        return form

    @property
    def is_somebody_new(self) -> bool:
        return bool(self.who.data == NEW)

    def validate_name(self, field: StringField) -> None:
        if self.is_somebody_new and not field.data:
            raise ValidationError(_("Write their name"))
        if len(field.data or "") > 120:
            raise ValidationError(_("Use %(max)d characters at most", max=120))

    def validate_email(self, field: EmailField) -> None:
        if not self.is_somebody_new:
            return
        try:
            field.data = read_address(field.data or "")
        except NotAnAddressError:
            raise ValidationError(_("Write a whole address, like mette@kommune.dk.")) from None


def meeting_limits(meeting: Meeting, kept: dict[str, int]) -> Limits:
    return Limits(meeting.answer_by, meeting.capacity, meeting.freed_days_before, kept)
