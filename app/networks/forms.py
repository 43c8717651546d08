"""What one may write about a network and its members."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.accounts.addresses import NotAnAddressError, read_address
from app.core.forms import trimmed, written
from app.networks.discretion import Confidentiality
from app.networks.models import Role
from app.networks.words import NAMES
from app.organisations.models import Organisation, OrganisationKind
from app.organisations.queries import Place
from app.organisations.words import KINDS

ANOTHER = "new"


def is_an_address(_form: FlaskForm, field: Any) -> None:
    try:
        field.data = read_address(field.data or "")
    except NotAnAddressError:
        raise ValidationError(_l("Write a whole address, like mette@kommune.dk.")) from None


class NetworkForm(FlaskForm):  # type: ignore[misc]
    """Name, purpose and level. `opened_at` says which version the editor has before them."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give the network a name.")), Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
    )
    purpose = TextAreaField(_l("Purpose"), [Length(max=4000, message=_l("Use at most 4000 characters."))])
    is_open = BooleanField(_l("Others may ask to join"))
    takes_mail = BooleanField(_l("Members may write by mail"), default=True)
    confidentiality = RadioField(
        _l("What may stand in mails and calendars"),
        choices=[SelectChoice(level.value, word) for level, word in NAMES.items()],
        default=Confidentiality.NETWORK.value,
        coerce=Confidentiality,
    )
    opened_at = HiddenField()

    def values(self) -> dict[str, Any]:
        return {
            "name": written(self.name),
            "purpose": written(self.purpose),
            "is_open": bool(self.is_open.data),
            "takes_mail": bool(self.takes_mail.data),
            "confidentiality": Confidentiality(self.confidentiality.data),
        }


class MemberForm(FlaskForm):  # type: ignore[misc]
    """Somebody to be added."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Write the mail address.")), is_an_address],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write first and last name.")), Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    title = StringField(
        _l("Title"),
        [Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    organisation = SelectField(_l("Organisation"))
    organisation_name = StringField(
        _l("Name of the organisation"),
        [Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind.value, word) for kind, word in KINDS.items()])
    municipality = SelectField(_l("Municipality"))
    role = RadioField(
        _l("Role"),
        choices=[
            SelectChoice(Role.MEMBER.value, _l("Member")),
            SelectChoice(Role.COORDINATOR.value, _l("Coordinator")),
        ],
        default=Role.MEMBER.value,
    )

    def offer(self, organisations: list[Organisation], municipalities: Sequence[Place]) -> None:
        """Fills the lists, organisations below their municipality."""
        self.organisation.choices = [
            SelectChoice("", _l("Choose")),
            SelectChoice(ANOTHER, _l("Another one, which I write below")),
            *(SelectChoice(str(one.id), one.name, optgroup=one.municipality.name) for one in organisations),
        ]
        self.municipality.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(place.code, place.name) for place in municipalities),
        ]

    @property
    def is_another(self) -> bool:
        return bool(self.organisation.data == ANOTHER)

    def validate_organisation(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Choose where the person works."))

    def validate_organisation_name(self, field: Any) -> None:
        if self.is_another and not field.data:
            raise ValidationError(_l("Write the name of the organisation."))

    def validate_municipality(self, field: Any) -> None:
        if self.is_another and not field.data:
            raise ValidationError(_l("Choose the municipality."))

    def new_organisation(self) -> tuple[str, OrganisationKind, str]:
        return written(self.organisation_name), OrganisationKind(self.kind.data), written(self.municipality)
