"""What one may answer at the second step."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length


class AppCodeForm(FlaskForm):  # type: ignore[misc]
    """The six digits of the authenticator app."""

    code = StringField(
        _l("Code from your authenticator app"),
        [DataRequired(_l("Write the six digits that the app shows.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 11},
    )


class RecoveryCodeForm(FlaskForm):  # type: ignore[misc]
    """One of the ten on paper."""

    recovery_code = StringField(
        _l("Recovery code"),
        [DataRequired(_l("Write one of your recovery codes.")), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": 40},
    )


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    """What the browser answered; a script fills it in."""

    credential = HiddenField()
    next = HiddenField()
