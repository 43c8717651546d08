"""What one may write about an agreement."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from app.core.forms import trimmed


def _plain_lines(text: str | None) -> str:
    """As it is kept and compared: line feeds only, no space around."""
    return (text or "").replace("\r\n", "\n").strip()


class AgreementForm(FlaskForm):  # type: ignore[misc]
    """The text, and what is new in it. `seen` is the version that the writer began from."""

    text = TextAreaField(
        _l("The agreement"),
        [DataRequired(_l("Write what you agree on.")), Length(max=20000, message=_l("Use at most 20,000 characters."))],
        filters=[_plain_lines],
        render_kw={"rows": 24},
    )
    change = StringField(
        _l("What is new"),
        [Length(max=300, message=_l("Use at most 300 characters."))],
        filters=[trimmed],
    )
    seen = IntegerField(validators=[InputRequired(), NumberRange(min=0)], widget=HiddenInput())
