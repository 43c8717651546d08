"""What a person may write about their feeds."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf, Length, Optional

CALENDARS = ("outlook", "google", "apple", "address")


class FeedForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("What do you call it?"),
        filters=[lambda text: " ".join((text or "").split())],
        validators=[Optional(), Length(max=80, message=_l("Use at most 80 characters."))],
    )
    calendar = StringField(validators=[Optional(), AnyOf(CALENDARS)])  # the button that was pressed
