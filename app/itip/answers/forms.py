"""What a coordinator says to a proposal of another time."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app.meetings.forms import one_line, version_of
from app.meetings.models import Meeting


class AcceptanceForm(FlaskForm):  # type: ignore[misc]
    """A button; `version` is the meeting as it was shown."""

    version = HiddenField()

    @classmethod
    def of(cls, meeting: Meeting) -> "AcceptanceForm":
        return cls(data={"version": version_of(meeting)})

    def is_of(self, meeting: Meeting) -> bool:
        """A form that does not say what it has shown has shown something else."""
        return bool(self.version.raw_data and self.version.raw_data[0] == version_of(meeting))


class RefusalForm(FlaskForm):  # type: ignore[misc]
    answer = StringField(
        _l("A word to whoever proposed it"),
        filters=[one_line],
        validators=[Length(max=500, message=_l("Use %(max)d characters at most"))],
    )
