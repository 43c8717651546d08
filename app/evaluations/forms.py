"""Three short questions, and how a network asks them."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.evaluations.models import LONGEST_WORD
from app.evaluations.operations import Said
from app.evaluations.queries import SCALE
from app.meetings.forms import many_lines

NUMBERS: Final = [SelectChoice(str(number), str(number)) for number in SCALE]
DAYS: Final = (3, 7, 14, 21, 30)


class EvaluationForm(FlaskForm):  # type: ignore[misc]
    """The meeting in one number and one word."""

    whole = RadioField(
        _l("The meeting in one number"), choices=NUMBERS, validators=[InputRequired(_l("Choose a number from 1 to 5."))]
    )
    useful = RadioField(
        _l("Did you get something you can use?"),
        choices=NUMBERS,
        validators=[InputRequired(_l("Choose a number from 1 to 5."))],
    )
    word = TextAreaField(
        _l("The meeting in one word, or one thing for next time"),
        filters=[many_lines],
        validators=[Length(max=LONGEST_WORD, message=_l("Use %(max)d characters at most"))],
        render_kw={"rows": 2, "maxlength": LONGEST_WORD},
    )

    def said(self) -> Said:
        return Said(int(self.whole.data), int(self.useful.data), self.word.data or "")


class HabitForm(FlaskForm):  # type: ignore[misc]
    """How a network evaluates its meetings."""

    is_asked = RadioField(
        _l("After each meeting"),
        choices=[SelectChoice("yes", _l("Ask those who came")), SelectChoice("no", _l("Ask nobody"))],
    )
    days = SelectField(_l("Open for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days.choices = [SelectChoice(str(days), ngettext("%(num)d day", "%(num)d days", days)) for days in DAYS]
