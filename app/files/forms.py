"""Public: the field that takes a file, for the forms of the rooms above."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from app.core.errors import DomainError
from app.files.checking import Checked, check, most_bytes
from app.files.models import FileKind

MOST_SENT: Final = 64 * 1024 * 1024  # up to here a file that is too large is told so beside its field
SCANS: Final = frozenset({FileKind.PDF, FileKind.JPG, FileKind.PNG})


class CheckedFileField(FileField):  # type: ignore[misc]
    """A file of one of `kinds`; `checked` is what may be kept, once the form is valid."""

    def __init__(self, label: Any, *, kinds: frozenset[FileKind] = frozenset(FileKind), **more: Any) -> None:
        endings = ",".join(f".{kind.value}" for kind in FileKind if kind in kinds)
        extra = ",.jpeg" if FileKind.JPG in kinds else ""
        super().__init__(label, render_kw={"accept": endings + extra}, **more)
        self.kinds = kinds
        self.checked: Checked | None = None

    def pre_validate(self, form: Any) -> None:
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            raise ValidationError(_("Choose a file."))
        content = self.data.read(most_bytes() + 1)
        self.data.close()  # a large one lies in a temporary file
        try:
            self.checked = check(content, self.data.filename, kinds=self.kinds)
        except DomainError as refused:
            raise ValidationError(refused.sentence) from None

    @property
    def kept(self) -> Checked:
        """Only of a valid form."""
        if self.checked is None:
            raise ValueError("the form has not been validated")
        return self.checked
