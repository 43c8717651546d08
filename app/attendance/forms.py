"""What one may write about who was there."""

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.attendance.models import Attendance, Project
from app.attendance.operations import LOGO_KINDS, Stay, Visitor
from app.core import clock
from app.core.forms import written
from app.files.checking import Checked
from app.files.forms import SCANS, CheckedFileField
from app.meetings.forms import PRESENCES, ClockField, choices_of, one_line
from app.meetings.models import Meeting, Presence
from app.organisations.queries import municipalities

AWAY = "away"


def _line(label: Any, most: int, *, needed: Any = None) -> StringField:
    checks = [DataRequired(needed)] if needed else [Optional()]
    return StringField(
        label, filters=[one_line], validators=[*checks, Length(max=most, message=_l("Use %(max)d characters at most"))]
    )


class _StayForm(FlaskForm):  # type: ignore[misc]
    """How somebody was there, in Danish wall time on the meeting's day."""

    presence = RadioField(_l("How?"), choices=choices_of(PRESENCES), default=Presence.HERE.value)
    came = ClockField(_l("Came at"), validators=[Optional()])
    left = ClockField(_l("Left at"), validators=[Optional()])
    reason = _line(_l("Why is it changed?"), 300)

    def __init__(self, meeting: Meeting, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.meeting = meeting
        self.moments: dict[str, datetime | None] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if not is_valid:
            return False
        self.moments = {field.name: self._moment(field) for field in (self.came, self.left)}
        came, left = self.moments["came"], self.moments["left"]
        meeting = self.meeting
        if came and came >= meeting.ends_at:
            self.came.errors = [_("The meeting was over by then.")]
        if left and left <= (came or meeting.starts_at):
            self.left.errors = [_("That is before they came.")]
        return not (self.came.errors or self.left.errors)

    def _moment(self, field: Field) -> datetime | None:
        """The first such time of day after the hour before the meeting began."""
        if not isinstance(field.data, time):
            return None
        earliest = self.meeting.starts_at - timedelta(hours=6)
        wall = datetime.combine(clock.local(earliest).date(), field.data)
        try:
            moment = clock.from_wall(wall)
            if moment < earliest:
                moment = clock.from_wall(wall + timedelta(days=1))
        except (clock.NoSuchTimeError, clock.DoubledTimeError):
            field.errors = [_("The clock was changed in that hour. Write another time.")]
            return None
        is_the_meetings_own = moment == (self.meeting.starts_at if field is self.came else self.meeting.ends_at)
        return None if is_the_meetings_own else moment

    @property
    def stay(self) -> Stay:
        """Only of a valid form."""
        return Stay(Presence(self.presence.data), self.moments["came"], self.moments["left"])


def _shown(meeting: Meeting, attendance: Attendance | None) -> dict[str, Any]:
    came = (attendance.came_at if attendance else None) or meeting.starts_at
    left = (attendance.left_at if attendance else None) or meeting.ends_at
    return {
        "presence": attendance.presence.value if attendance else Presence.HERE.value,
        "came": clock.local(came).time(),
        "left": clock.local(left).time(),
    }


class LineForm(_StayForm):
    """A member's line; whether they were there at all is the first question."""

    presence = RadioField(
        _l("Were they there?"),
        choices=[*choices_of(PRESENCES), SelectChoice(AWAY, _l("Was not there"))],
        default=Presence.HERE.value,
    )

    @classmethod
    def of(cls, meeting: Meeting, attendance: Attendance | None) -> "LineForm":
        return cls(meeting, data=_shown(meeting, attendance))

    @property
    def was_there(self) -> bool:
        return bool(self.presence.data != AWAY)


class GuestForm(_StayForm):
    """A guest who is no member."""

    name = _line(_l("Name"), 120, needed=_l("Write first and last name."))
    organisation = _line(_l("Organisation"), 160)
    municipality = SelectField(_l("Municipality"))

    def __init__(self, meeting: Meeting, *args: Any, **more: Any) -> None:
        super().__init__(meeting, *args, **more)
        places = [SelectChoice(place.code, place.name) for place in municipalities()]
        self.municipality.choices = [SelectChoice("", _("None of the eleven")), *places]

    @classmethod
    def of(cls, meeting: Meeting, guest: Attendance | None = None) -> "GuestForm":
        who = (
            {"name": guest.guest_name, "organisation": guest.guest_organisation, "municipality": guest.guest_code or ""}
            if guest
            else {}
        )
        return cls(meeting, data={**_shown(meeting, guest), **who})

    @property
    def visitor(self) -> Visitor:
        return Visitor(written(self.name), written(self.organisation), self.municipality.data or None)


class ScanForm(FlaskForm):  # type: ignore[misc]
    """The signed sheet."""

    file = CheckedFileField(_l("The signed sheet"), kinds=SCANS)
    reason = _line(_l("Why is it replaced?"), 300)


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The digits on the wall."""

    code = StringField(
        _l("The code on the wall"),
        validators=[DataRequired(_l("Write the six digits."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "12"},
    )
    presence = RadioField(_l("How?"), choices=choices_of(PRESENCES), default=Presence.HERE.value)


class _LogoField(CheckedFileField):
    """May be empty: then the logo stays as it is."""

    def pre_validate(self, form: Any) -> None:
        if getattr(self.data, "filename", ""):
            super().pre_validate(form)


class ProjectForm(FlaskForm):  # type: ignore[misc]
    """What sign-in sheets say of the project."""

    name = _line(_l("Name of the project"), 200)
    number = _line(_l("Project number"), 60)
    funder = _line(_l("The funder's words"), 300)
    logo = _LogoField(_l("Logo"), kinds=LOGO_KINDS)
    without_logo = BooleanField(_l("Without a logo: leave a field to put one in"))
    version = HiddenField()

    @classmethod
    def of(cls, project: Project | None) -> "ProjectForm":
        words = {name: getattr(project, name) for name in ("name", "number", "funder")} if project else {}
        return cls(data={**words, "version": version_of(project)})

    @property
    def new_logo(self) -> Checked | None:
        return self.logo.checked


def version_of(project: Project | None) -> str:
    """Names the state that a form was opened with."""
    return project.updated_at.isoformat() if project else "new"
