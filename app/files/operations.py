"""Public: what can be done with a file: keep it, remove it, take that back. What it hangs on is for the rooms above."""

from datetime import timedelta
from typing import Final

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.files.checking import Checked
from app.files.models import File, FileContent
from app.networks.models import Network

KEPT_AFTER_REMOVAL: Final = timedelta(days=30)


def keep_file(network_id: int, checked: Checked, *, by: Person) -> File:
    """Raises DomainError for the field `file` when the network has no more room."""
    _refuse_without_room(network_id, len(checked.content))
    file = File(
        network_id=network_id,
        name=checked.name,
        kind=checked.kind,
        size=len(checked.content),
        sha256=checked.sha256,
        created_by_id=by.id,
    )
    db.session.add(file)
    db.session.flush()
    db.session.add(FileContent(file_id=file.id, content=checked.content))
    db.session.flush()
    return file


def _refuse_without_room(network_id: int, size: int) -> None:
    """Locks the network, so that two at once do not both take the last of it."""
    db.session.execute(select(Network.id).where(Network.id == network_id).with_for_update())
    used = db.session.scalar(
        select(func.coalesce(func.sum(File.size), 0)).where(File.network_id == network_id, File.removed_at.is_(None))
    )
    most = int(current_app.config["NETWORK_FILES_MB"])
    if (used or 0) + size > most * 1_000_000:
        raise DomainError(
            _("The network's files fill %(num)s MB, and there is no room for more. Remove some that are no longer needed.", num=most),
            field="file",
        )  # fmt: skip


def remove_file(file: File, *, by: Person) -> None:
    if file.removed_at is None:
        file.removed_at, file.removed_by_id = clock.now(), by.id


def restore_file(file: File) -> None:
    """Raises DomainError once what it held has been thrown away, or when its room is taken by others meanwhile."""
    if file.removed_at is None:
        return
    if db.session.scalar(select(FileContent.file_id).where(FileContent.file_id == file.id)) is None:
        raise DomainError(_("What the file held has been thrown away. Choose it again."))
    _refuse_without_room(file.network_id, file.size)
    file.removed_at = file.removed_by_id = None


def forget_removed() -> None:
    """A chore: what removed files held goes away after a month; the row stays and says what there was."""
    gone = select(File.id).where(File.removed_at < clock.now() - KEPT_AFTER_REMOVAL)
    db.session.execute(
        delete(FileContent).where(FileContent.file_id.in_(gone)), execution_options={"synchronize_session": False}
    )
