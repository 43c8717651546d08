"""Public: the fields that take one file or several, for the forms of the rooms above."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from app.core.errors import DomainError
from app.files.checking import Checked, check, most_bytes
from app.files.models import FileKind
from app.files.names import shortened

MOST_SENT: Final = 64 * 1024 * 1024  # up to here a file that is too large is told so beside its field
MOST_AT_ONCE: Final = 10
SCANS: Final = frozenset({FileKind.PDF, FileKind.JPG, FileKind.PNG})


def _endings(kinds: frozenset[FileKind]) -> str:
    endings = ",".join(f".{kind.value}" for kind in FileKind if kind in kinds)
    return endings + (",.jpeg" if FileKind.JPG in kinds else "")


def _checked(sent: FileStorage, kinds: frozenset[FileKind]) -> Checked:
    content = sent.read(most_bytes() + 1)
    sent.close()  # a large one lies in a temporary file
    return check(content, sent.filename or "", kinds=kinds)


class CheckedFileField(FileField):  # type: ignore[misc]
    """A file of one of `kinds`; `checked` is what may be kept, once the form is valid."""

    def __init__(self, label: Any, *, kinds: frozenset[FileKind] = frozenset(FileKind), **more: Any) -> None:
        super().__init__(label, render_kw={"accept": _endings(kinds)}, **more)
        self.kinds = kinds
        self.checked: Checked | None = None

    def pre_validate(self, form: Any) -> None:
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            raise ValidationError(_("Choose a file."))
        try:
            self.checked = _checked(self.data, self.kinds)
        except DomainError as refused:
            raise ValidationError(refused.sentence) from None

    @property
    def kept(self) -> Checked:
        """Only of a valid form."""
        if self.checked is None:
            raise ValueError("the form has not been validated")
        return self.checked


class CheckedFilesField(MultipleFileField):  # type: ignore[misc]
    """No file, or several; `checked` are those that may be kept, once the form is valid."""

    def __init__(self, label: Any, *, kinds: frozenset[FileKind] = frozenset(FileKind), **more: Any) -> None:
        super().__init__(label, render_kw={"accept": _endings(kinds)}, **more)
        self.kinds = kinds
        self.checked: list[Checked] = []

    def pre_validate(self, form: Any) -> None:
        self.checked = []
        sent = [one for one in self.data or [] if isinstance(one, FileStorage) and one.filename]
        if len(sent) > MOST_AT_ONCE:
            raise ValidationError(_("Choose at most %(num)s files at once.", num=MOST_AT_ONCE))
        refused = []
        for one in sent:
            try:
                self.checked.append(_checked(one, self.kinds))
            except DomainError as why:
                refused.append(f"{shortened(one.filename or '')}: {why.sentence}")
        if refused:
            raise ValidationError(" ".join(refused))
