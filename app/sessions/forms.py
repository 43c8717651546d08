"""What one may write to sign in."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError


def looks_like_an_address(_form: FlaskForm, field: Any) -> None:
    """Only what is obviously no address is pointed out; every other one gets the same answer."""
    name, _, domain = (field.data or "").strip().rpartition("@")
    if not name or not domain:
        raise ValidationError(_l("Write a whole address, like mette@kommune.dk."))


class CodeRequestForm(FlaskForm):  # type: ignore[misc]
    """Asks for a code by mail."""

    email = EmailField(
        _l("Your work mail"),
        [DataRequired(_l("Write your mail address.")), Length(max=254), looks_like_an_address],
        render_kw={"autocomplete": "username"},
    )
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """Mail address and password."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Write your mail address.")), Length(max=254)],
        id="password-email",
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Write your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code that came by mail; the address is known when this browser asked for it."""

    email = EmailField(
        _l("The address you got the code at"),
        [Optional(), Length(max=254)],
        id="code-email",
        render_kw={"autocomplete": "username"},
    )
    code = StringField(
        _l("One-time code"),
        [DataRequired(_l("Write the six digits from the mail.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 11},
    )
    next = HiddenField()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """Sets or changes the password."""

    current = PasswordField(_l("Current password"), render_kw={"autocomplete": "current-password"})
    password = PasswordField(
        _l("New password"),
        [DataRequired(_l("Write a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
