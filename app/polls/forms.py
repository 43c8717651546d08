"""What people may write about date polls: the question with its dates in Danish wall time, votes, and the decision."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.core import clock
from app.core.errors import DomainError
from app.core.formats import day_month_year
from app.meetings.forms import (
    ClockField,
    DayField,
    choices_of,
    is_web_address,
    many_lines,
    one_line,
)
from app.organisations.queries import municipalities
from app.polls.models import Poll, PollDate, VoteWord
from app.polls.operations import MOST_DATES, Question

VOTES: Final = {VoteWord.YES: _l("Can"), VoteWord.IF_NEED_BE: _l("Can if need be"), VoteWord.NO: _l("Cannot")}
SHORT_VOTES: Final = {VoteWord.YES: _l("Can"), VoteWord.IF_NEED_BE: _l("If need be"), VoteWord.NO: _l("Cannot")}
MORNING: Final = time(9, 30)
BLANKS: Final = 3  # empty rows to begin with
A_LENGTH: Final = _l("Write a number of minutes from 15 to 1440")
TOO_LONG: Final = _l("Use %(max)d characters at most")


class LengthField(IntegerField):
    """Minutes, refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(A_LENGTH)) from None


class DateRow(FlaskForm):  # type: ignore[misc]
    """One proposed date; a row without a day is no date. `moment` is its beginning in UTC once it is valid."""

    class Meta:
        csrf = False  # the form around it carries the token

    day = DayField(_l("Day"), validators=[Optional()])
    starts = ClockField(_l("Begins"), validators=[Optional()])

    moment: datetime | None = None

    @property
    def is_blank(self) -> bool:
        return self.day.data is None and not self.day.errors

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        day, hour = self.day.data, self.starts.data
        if not is_valid or not isinstance(day, date):
            return is_valid
        if not 2000 <= day.year <= clock.today().year + 20:
            return self._refuse("day", _("Look at the year again"))
        if not isinstance(hour, time):
            return self._refuse("starts", _("Write when it begins"))
        try:
            self.moment = clock.from_wall(datetime.combine(day, hour))
        except ValueError:  # the hour that the clock skips or repeats
            sentence = _(
                "The clock changes on %(day)s: between 2 and 3 that night one cannot say when it is. Choose another",
                day=day_month_year(day),
            )
            return self._refuse("starts", sentence)
        return True

    def _refuse(self, name: str, sentence: str) -> bool:
        self[name].errors = [*self[name].errors, sentence]
        return False


def _default_deadline() -> date:
    """In a week, on a working day."""
    day = clock.today() + timedelta(days=7)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


