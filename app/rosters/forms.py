"""What one may send in and choose about a list."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, ValidationError

from app.rosters.columns import Chosen, Column
from app.rosters.files import MOST_BYTES, Row, UnreadableFileError, read_rows

_VALUES = {column.value for column in Column}  # `in Column` raises for words before Python 3.12


class ListForm(FlaskForm):  # type: ignore[misc]
    """A file; `rows` are what it holds once the form is valid."""

    file = FileField(_l("The list"), render_kw={"accept": ".xlsx,.csv,.txt"})

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows: list[Row] = []

    def validate_file(self, field: Any) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_l("Choose a file."))
        try:
            self.rows = read_rows(field.data.read(MOST_BYTES + 1))
        except UnreadableFileError as refused:
            raise ValidationError(refused.sentence) from None

    @property
    def file_name(self) -> str:
        name = str(self.file.data.filename).replace("\\", "/").rsplit("/", 1)[-1]
        return "".join(letter for letter in name if letter.isprintable())[:200] or "?"


class TakeForm(FlaskForm):  # type: ignore[misc]
    """Takes the list as it has been looked through."""

    is_told = BooleanField(_l("Send each new member a mail about it"), default=True)


def columns_chosen(values: MultiDict[str, str], headers: Sequence[str], guess: Chosen) -> dict[int, Column]:
    """What the sender says each column is (fields `c0`, `c1`, …); the guess where nothing is said. Each thing once."""
    if not any(f"c{number}" in values for number in range(len(headers))):
        return dict(guess)
    chosen: dict[int, Column] = {}
    for number in range(len(headers)):
        said = values.get(f"c{number}", "")
        if said in _VALUES and Column(said) not in chosen.values():
            chosen[number] = Column(said)
    return chosen
