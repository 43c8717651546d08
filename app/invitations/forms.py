"""What one may write to invite, to answer an invitation, and to ask to be let in."""

from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.core.forms import trimmed, written
from app.core.language import LANGUAGES
from app.invitations.operations.inviting import AT_ONCE
from app.invitations.pasting import Pasted, read_addresses
from app.networks.forms import MemberForm, is_an_address
from app.networks.models import Role

WORD = 1000
NAMED = 10  # so many of the bad addresses are listed one by one


def untrailed(text: str | None) -> str:
    """A filter for a few lines of plain text."""
    return "\n".join(line.rstrip() for line in (text or "").replace("\r\n", "\n").split("\n")).strip()


def _word(label: Any, *validators: Any) -> TextAreaField:
    at_most = Length(max=WORD, message=_l("Use at most 1000 characters."))
    return TextAreaField(label, [*validators, at_most], filters=[untrailed])


class _Letter(FlaskForm):  # type: ignore[misc]
    """What every invitation says, to one or to many."""

    role = RadioField(
        _l("Role"),
        choices=[
            SelectChoice(Role.MEMBER.value, _l("Member")),
            SelectChoice(Role.COORDINATOR.value, _l("Coordinator")),
        ],
        default=Role.MEMBER.value,
    )
    word = _word(_l("A word from you"))
    locale = SelectField(
        _l("Language of the mail"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )

    def letter(self) -> dict[str, Any]:
        return {"role": Role(self.role.data), "word": written(self.word), "locale": written(self.locale)}


class InvitationForm(_Letter):
    """One person."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Write the mail address.")), is_an_address],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        _l("Name"),
        [Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )

    def entries(self) -> list[Pasted]:
        return [Pasted(written(self.email), written(self.name))]


class SeveralForm(_Letter):
    """Many at once. `confirmed` says that the page which shows what will happen has been seen."""

    addresses = TextAreaField(
        _l("Addresses"), [DataRequired(_l("Put in the addresses, one or many."))], render_kw={"rows": 8}
    )
    confirmed = HiddenField()

    def validate_addresses(self, field: Any) -> None:
        reading = read_addresses(field.data or "")
        if reading.bad:
            shown = ", ".join(f"»{_shortened(bad)}«" for bad in reading.bad[:NAMED])
            more = len(reading.bad) - NAMED
            if more > 0:
                shown += " " + gettext("and %(num)d more", num=more)
            raise ValidationError(
                ngettext(
                    "This is no mail address: %(shown)s. Correct it or take it out.",
                    "These are no mail addresses: %(shown)s. Correct them or take them out.",
                    len(reading.bad),
                    shown=shown,
                )
            )
        if not reading.entries:
            raise ValidationError(_l("Put in the addresses, one or many."))
        if len(reading.entries) > AT_ONCE:
            raise ValidationError(_l("These are more than 500 addresses. Invite 500 at a time."))

    def entries(self) -> list[Pasted]:
        return read_addresses(written(self.addresses)).entries


def _shortened(bad: str) -> str:
    return bad if len(bad) <= 60 else bad[:59] + "…"


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code from the mail, with the address that it came to."""

    email = EmailField(
        _l("The address you got the invitation at"),
        [DataRequired(_l("Write your mail address.")), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )
    code = StringField(
        _l("Code"),
        [DataRequired(_l("Write the code from the mail.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "maxlength": 20},
    )


class NewcomerForm(MemberForm):
    """Somebody who accepts and has no account yet says who they are."""

    email = None  # type: ignore[assignment]
    role = None
    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Write your first and last name.")),
            Length(max=120, message=_l("Use at most 120 characters.")),
        ],
        filters=[trimmed],
        render_kw={"autocomplete": "name"},
    )
    title = StringField(
        _l("Title"),
        [Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "organization-title"},
    )
    locale = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])

    def validate_organisation(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Choose where you work."))


class DecliningForm(FlaskForm):  # type: ignore[misc]
    """No, thank you."""

    answer = _word(_l("A word to whoever invited you"))


class RequestForm(FlaskForm):  # type: ignore[misc]
    """Please let me in."""

    word = _word(_l("A word to the coordinators"))


class RefusalForm(FlaskForm):  # type: ignore[misc]
    """Why somebody cannot join."""

    reason = _word(_l("Why not?"), DataRequired(_l("Write a sentence; it stands in the mail.")))