class PollForm(FlaskForm):  # type: ignore[misc]
    """What is asked, with a row for each date. `moments` are the beginnings in UTC once the form is valid."""

    title = StringField(
        _l("What is the meeting about?"),
        filters=[one_line],
        validators=[DataRequired(_l("Write the meeting's title")), Length(max=160, message=TOO_LONG)],
    )
    minutes = LengthField(
        _l("Length in minutes"),
        default=150,
        validators=[InputRequired(A_LENGTH), NumberRange(15, 1440, A_LENGTH)],
        render_kw={"inputmode": "numeric", "min": "15", "max": "1440"},
    )
    place = StringField(_l("Place"), filters=[one_line], validators=[Length(max=200, message=TOO_LONG)])
    host = SelectField(_l("Host"), validators=[Optional()])
    closes_on = DayField(_l("Answer by"), validators=[InputRequired(_l("Choose a date"))])
    word = TextAreaField(
        _l("A word to the members"), filters=[many_lines], validators=[Length(max=2000, message=TOO_LONG)]
    )
    month = HiddenField()  # which month is shown to pick days from
    version = HiddenField()

    def __init__(self, *args: Any, rows: Sequence[tuple[date, time]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host.choices = choices_of({"": _("No host yet"), **{place.code: place.name for place in municipalities()}})
        is_sent = self.is_submitted() and kwargs.get("formdata", True) is not None
        if is_sent:
            numbers = {int(found[1]) for name in request.form if (found := re.fullmatch(r"date-(\d{1,3})-day", name))}
            self.rows = [DateRow(prefix=f"date-{number}-") for number in sorted(numbers)[: MOST_DATES + BLANKS]]
        else:
            self.rows = []
            for day, starts in rows:
                self.add_row(day, starts)
            for _n in range(BLANKS if not rows else 1):
                self.add_row()
        if not is_sent and self.closes_on.data is None:
            self.closes_on.data = _default_deadline()

    def add_row(self, day: date | None = None, starts: time | None = None) -> None:
        """At the end; it begins when the row before it does, unless something else is said."""
        number = max([int(row.day.name.split("-")[1]) for row in self.rows], default=0) + 1
        hour = starts or self._usual_hour
        self.rows.append(DateRow(formdata=None, prefix=f"date-{number}-", data={"day": day, "starts": hour}))

    @property
    def _usual_hour(self) -> time:
        hours = [row.starts.data for row in self.rows if isinstance(row.starts.data, time)]
        return hours[-1] if hours else MORNING

    def pick(self, day: date) -> None:
        """A day chosen in the month: into the first empty row, or a new one; chosen again it goes out."""
        chosen = [row for row in self.rows if row.day.data == day]
        if chosen:
            self.rows = [row for row in self.rows if row not in chosen]
            return
        hour = self._usual_hour
        self.rows = [row for row in self.rows if not row.is_blank]
        self.add_row(day, hour)
        self.rows.sort(key=lambda row: row.day.data if isinstance(row.day.data, date) else date.max)

    def remove(self, prefix: str) -> None:
        self.rows = [row for row in self.rows if row.day.name != f"{prefix}-day"]

    @property
    def days(self) -> list[date]:
        return [row.day.data for row in self.rows if isinstance(row.day.data, date)]

    @property
    def moments(self) -> list[datetime]:
        return sorted({row.moment for row in self.rows if row.moment is not None})

    def validate(self, extra_validators: Any = None) -> bool:
        verdicts = [super().validate(extra_validators), *[row.validate() for row in self.rows]]
        return all(verdicts)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every sentence with the id of the field it belongs to, in the order of the page."""
        faults = [(self[name].id, errors[0]) for name, errors in self.errors.items() if name]
        faults += [(row[name].id, errors[0]) for row in self.rows for name, errors in row.errors.items()]
        return faults + [("dates", sentence) for sentence in self.form_errors]

    def refuse(self, error: DomainError) -> None:
        if error.field == "closes_on":
            self.closes_on.errors = [*self.closes_on.errors, error.sentence]
        else:
            self.form_errors.append(error.sentence)

    def question(self) -> Question:
        """Only of a valid form."""
        return Question(
            title=self.title.data or "",
            minutes=self.minutes.data or 0,
            closes_on=self.closes_on.data or clock.today(),
            place=self.place.data or "",
            host_code=self.host.data or None,
            word=self.word.data or "",
        )

    @classmethod
    def of(cls, poll: Poll, dates: Iterable[PollDate], *, is_fresh: bool = False) -> "PollForm":
        """The form as it shows `poll`; while POSTing what was typed, unless `is_fresh`."""
        walls = [clock.local(one.starts_at) for one in dates]
        source = {"formdata": None} if is_fresh else {}
        return cls(
            **source,
            rows=[(wall.date(), wall.time()) for wall in walls],
            data={**vars(Question.of(poll)), "host": poll.host_code or "", "version": version_of(poll, dates)},
        )


def version_of(poll: Poll, dates: Iterable[PollDate]) -> str:
    """Names the state that a form was opened with."""
    facts = [*map(str, vars(Question.of(poll)).values()), *(one.starts_at.isoformat() for one in dates)]
    return sha256("\0".join(facts).encode()).hexdigest()[:16]


class VotingForm(FlaskForm):  # type: ignore[misc]
    """A word, and a vote for each date; dates that are not sent keep what was said of them."""

    word = TextAreaField(_l("A word to the others"), filters=[one_line], validators=[Length(max=300, message=TOO_LONG)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said: dict[int, VoteWord] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        for name, value in request.form.items():
            number = re.fullmatch(r"date-(\d{1,9})", name)
            if number is None:
                continue
            if value not in set(VoteWord):
                self.form_errors.append(_("Choose whether you can, can if need be, or cannot"))
                return False
            self.said[int(number[1])] = VoteWord(value)
        return is_valid

    @property
    def said_word(self) -> str | None:
        """None where the form did not ask."""
        return (self.word.data or "") if self.word.raw_data else None


class WithdrawalForm(FlaskForm):  # type: ignore[misc]
    reason = StringField(_l("Why?"), filters=[one_line], validators=[Length(max=500, message=TOO_LONG)])


class NewDateForm(FlaskForm):  # type: ignore[misc]
    """For a postponed meeting there is nothing to say but the date."""


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """What the call says beside the date, which is chosen."""

    title = StringField(
        _l("Title"),
        filters=[one_line],
        validators=[DataRequired(_l("Write the meeting's title")), Length(max=160, message=TOO_LONG)],
    )
    place = StringField(_l("Place"), filters=[one_line], validators=[Length(max=200, message=TOO_LONG)])
    address = StringField(_l("Address"), filters=[one_line], validators=[Length(max=200, message=TOO_LONG)])
    online_url = StringField(
        _l("Online link"),
        filters=[one_line],
        validators=[Length(max=500, message=TOO_LONG), is_web_address],
        render_kw={"type": "url", "inputmode": "url", "autocomplete": "off"},
    )
    host = SelectField(_l("Host"), validators=[Optional()])
    description = TextAreaField(
        _l("Bring along"), filters=[many_lines], validators=[Length(max=4000, message=TOO_LONG)]
    )
    agenda = RadioField(
        _l("Agenda"),
        choices=choices_of({"standard": _l("The standard agenda of 150 minutes"), "none": _l("I write it later")}),
        default="standard",
        validators=[InputRequired(_l("Choose an agenda"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host.choices = choices_of({"": _("No host yet"), **{place.code: place.name for place in municipalities()}})

    @classmethod
    def of(cls, poll: Poll) -> "DecisionForm":
        return cls(data={"title": poll.title, "place": poll.place, "host": poll.host_code or "", "agenda": "standard"})

    def facts(self) -> dict[str, Any]:
        """What the coordinator decides beside the date."""
        return {
            "title": self.title.data or "",
            "place": self.place.data or "",
            "address": self.address.data or "",
            "online_url": self.online_url.data or "",
            "host_code": self.host.data or None,
            "description": self.description.data or "",
        }
