"""What one may write in this room."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.core import clock
from app.core.forms import trimmed
from app.networks.forms import is_an_address
from app.networks.models import Network, Role
from app.organisations.models import Organisation, OrganisationKind
from app.organisations.numbers import NotACvrNumberError, NotAWebAddressError, read_cvr, read_web_address
from app.organisations.queries import Place
from app.organisations.words import KINDS

AT_MOST_120 = _l("Use at most 120 characters.")


def below_their_municipality(organisations: Iterable[Organisation]) -> list[SelectChoice]:
    return [
        SelectChoice("", _l("Choose")),
        *(SelectChoice(str(one.id), one.name, optgroup=one.municipality.name) for one in organisations),
    ]


class OrganisationForm(FlaskForm):  # type: ignore[misc]
    """An organisation. `is_another` is asked only when it looks like one that is there."""

    name = StringField(
        _l("Name of the organisation"),
        [DataRequired(_l("Write the name of the organisation.")), Length(max=120, message=AT_MOST_120)],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind.value, word) for kind, word in KINDS.items()])
    municipality_code = SelectField(_l("Municipality"))
    cvr = StringField(_l("CVR number"), filters=[trimmed], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    web_address = StringField(
        _l("Web address"),
        [Length(max=190, message=_l("Use at most 190 characters."))],
        filters=[trimmed],
        render_kw={"inputmode": "url", "autocomplete": "off"},
    )
    is_another = BooleanField(_l("It is another organisation; keep both"))

    def offer(self, municipalities: Sequence[Place]) -> None:
        self.municipality_code.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(place.code, place.name) for place in municipalities),
        ]

    def validate_municipality_code(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Choose the municipality."))

    def validate_cvr(self, field: Any) -> None:
        if not field.data:
            return
        try:
            field.data = read_cvr(field.data)
        except NotACvrNumberError:
            raise ValidationError(
                _l("That is no CVR number. It has eight digits; look for one that is mistyped.")
            ) from None

    def validate_web_address(self, field: Any) -> None:
        if not field.data:
            return
        try:
            field.data = read_web_address(field.data)
        except NotAWebAddressError:
            raise ValidationError(_l("Write a web address, like https://www.kommune.dk.")) from None

    def facts(self) -> dict[str, Any]:
        return {
            "kind": OrganisationKind(self.kind.data),
            "municipality_code": self.municipality_code.data,
            "cvr": self.cvr.data or "",
            "web_address": self.web_address.data or "",
        }


class MergingForm(FlaskForm):  # type: ignore[misc]
    """Which other organisation it is the same as."""

    into = SelectField(_l("It is the same as"), [DataRequired(_l("Choose the organisation that is to stay."))])

    def offer(self, organisations: Iterable[Organisation]) -> None:
        self.into.choices = below_their_municipality(organisations)


class MoveForm(FlaskForm):  # type: ignore[misc]
    """A new place of work and its first day."""

    organisation = SelectField(_l("New workplace"), [DataRequired(_l("Choose the new workplace."))])
    moved_on = DateField(_l("First day there"), [InputRequired(_l("Write the first day."))], default=clock.today)

    def offer(self, organisations: Iterable[Organisation]) -> None:
        self.organisation.choices = below_their_municipality(organisations)


class CorrectionForm(FlaskForm):  # type: ignore[misc]
    """What was registered wrongly."""

    organisation = SelectField(_l("Organisation"), [DataRequired(_l("Choose the organisation."))])
    from_on = DateField(_l("First day there"), [InputRequired(_l("Write the first day."))])

    def offer(self, organisations: Iterable[Organisation]) -> None:
        self.organisation.choices = below_their_municipality(organisations)


class AccountForm(FlaskForm):  # type: ignore[misc]
    """Who somebody is, and the address they sign in with."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(_l("Write the mail address.")), is_an_address],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write first and last name.")), Length(max=120, message=AT_MOST_120)],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    title = StringField(
        _l("Title"), [Length(max=120, message=AT_MOST_120)], filters=[trimmed], render_kw={"autocomplete": "off"}
    )


class NewAccountForm(AccountForm):
    """Somebody new, and where they work."""

    organisation = SelectField(_l("Organisation"), [DataRequired(_l("Choose where the person works."))])

    def offer(self, organisations: Iterable[Organisation]) -> None:
        self.organisation.choices = below_their_municipality(organisations)


class JoiningForm(FlaskForm):  # type: ignore[misc]
    """A network to add somebody to, and as what."""

    network = SelectField(_l("Network"), [DataRequired(_l("Choose the network."))])
    role = SelectField(
        _l("Role"),
        choices=[
            SelectChoice(Role.MEMBER.value, _l("Member")),
            SelectChoice(Role.COORDINATOR.value, _l("Coordinator")),
        ],
    )

    def offer(self, networks: Iterable[Network]) -> None:
        self.network.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(str(network.id), network.name) for network in networks),
        ]
