"""What one may write about factors."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.forms import trimmed
from app.factors.models import RequiredOf


class PasskeyNameForm(FlaskForm):  # type: ignore[misc]
    """What one calls a passkey."""

    name = StringField(
        _l("Name of the passkey"),
        [
            DataRequired(_l("Give it a name that you will recognise.")),
            Length(max=80, message=_l("Use at most 80 characters.")),
        ],
        filters=[trimmed],
        render_kw={"autocomplete": "off", "maxlength": 80},
    )


class NewPasskeyForm(PasskeyNameForm):
    """A new passkey; the script fills in what the browser has made."""

    credential = HiddenField()


class AuthenticatorForm(FlaskForm):  # type: ignore[misc]
    """The first code shows that the app has got the key, which travels sealed with the form."""

    code = StringField(
        _l("The code the app shows"),
        [DataRequired(_l("Write the six digits that the app shows.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 11},
    )
    sealed = HiddenField()


class RecoveryFileForm(FlaskForm):  # type: ignore[misc]
    """The codes that have just been shown, sealed."""

    sealed = HiddenField()


class RulesForm(FlaskForm):  # type: ignore[misc]
    """Of whom a second step is required."""

    required_of = RadioField(
        _l("Who must have a second step?"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice(RequiredOf.NOBODY, _l("Nobody: each decides for themselves")),
            SelectChoice(RequiredOf.ADMINISTRATORS, _l("Administrators")),
            SelectChoice(RequiredOf.COORDINATORS, _l("Coordinators and administrators")),
            SelectChoice(RequiredOf.EVERYBODY, _l("Everybody")),
        ],
    )
