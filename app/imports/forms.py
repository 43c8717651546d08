"""What one may send in, and choose about it."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import RadioField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.core import clock
from app.imports.reading import MOST_BYTES, Reading, UnreadableCalendarError, read_calendar
from app.meetings.forms import DayField

BACK, AHEAD = timedelta(days=366), timedelta(days=731)
FIRST = date(1970, 1, 1)


class CalendarForm(FlaskForm):  # type: ignore[misc]
    """A file and the time that is wanted of it; `reading` is what it holds once the form is valid."""

    file = FileField(_l("The calendar file"), render_kw={"accept": ".ics,text/calendar"})
    since = DayField(_l("From"), validators=[InputRequired(_l("Choose a date"))])
    until = DayField(_l("To"), validators=[InputRequired(_l("Choose a date"))])

    def __init__(self, *args: Any, **more: Any) -> None:
        today = clock.today()
        super().__init__(*args, data={"since": today - BACK, "until": today + AHEAD}, **more)
        self.reading = Reading([], [])

    def validate_until(self, field: Any) -> None:
        first, last = self.since.data, field.data
        if not isinstance(first, date) or not isinstance(last, date):
            return
        if last < first:
            raise ValidationError(_l("Choose a day after the first one"))
        if first < FIRST or last > clock.today() + timedelta(days=366 * 20):
            raise ValidationError(_l("Look at the year again"))

    def validate(self, extra_validators: Any = None) -> bool:
        """The file is read last, when it is known what is wanted of it."""
        is_valid = bool(super().validate(extra_validators))
        if not isinstance(self.file.data, FileStorage) or not self.file.data.filename:
            self.file.errors = [_l("Choose a file.")]
            return False
        if not is_valid:
            return False
        try:
            content = self.file.data.read(MOST_BYTES + 1)
            since, until = self.days
            self.reading = read_calendar(content, since=since, until=until)
        except UnreadableCalendarError as refused:
            self.file.errors = [refused.sentence]
            return False
        return True

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last one wanted; only of a valid form."""
        first, last = self.since.data, self.until.data
        if first is None or last is None:
            raise ValueError("the form has not been validated")
        return first, last

    @property
    def file_name(self) -> str:
        name = str(self.file.data.filename).replace("\\", "/").rsplit("/", 1)[-1]
        return "".join(letter for letter in name if letter.isprintable())[:200] or "?"


class TakeForm(FlaskForm):  # type: ignore[misc]
    """Which events, and what those ahead become."""

    events = SelectMultipleField(_l("Events"), validate_choice=False)
    ahead = RadioField(
        _l("Meetings ahead"),
        choices=[
            SelectChoice("drafts", _l("As drafts, which you call one by one")),
            SelectChoice("called", _l("In the members' calendars at once, without a mail")),
        ],
        default="drafts",
    )
