"""What one may write about oneself."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from app.core.danish import sort_key
from app.core.forms import trimmed
from app.core.language import LANGUAGES
from app.people.models import Audience, Field
from app.people.words import AUDIENCES

MOST_COMPETENCES, LONGEST_COMPETENCE = 12, 60


def _audience(label: Any) -> SelectField:
    return SelectField(
        label,
        choices=[SelectChoice(audience.value, word) for audience, word in AUDIENCES.items()],
        default=Audience.NETWORKS.value,
    )


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """Name, title and telephone, what one can be asked about, and who sees what."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write your name.")), Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "name"},
    )
    title = StringField(
        _l("Title"),
        [Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "organization-title"},
    )
    phone = TelField(
        _l("Phone"),
        [
            Length(max=24, message=_l("Use at most 24 characters.")),
            Regexp(r"^[0-9 +()-]*\Z", message=_l("Use only digits, spaces and +.")),
        ],
        filters=[trimmed],
        render_kw={"autocomplete": "tel"},
    )
    reachable = StringField(
        _l("When you can be reached"),
        [Length(max=120, message=_l("Use at most 120 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    competences = TextAreaField(_l("Ask me about"), [Length(max=2000, message=_l("Use at most 2000 characters."))])
    one_more = StringField(
        _l("Add something that others use"),
        [Length(max=LONGEST_COMPETENCE, message=_l("Use at most 60 characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "off", "list": "competences-of-others"},
    )
    about = TextAreaField(_l("A little about you"), [Length(max=2000, message=_l("Use at most 2000 characters."))])
    locale = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])
    profile_for = _audience(_l("Your profile"))
    mail_for = _audience(_l("Your mail address"))
    phone_for = _audience(_l("Phone and when you can be reached"))
    picture_for = _audience(_l("Your picture"))
    about_for = _audience(_l("What you can be asked about, and about you"))

    def names(self) -> list[str]:
        """The competences, parted by commas or lines; one that is named twice counts once."""
        written = [trimmed(word) for line in (self.competences.data or "").splitlines() for word in line.split(",")]
        named: dict[str, str] = {}
        for word in [*written, self.one_more.data or ""]:
            if key := sort_key(word):
                named.setdefault(key, word)
        return list(named.values())

    def validate_competences(self, _field: Any) -> None:
        names = self.names()
        if too_long := next((name for name in names if len(name) > LONGEST_COMPETENCE), None):
            raise ValidationError(
                _("»%(words)s…« is too long. Use at most 60 characters for each.", words=too_long[:20])
            )
        if len(names) > MOST_COMPETENCES:
            raise ValidationError(
                _("Choose at most %(most)d. You have written %(count)d.", most=MOST_COMPETENCES, count=len(names))
            )

    def audiences(self) -> dict[Field, Audience]:
        return {field: Audience(self[f"{field.value}_for"].data) for field in Field}


class PictureForm(FlaskForm):  # type: ignore[misc]
    """One file; what it is, `portraits` finds out."""

    picture = FileField(_l("Choose a picture"), render_kw={"accept": "image/jpeg,image/png,image/webp"})
