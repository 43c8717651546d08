"""What a person may write in a case."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from app.cases.models import PostKind
from app.files.forms import CheckedFilesField

LONGEST = 20_000


def tidy(text: str | None) -> str:
    """One kind of line break, nothing empty at the ends."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str | None) -> str:
    return " ".join(tidy(text).split())


_fits = Length(max=LONGEST, message=_l("Keep it under %(max)d characters."))

KINDS = [
    SelectChoice(PostKind.QUESTION.value, _l("Clarifying question")),
    SelectChoice(PostKind.EXPERIENCE.value, _l("Experience")),
    SelectChoice(PostKind.ADVICE.value, _l("Advice")),
    SelectChoice(PostKind.REFLECTION.value, _l("Reflection")),
]


class CaseForm(FlaskForm):  # type: ignore[misc]
    """The case form of domain.md A3, as far as a case has it today."""

    title = StringField(
        _l("Your question"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Write your case as a question.")),
            Length(max=200, message=_l("Keep it under %(max)d characters.")),
        ],
    )
    situation = TextAreaField(
        _l("The situation"), filters=[tidy], validators=[DataRequired(_l("Tell what it is about.")), _fits]
    )
    tried = TextAreaField(_l("What we have tried"), filters=[tidy], validators=[_fits])
    wanted = TextAreaField(
        _l("What I would like help with"),
        filters=[tidy],
        validators=[DataRequired(_l("Write what the others can help with.")), _fits],
    )
    files = CheckedFilesField(_l("Attachments"))

    def words(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("title", "situation", "tried", "wanted")}


class EditCaseForm(CaseForm):
    """`seen` names the words the writer had in front of them."""

    seen = HiddenField()


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """A reply of a kind; the case owner's own have none to choose."""

    kind = RadioField(
        _l("What is your reply?"),
        choices=KINDS,
        default=PostKind.EXPERIENCE.value,
        validate_choice=False,
        validators=[AnyOf([kind.value for kind in KINDS], message=_l("Choose what kind of reply it is."))],
    )
    body = TextAreaField(
        _l("Your reply"), filters=[tidy], validators=[DataRequired(_l("Write your reply first.")), _fits]
    )
    files = CheckedFilesField(_l("Attachments"))

    @property
    def chosen(self) -> PostKind:
        return PostKind(self.kind.data) if self.kind is not None else PostKind.OWNER

    def as_owner(self) -> "ReplyForm":
        """Without the choice of kind."""
        del self.kind
        return self


class EditPostForm(ReplyForm):
    """`seen` names the words the writer had in front of them."""

    seen = HiddenField()


class BringForm(FlaskForm):  # type: ignore[misc]
    """Which meeting a case is brought to."""

    meeting = SelectField(_l("Meeting"), validate_choice=False)

    def validate_meeting(self, field: SelectField) -> None:
        """One of those offered; whatever else was sent gets no answer that would tell whether it exists."""
        if field.data not in {value for value, *_rest in field.iter_choices()}:
            raise ValidationError(_l("Choose a meeting that is still to come."))
