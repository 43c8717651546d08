"""What people may write about meetings: forms in Danish wall time."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from app.core import clock
from app.core.errors import DomainError
from app.core.formats import day_month_year
from app.meetings.models import AgendaItem, AgendaKind, Answer, AnswerWord, Meeting, Presence, Venue
from app.meetings.operations.agenda import Point
from app.meetings.operations.copying import Pattern
from app.meetings.operations.scheduling import Facts
from app.meetings.presenters import Presenters
from app.organisations.queries import municipalities

KINDS: Final = {
    AgendaKind.INFORMATION: _l("Information"),
    AgendaKind.DISCUSSION: _l("Discussion"),
    AgendaKind.DECISION: _l("Decision"),
    AgendaKind.CASE: _l("Case"),
    AgendaKind.BREAK: _l("Break"),
}
ANSWERS: Final = {AnswerWord.YES: _l("Coming"), AnswerWord.MAYBE: _l("Maybe"), AnswerWord.NO: _l("Not coming")}
VENUES: Final = {Venue.HERE: _l("At a place"), Venue.ONLINE: _l("Online"), Venue.BOTH: _l("Both")}
OPENS: Final = {
    "": _l("As soon as they have answered"),
    "1440": _l("The day before"),
    "60": _l("An hour before"),
    "30": _l("Half an hour before"),
    "15": _l("A quarter of an hour before"),
}
# What an answer is called where it is shown; nobody says that they wait.
SAID: Final = {**ANSWERS, AnswerWord.WAITING: _l("On the waiting list")}
PRESENCES: Final = {Presence.HERE: _l("In person"), Presence.ONLINE: _l("Online")}


def choices_of(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in labels.items()]


def one_line(text: str | None) -> str:
    """`text` with single spaces and without control characters, which neither database nor calendar can hold."""
    return " ".join("".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text or "").split())


def many_lines(text: str | None) -> str:
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(one_line(line) for line in lines).strip()


class DayField(Field):
    """A date from the browser's calendar (2026-11-26), or typed as Danes write it (26.11.2026, 26/11-2026)."""

    widget = TextInput()
    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = one_line(valuelist[0]) if valuelist else ""
        if not text:
            return
        shapes = ((r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)"), (r"(?P<d>\d\d?)[./ -]+(?P<m>\d\d?)[./ -]+(?P<y>\d{4})"))
        for shape in shapes:
            match = re.fullmatch(shape, text)
            if match:
                try:
                    self.data = date(*(int(match[part]) for part in "ymd"))
                except ValueError:
                    break
                return
        raise ValueError(_("Write the date like 26.11.2026"))

    def _value(self) -> str:
        if self.raw_data and self.data is None:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def __call__(self, **kwargs: Any) -> Any:
        """A browser throws away what it can't read as a date, so such a text is shown in a plain field."""
        return super().__call__(
            type="text" if self.raw_data and self.raw_data[0] and self.data is None else "date", **kwargs
        )


class ClockField(Field):
    """A time of day from the browser's clock (09:30), or typed (9.30, 9:30, kl. 9)."""

    widget = TextInput()
    data: time | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = one_line(valuelist[0]).lower() if valuelist else ""
        if not text:
            return
        match = re.fullmatch(r"(?:kl\.? ?)?(\d\d?)(?:[.:](\d\d)(?::\d\d(?:\.\d+)?)?)?", text)
        if match:
            try:
                self.data = time(int(match[1]), int(match[2] or 0))
            except ValueError:
                pass
            else:
                return
        raise ValueError(_("Write the time like 9.30"))

    def _value(self) -> str:
        if self.raw_data and self.data is None:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(
            type="text" if self.raw_data and self.raw_data[0] and self.data is None else "time", **kwargs
        )


class MinutesField(IntegerField):
    """A whole number, refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a number of minutes from 0 to 600")) from None


def is_web_address(_form: FlaskForm, field: StringField) -> None:
    """Only http and https: the link is clicked on (ASVS 1.2.2)."""
    text = field.data or ""
    if not text:
        return
    try:
        parts = urlsplit(text)
        is_fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text and "\\" not in text
    except ValueError:
        is_fine = False
    if not is_fine:
        raise ValidationError(_("Write a whole web address that begins with https://"))


def started_with(asked: Mapping[str, str]) -> dict[str, Any]:
    """What a link to a new meeting may fill in, from its query: a title, a day, a host, a place."""
    data: dict[str, Any] = {name: one_line(asked[name]) for name in ("title", "host", "place") if asked.get(name)}
    with suppress(KeyError, ValueError):
        data["date"] = date.fromisoformat(asked["date"])
    return data


class MeetingForm(FlaskForm):  # type: ignore[misc]
    """A meeting in Danish wall time. `moments` are its start and end in UTC once the form is valid."""

    title = StringField(
        _l("Title"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Write the meeting's title")),
            Length(max=160, message=_l("Use %(max)d characters at most")),
        ],
    )
    date = DayField(_l("Date"), validators=[InputRequired(_l("Choose a date"))])
    starts = ClockField(_l("Begins"), validators=[InputRequired(_l("Write when it begins"))])
    ends = ClockField(_l("Ends"), validators=[InputRequired(_l("Write when it ends"))])
    venue = RadioField(_l("How do you meet?"), choices=choices_of(VENUES), default=Venue.HERE.value)
    place = StringField(
        _l("Place"), filters=[one_line], validators=[Length(max=200, message=_l("Use %(max)d characters at most"))]
    )
    address = StringField(
        _l("Address"),
        filters=[one_line],
        validators=[Length(max=200, message=_l("Use %(max)d characters at most"))],
        render_kw={"autocomplete": "off"},
    )
    online_url = StringField(
        _l("Online link"),
        filters=[one_line],
        validators=[Length(max=500, message=_l("Use %(max)d characters at most")), is_web_address],
        render_kw={"type": "url", "inputmode": "url", "autocomplete": "off"},
    )
    online_opens = SelectField(_l("When do participants see the link?"), validators=[Optional()])
    host = SelectField(_l("Host"), validators=[Optional()])
    description = TextAreaField(
        _l("Bring along"),
        filters=[many_lines],
        validators=[Length(max=4000, message=_l("Use %(max)d characters at most"))],
    )
    version = HiddenField()
    seen = HiddenField()  # the day whose remarks have been read

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host.choices = choices_of({"": _("No host yet"), **{place.code: place.name for place in municipalities()}})
        opens = dict(OPENS)
        given = self.online_opens.data
        if given and given not in opens and str(given).isdecimal():
            opens[given] = _("%(num)s minutes before", num=given)
        self.online_opens.choices = choices_of(opens)
        self.moments: tuple[datetime, datetime] | None = None

    @property
    def chosen_venue(self) -> Venue | None:
        """None where the form did not ask."""
        return Venue(self.venue.data) if self.venue.raw_data and self.venue.data else None

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if isinstance(self.date.data, date) and not 2000 <= self.date.data.year <= clock.today().year + 20:
            self._refuse("date", _("Look at the year again"))
            return False
        moments = [self._moment(name) for name in ("starts", "ends")]
        if not is_valid or moments[0] is None or moments[1] is None:
            return False
        self.moments = (moments[0], moments[1])
        if not self._agrees_with_its_venue():
            return False
        try:
            self.facts().check()
        except DomainError as error:
            self.refuse(error)
            return False
        return True

    def _agrees_with_its_venue(self) -> bool:
        """What stood there before may go by choosing another venue; what has just been typed may not."""
        unused = {Venue.HERE: ["online_url"], Venue.ONLINE: ["place", "address"]}
        for name in unused.get(self.chosen_venue, []) if self.chosen_venue else []:
            typed = self[name].data
            if typed and typed != self[name].object_data:
                words = (
                    _("You have written a link. Choose online or both, or clear the link")
                    if name == "online_url"
                    else _("You have written a place. Choose at a place or both, or clear the place")
                )
                self._refuse("venue", words)
                return False
        return True

    def _moment(self, name: str) -> datetime | None:
        day, hour = self.date.data, self[name].data
        if not isinstance(day, date) or not isinstance(hour, time):
            return None
        wall = datetime.combine(day, hour)
        try:
            return clock.from_wall(wall)
        except clock.NoSuchTimeError:
            sentence = _(
                "The clock goes forward on %(day)s: there is no time between 2 and 3 that night. Choose another",
                day=day_month_year(day),
            )
        except clock.DoubledTimeError:
            sentence = _(
                "The clock goes back on %(day)s: the hour between 2 and 3 comes twice that night. Choose another",
                day=day_month_year(day),
            )
        self._refuse(name, sentence)
        return None

    def _refuse(self, name: str, sentence: str) -> None:
        self[name].errors = [*self[name].errors, sentence]

    def refuse(self, error: DomainError) -> None:
        """Shows what the domain said where it belongs."""
        if error.field:
            self._refuse(error.field, error.sentence)
        else:
            self.form_errors.append(error.sentence)

    def facts(self) -> Facts:
        """Only of a valid form."""
        if self.moments is None:
            raise ValueError("the form has not been validated")
        return Facts(
            title=self.title.data or "",
            starts_at=self.moments[0],
            ends_at=self.moments[1],
            place="" if self.chosen_venue is Venue.ONLINE else self.place.data or "",
            address="" if self.chosen_venue is Venue.ONLINE else self.address.data or "",
            online_url="" if self.chosen_venue is Venue.HERE else self.online_url.data or "",
            venue=self.chosen_venue,
            online_opens_minutes=int(self.online_opens.data) if self.online_opens.data else None,
            host_code=self.host.data or None,
            description=self.description.data or "",
        )

    @classmethod
    def of(cls, meeting: Meeting, *, is_fresh: bool = False, without: Sequence[str] = ()) -> "MeetingForm":
        """The form as it shows `meeting`, `without` what is to be thought of anew; while POSTing what was typed, unless `is_fresh`."""
        start, end = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
        source = {"formdata": None} if is_fresh else {}
        data = {
            "title": meeting.title,
            "date": start.date(),
            "starts": start.time(),
            "ends": end.time(),
            "venue": meeting.venue.value,
            "place": meeting.place,
            "address": meeting.address,
            "online_url": meeting.online_url,
            "online_opens": _opens(meeting.online_opens_minutes),
            "host": meeting.host_code or "",
            "description": meeting.description,
            "version": version_of(meeting),
        }
        return cls(**source, data={name: value for name, value in data.items() if name not in without})


def version_of(meeting: Meeting) -> str:
    """Names the state a form was opened with.

    Made of what the form shows rather than of `updated_at`, which the agenda raises too: two who work on different
    things are not to be told of a conflict.
    """
    facts = [str(fact) for fact in vars(Facts.of(meeting)).values()]
    return sha256("\0".join(facts).encode()).hexdigest()[:16]


def _opens(minutes: int | None) -> str:
    return "" if minutes is None else str(minutes)


class AgendaChoice(StrEnum):
    """What the agenda of a new meeting begins with."""

    STANDARD = "standard"
    LAST = "last"
    NONE = "none"


class NewMeetingForm(MeetingForm):
    """A meeting that is to be called or drafted, from nothing or from another one."""

    agenda = RadioField(_l("What does the agenda begin with?"), default=AgendaChoice.STANDARD.value)

    def __init__(self, *args: Any, has_last: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            AgendaChoice.STANDARD: _("The standard agenda of 150 minutes"),
            AgendaChoice.LAST: _("The same items as last time, with room for new cases"),
            AgendaChoice.NONE: _("Nothing"),
        }
        self.agenda.choices = choices_of(
            {choice: word for choice, word in words.items() if has_last or choice is not AgendaChoice.LAST}
        )

    @classmethod
    def like(cls, pattern: Pattern) -> "NewMeetingForm":
        """With all that the next meeting has in common with `pattern`; the day is left to choose."""
        return cls(
            has_last=True,
            data={
                **vars(pattern),
                "venue": pattern.venue.value,
                "online_opens": _opens(pattern.online_opens_minutes),
                "agenda": AgendaChoice.LAST.value,
            },
        )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A word why, that goes to the members or into the history."""

    reason = StringField(
        _l("Why?"), filters=[one_line], validators=[Length(max=500, message=_l("Use %(max)d characters at most"))]
    )


class CancellationForm(ReasonForm):
    pass


class DayForm(FlaskForm):  # type: ignore[misc]
    """A day that is being thought about; nothing is written."""

    class Meta:
        csrf = False

    date = DayField(_l("Date"))


class PublicationForm(FlaskForm):  # type: ignore[misc]
    """What is told of a meeting that is open to all, beside its own facts."""

    public_url = StringField(
        _l("A link for everybody"),
        filters=[one_line],
        validators=[Length(max=500, message=_l("Use %(max)d characters at most")), is_web_address],
        render_kw={"inputmode": "url", "placeholder": "https://"},
    )


class EmptyForm(FlaskForm):  # type: ignore[misc]
    """A button: the token alone."""


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Whether one comes. `next` is the local path to come back to."""

    answer = RadioField(
        _l("Are you coming?"),
        id="coming",  # the form itself is #answer, where mails point
        choices=choices_of(ANSWERS),
        validators=[InputRequired(_l("Choose whether you come"))],
    )
    presence = RadioField(
        _l("How?"),
        choices=choices_of(PRESENCES),
        validators=[Optional()],
    )
    note = StringField(
        _l("A word to the group"),
        filters=[one_line],
        validators=[Length(max=300, message=_l("Use %(max)d characters at most"))],
    )
    host_note = StringField(
        _l("A word to the host"),
        filters=[one_line],
        validators=[Length(max=300, message=_l("Use %(max)d characters at most"))],
    )
    next = HiddenField()

    @classmethod
    def of(cls, answer: Answer | None, *, preselected: str | None = None) -> "AnswerForm":
        """Shows the stored answer; a link from a mail preselects another, and writes nothing. Who waits has said yes."""
        is_known = preselected in {word.value for word in ANSWERS}
        said = (AnswerWord.YES if answer.is_waiting else answer.answer).value if answer else None
        return cls(
            data={
                "answer": preselected if is_known else said,
                "presence": answer.presence.value if answer and answer.presence else Presence.HERE.value,
                "note": answer.note if answer else "",
                "host_note": answer.host_note if answer else "",
            }
        )

    @property
    def said_host_note(self) -> str | None:
        return (self.host_note.data or "") if self.host_note.raw_data else None

    @property
    def said_presence(self) -> Presence | None:
        """None where the form did not ask."""
        return Presence(self.presence.data) if self.presence.raw_data and self.presence.data else None

    @property
    def said_note(self) -> str | None:
        return (self.note.data or "") if self.note.raw_data else None


class PointForm(FlaskForm):  # type: ignore[misc]
    """One line of the agenda; its fields are prefixed with the item they belong to."""

    class Meta:
        csrf = False  # the form around it carries the token

    title = StringField(
        _l("Item"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Write what the item is about")),
            Length(max=200, message=_l("Use %(max)d characters at most")),
        ],
    )
    kind = SelectField(
        _l("Kind of item"),
        choices=choices_of(KINDS),
        default=AgendaKind.DISCUSSION.value,
    )
    presenter = StringField(
        _l("Who presents"),
        filters=[one_line],
        validators=[Length(max=120, message=_l("Use %(max)d characters at most"))],
        render_kw={"list": "presenters", "autocomplete": "off"},
    )
    minutes = MinutesField(
        _l("Length in minutes"),
        default=15,
        validators=[
            InputRequired(_l("Write a number of minutes from 0 to 600")),
            NumberRange(0, 600, _l("Write a number of minutes from 0 to 600")),
        ],
        render_kw={"inputmode": "numeric", "min": "0", "max": "600"},
    )

    @classmethod
    def of(cls, item: AgendaItem) -> "PointForm":
        return cls(
            prefix=f"item-{item.id}-",
            data={"title": item.title, "kind": item.kind.value, "presenter": item.presenter, "minutes": item.minutes},
        )

    @property
    def is_sent(self) -> bool:
        """False for an item that came after the page was opened."""
        return self.title.raw_data is not None and bool(self.title.raw_data)

    def point(self, presenters: Presenters, before: AgendaItem | None = None) -> Point:
        presenter = self.presenter.data or ""
        kept = before.presenter_id if before and before.presenter == presenter else None
        return Point(
            title=self.title.data or "",
            kind=AgendaKind(self.kind.data),
            presenter=presenter,
            minutes=self.minutes.data or 0,
            presenter_id=kept or presenters.id_of(presenter),
        )


class AgendaForm(FlaskForm):  # type: ignore[misc]
    """The frame around the lines: the token, the state the page was opened with, and the order the lines stand in."""

    version = HiddenField()
    order = HiddenField()

    @property
    def wished_order(self) -> list[int]:
        """Ids of items, as the page had them when it was sent; what is no number is passed over."""
        return [int(word) for word in (self.order.data or "").split(",")[:500] if re.fullmatch("[0-9]{1,9}", word)]


def version_of_agenda(items: list[AgendaItem]) -> str:
    lines = [f"{item.id}\0{Point.of(item)!r}" for item in items]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]
