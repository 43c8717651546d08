"""Files that belong to a network, and what they hold."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.networks.models import Network


class FileKind(StrEnum):
    """What a file may be; each is the ending of its name, too."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    PNG = "png"
    JPG = "jpg"
    WEBP = "webp"
    TXT = "txt"
    CSV = "csv"
    MD = "md"
    ICS = "ics"


class File(Model):
    """A file that somebody sent. What it holds lies in a table of its own, so that no list ever loads it.

    `sha256` is of the bytes as they were sent and as they are given out. A removed file keeps its row; what it held is
    thrown away a while later (`operations.forget_removed`).
    """

    __tablename__ = "files"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[FileKind] = mapped_column(word(FileKind, "file_kind"))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id], lazy="raise_on_sql")

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


class FileContent(Model):
    """The bytes of a file."""

    __tablename__ = "file_contents"

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
