"""What people may write in minutes."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.meetings.forms import DayField
from app.minutes.models import Action, Decision, Revision
from app.minutes.operations import version_of
from app.networks.models import Membership

TOO_LONG = _l("Use at most %(max)d characters.")


class RevisionForm(FlaskForm):  # type: ignore[misc]
    """`base` is the number of the revision that the text was made from."""

    text = TextAreaField(_l("Text"), validators=[Length(max=Revision.LONGEST, message=TOO_LONG)])
    base = IntegerField(validators=[InputRequired(), NumberRange(min=0, max=2**31 - 1)])


class DecisionForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(
        _l("What was decided?"),
        validators=[
            DataRequired(_l("Write what was decided.")),
            Length(max=Decision.LONGEST, message=TOO_LONG),
        ],
        filters=[lambda text: text.strip() if text else text],
        render_kw={"autofocus": True},
    )
    base = HiddenField(default="")

    @classmethod
    def of(cls, decision: Decision) -> "DecisionForm":
        return cls(text=decision.text, base=version_of(decision))


class ActionForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField(
        _l("What is to be done?"),
        validators=[
            DataRequired(_l("Write what is to be done.")),
            Length(max=Action.LONGEST, message=TOO_LONG),
        ],
        filters=[lambda text: text.strip() if text else text],
        render_kw={"autofocus": True},
    )
    owner = SelectField(
        _l("Who takes it on?"),
        coerce=int,
        validate_choice=True,
        validators=[NumberRange(min=1, message=_l("Choose one person."))],
    )
    due_on = DayField(_l("By when?"), validators=[Optional()])
    base = HiddenField(default="")

    @classmethod
    def among(cls, members: Sequence[Membership], action: Action | None = None) -> "ActionForm":
        """Owner is one of the network's members; one who has left since keeps what they have until someone else gets it."""
        facts = (
            {"text": action.text, "owner": action.owner_id, "due_on": action.due_on, "base": version_of(action)}
            if action
            else {}
        )
        form = cls(**facts)
        people = [membership.person for membership in members]
        if action and action.owner_id not in {person.id for person in people}:
            people.append(action.owner)
        form.owner.choices = [(0, _l("Choose"))] + [
            (
                person.id,
                f"{person.name}, {person.organisation.municipality.name}" if person.organisation else person.name,
            )
            for person in people
        ]
        return form
