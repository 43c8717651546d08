"""What people may write about an item on its way."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.accounts.models import Person
from app.core.formats import day_month
from app.meetings.forms import KINDS, MinutesField, choices_of, many_lines, one_line
from app.meetings.models import AgendaKind, Meeting
from app.meetings.operations.agenda import Point

HERE, LATER = "here", "later"
WHEN = {HERE: _l("At this meeting"), LATER: _l("At a later meeting")}


class ProposalForm(FlaskForm):  # type: ignore[misc]
    title = StringField(
        _l("What do you want to talk about?"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Write what the item is about")),
            Length(max=200, message=_l("Use %(max)d characters at most")),
        ],
    )
    kind = SelectField(
        _l("Kind of item"),
        choices=choices_of({kind: label for kind, label in KINDS.items() if kind is not AgendaKind.BREAK}),
        default=AgendaKind.DISCUSSION.value,
    )
    minutes = MinutesField(
        _l("How many minutes?"),
        default=15,
        validators=[
            InputRequired(_l("Write a number of minutes from 0 to 600")),
            NumberRange(0, 600, _l("Write a number of minutes from 0 to 600")),
        ],
        render_kw={"inputmode": "numeric", "min": "0", "max": "600"},
    )
    why = TextAreaField(
        _l("Why?"),
        filters=[many_lines],
        validators=[Length(max=500, message=_l("Use %(max)d characters at most"))],
        render_kw={"rows": "3"},
    )
    when = RadioField(
        _l("When?"), choices=choices_of(WHEN), default=HERE, validators=[InputRequired(_l("Choose when"))]
    )

    def point(self, by: Person) -> Point:
        """Whoever proposes an item presents it, until a coordinator says otherwise."""
        kind = AgendaKind(self.kind.data)
        return Point(self.title.data or "", kind, by.name, self.minutes.data or 0, by.id)


class AnswerToProposalForm(FlaskForm):  # type: ignore[misc]
    answer = StringField(
        _l("A word to whoever proposed it"),
        filters=[one_line],
        validators=[Length(max=500, message=_l("Use %(max)d characters at most"))],
    )


class MeetingChoiceForm(FlaskForm):  # type: ignore[misc]
    meeting = SelectField(_l("Meeting"), coerce=int, validators=[InputRequired(_l("Choose a meeting"))])

    def offer(self, meetings: list[Meeting]) -> None:
        self.meeting.choices = [
            SelectChoice(meeting.id, f"{day_month(meeting.starts_at)}: {meeting.title}") for meeting in meetings
        ]
