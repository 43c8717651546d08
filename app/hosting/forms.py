"""What people may write about hosts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.core import clock
from app.core.formats import long_date, month_year
from app.core.forms import written
from app.hosting.queries import Answerer, Rota, names
from app.meetings.forms import many_lines, one_line
from app.meetings.models import Meeting

MONTHS_AHEAD = 18


def _at_most(number: int) -> Length:
    return Length(max=number, message=_l("Use %(max)d characters at most"))


def _reason(label: Any) -> StringField:
    return StringField(label, filters=[one_line], validators=[_at_most(300)])


class NoteForm(FlaskForm):  # type: ignore[misc]
    """What one should know of a municipality as host."""

    note = StringField(_l("Note"), filters=[one_line], validators=[_at_most(160)])


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why somebody is skipped, or is out of the order."""

    reason = StringField(
        _l("Why?"),
        filters=[one_line],
        validators=[DataRequired(_l("Write a reason; the others see it")), _at_most(300)],
    )


class SwapForm(FlaskForm):  # type: ignore[misc]
    """With whom to swap."""

    other = SelectField(_l("Swap with"))

    def __init__(self, rota: Rota, code: str, **more: Any) -> None:
        super().__init__(**more)
        others = [SelectChoice(turn.place.code, turn.place.name) for turn in rota.in_turn if turn.place.code != code]
        self.other.choices = others


def months_ahead(first: date) -> list[date]:
    months = [(first.year, first.month + n) for n in range(MONTHS_AHEAD)]
    return [date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) for year, month in months]


class AskForm(FlaskForm):  # type: ignore[misc]
    """What a host is asked for, and who is asked: a municipality ("0773") or one member from there ("0773-12")."""

    what = SelectField(_l("For which meeting?"), validators=[InputRequired(_l("Choose a meeting or a month"))])
    whom = SelectField(_l("Whom do you ask?"), validators=[InputRequired(_l("Choose whom you ask"))])
    word = TextAreaField(_l("A word from you"), filters=[many_lines], validators=[_at_most(500)])

    def __init__(self, meetings: Sequence[Meeting], rota: Rota, members: Sequence[Answerer], **more: Any) -> None:
        super().__init__(**more)
        ahead = _("A meeting ahead")
        months = _("A month, before the day is found")
        self.what.choices = [
            *(SelectChoice(f"meeting-{one.id}", self._words(one), optgroup=ahead) for one in meetings),
            *(
                SelectChoice(f"month-{month:%Y-%m}", month_year(month), optgroup=months)
                for month in months_ahead(clock.today().replace(day=1))
            ),
        ]
        self.what.flags.required = self.whom.flags.required = (
            False  # something is always chosen; HTML wants an empty choice
        )
        self.whom.choices = [choice for turn in rota.in_turn for choice in self._from(turn.place.code, members)]

    @staticmethod
    def _words(meeting: Meeting) -> str:
        host = names().get(meeting.host_code or "")
        words = f"{long_date(meeting.starts_at)}, {meeting.title}"
        return f"{words} ({host})" if host else words

    @staticmethod
    def _from(code: str, members: Sequence[Answerer]) -> list[SelectChoice]:
        people = [one.person for one in members if one.code == code]
        name = names()[code]
        everybody = SelectChoice(code, _("Everybody from %(municipality)s", municipality=name), optgroup=name)
        return [everybody, *(SelectChoice(f"{code}-{one.id}", one.name, optgroup=name) for one in people)]

    @property
    def meeting_id(self) -> int | None:
        kind, _dash, value = written(self.what).partition("-")
        return int(value) if kind == "meeting" else None

    @property
    def month(self) -> date | None:
        kind, _dash, value = written(self.what).partition("-")
        return date.fromisoformat(f"{value}-01") if kind == "month" else None

    @property
    def code(self) -> str:
        return written(self.whom).partition("-")[0]

    @property
    def person_id(self) -> int | None:
        person = written(self.whom).partition("-")[2]
        return int(person) if person else None


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """Yes with a place, or no with a reason."""

    answer = RadioField(
        _l("Your answer"),
        choices=[SelectChoice("yes", _l("Yes, we host")), SelectChoice("no", _l("No, we can't"))],
        validators=[DataRequired(_l("Choose an answer"))],
    )
    place = StringField(_l("Place"), filters=[one_line], validators=[_at_most(200)])
    reason = StringField(_l("Why not?"), filters=[one_line], validators=[_at_most(500)])
    passes_turn = BooleanField(_l("Skip us this round"))

    def validate_reason(self, field: Any) -> None:
        if self.answer.data == "no" and not field.data:
            raise ValidationError(_("Write a reason, so that the coordinators can plan"))
