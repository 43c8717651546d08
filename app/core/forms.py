"""Small things every form needs, and the sentences of WTForms in our own words."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field

A_TEXT: Final = _l("Write something else here.")
A_CHOICE: Final = _l("Choose one of those in the list.")
A_DAY: Final = _l("Write the day as day, month and year.")
A_NUMBER: Final = _l("Write a number.")
BUILT_IN: Final = {
    "This field is required.": _l("Fill this in."),
    "Not a valid choice.": A_CHOICE,
    "Invalid Choice: could not coerce.": A_CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": A_CHOICE,
    "'%(value)s' is not a valid choice for this field.": A_CHOICE,
    "Not a valid date value.": A_DAY,
    "Not a valid datetime value.": _l("Write the day and the time."),
    "Not a valid time value.": _l("Write the time as hours and minutes."),
    "Not a valid week value.": _l("Write the week and the year."),
    "Not a valid integer value.": _l("Write a whole number."),
    "Not a valid decimal value.": A_NUMBER,
    "Not a valid float value.": A_NUMBER,
    "Number must be at least %(min)s.": _l("Write %(min)s or more."),
    "Number must be at most %(max)s.": _l("Write %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": _l("Write a number between %(min)s and %(max)s."),
    "Date must be at least %(min)s.": _l("Choose %(min)s or a later day."),
    "Date must be at most %(max)s.": _l("Choose %(max)s or an earlier day."),
    "Date must be between %(min)s and %(max)s.": _l("Choose a day between %(min)s and %(max)s."),
    "Field must be at least %(min)d character long.": _l("Use at least %(min)d characters."),
    "Field cannot be longer than %(max)d character.": _l("Use at most %(max)d characters."),
    "Field must be exactly %(max)d character long.": _l("Use exactly %(max)d characters."),
    "Field must be between %(min)d and %(max)d characters long.": _l("Use between %(min)d and %(max)d characters."),
    "Field must be equal to %(other_name)s.": _l("Write the same here as above."),
    "Invalid email address.": _l("Write a mail address, like name@kommune.dk."),
    "Invalid URL.": _l("Write a web address, like https://www.kommune.dk."),
    "Invalid input.": A_TEXT,
    "Invalid value, must be one of: %(values)s.": A_CHOICE,
    "Invalid value, can't be any of: %(values)s.": A_TEXT,
    "This field is disabled and cannot have a value.": _l("Leave this as it stands."),
    "This field cannot be edited.": _l("Leave this as it stands."),
}


class _Sentences:
    """What WTForms asks for its own messages, which know no Danish. A sentence that is not here stays as it is."""

    def gettext(self, message: str) -> str:
        return str(BUILT_IN.get(message, message))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular) if singular in BUILT_IN or number == 1 else plural


_SENTENCES: Final = _Sentences()


def speak_our_own_words() -> None:
    """For every form there is, so that none has to remember it."""
    FlaskForm.Meta.get_translations = _translations


def _translations(_meta: Any, _form: Any) -> _Sentences:
    return _SENTENCES


def trimmed(text: str | None) -> str:
    """A filter for one-line fields: no spaces around, one between words."""
    return " ".join((text or "").split())


def written(field: Field) -> str:
    """What stands in a text field; nothing is the empty string."""
    return str(field.data or "")
