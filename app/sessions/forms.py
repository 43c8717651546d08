"""What one may write to sign in, and about oneself."""

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


def _code(label: Any, *, is_needed: bool = True) -> StringField:
    """Six digits that came by mail."""
    needed = DataRequired(_l("Write the six digits from the mail.")) if is_needed else Optional()
    return StringField(
        label,
        [needed, Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 11},
    )


class CodeRequestForm(FlaskForm):  # type: ignore[misc]
    """Asks for a code by mail."""

    email = EmailField(
        _l("Your work mail"),
        [DataRequired(_l("Write your mail address.")), Length(max=254), looks_like_an_address],
        render_kw={"autocomplete": "username webauthn"},
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
    code = _code(_l("One-time code"))
    next = HiddenField()


class AgainForm(FlaskForm):  # type: ignore[misc]
    """The password once more, of whoever is signed in."""

    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Write your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class AgainCodeForm(FlaskForm):  # type: ignore[misc]
    """The code that came to one's own address."""

    code = _code(_l("One-time code"))
    next = HiddenField()


class AddressForm(FlaskForm):  # type: ignore[misc]
    """The mail address one wants to have from now on."""

    email = EmailField(
        _l("New mail address"),
        [DataRequired(_l("Write your mail address.")), Length(max=254), looks_like_an_address],
        render_kw={"autocomplete": "email"},
    )


class AddressCodesForm(FlaskForm):  # type: ignore[misc]
    """What came to both mailboxes; one may be given before the other."""

    new_code = _code(_l("The code from the new mailbox"), is_needed=False)
    old_code = _code(_l("The code from the old mailbox"), is_needed=False)


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """Sets or changes the password."""

    current = PasswordField(_l("Current password"), render_kw={"autocomplete": "current-password"})
    password = PasswordField(
        _l("New password"),
        [DataRequired(_l("Write a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
