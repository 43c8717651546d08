"""Files that belong to a case or to a reply: attached under the same rules, whether they come by form or by mail."""

import re
from collections.abc import Iterable
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import and_, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import Person
from app.cases.models import Case, CaseAttachment, Post
from app.core.errors import DomainError
from app.extensions import db
from app.files.checking import Checked, check
from app.files.models import File
from app.files.names import shortened
from app.files.operations import keep_file
from app.incoming.destinations import Attached
from app.networks.models import Network
from app.networks.queries import within_reach

MOST: Final = 40  # of one case, all its replies among them
SMALL_PICTURE: Final = 40_000  # bytes; a picture in the text of a mail that is no larger is part of a signature
_OUTLOOK_LOGO: Final = re.compile(r"image\d{3}\.(png|jpe?g|gif)", re.IGNORECASE)
_SIGNATURES: Final = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}


def attach(case: Case, checked: Checked, *, by: Person, post: Post | None = None) -> CaseAttachment:
    """To the reply `post`, or to the case itself. The same file sent twice to the same place is one attachment.

    Raises DomainError for the field `file`, before anything is written.
    """
    db.session.execute(select(Network.id).where(Network.id == case.network_id).with_for_update())
    there = list(
        db.session.scalars(
            select(CaseAttachment)
            .join(CaseAttachment.file)
            .where(CaseAttachment.case_id == case.id, File.removed_at.is_(None))
            .options(contains_eager(CaseAttachment.file))
        )
    )
    place = post.id if post else None
    for other in there:
        if (other.post_id, other.file.sha256, other.file.name) == (place, checked.sha256, checked.name):
            return other
    if len(there) >= MOST:
        raise DomainError(_("A case holds %(num)s attachments. Remove one first.", num=MOST), field="file")
    attachment = CaseAttachment(case_id=case.id, post_id=place, file=keep_file(case.network_id, checked, by=by))
    db.session.add(attachment)
    db.session.flush()
    return attachment


def attach_all(case: Case, files: Iterable[Checked], *, by: Person, post: Post | None = None) -> None:
    """All of them or, with a DomainError for the field `files`, none: the caller rolls back."""
    for checked in files:
        try:
            attach(case, checked, by=by, post=post)
        except DomainError as refused:
            raise DomainError(f"{checked.name}: {refused.sentence}", field="files") from None


def attach_from_mail(
    case: Case, files: Iterable[Attached], *, by: Person, post: Post | None = None
) -> list[tuple[str, str]]:
    """Keeps the files that may be kept; returns the others, each with the sentence that says why not."""
    left_out = []
    for file in files:
        if _is_no_attachment(file):
            continue
        try:
            attach(case, check(file.content, file.name), by=by, post=post)
        except DomainError as refused:
            left_out.append((shortened(file.name), refused.sentence))
    return left_out


def _is_no_attachment(file: Attached) -> bool:
    """What mail programs add by themselves: logos in signatures, and signatures that prove who wrote."""
    is_in_the_text = bool(file.content_id or _OUTLOOK_LOGO.fullmatch(file.name))
    is_logo = is_in_the_text and file.media_type.startswith("image/") and len(file.content) <= SMALL_PICTURE
    return is_logo or file.media_type in _SIGNATURES


def count_attached(told: Case | Post) -> int:
    """How many files stand with a case itself, or with a reply."""
    place = (
        CaseAttachment.post_id == told.id
        if isinstance(told, Post)
        else and_(CaseAttachment.case_id == told.id, CaseAttachment.post_id.is_(None))
    )
    query = select(func.count(CaseAttachment.id)).join(CaseAttachment.file).where(place, File.removed_at.is_(None))
    return db.session.scalar(query) or 0


def attachment_for(viewer: Person, attachment_id: int) -> CaseAttachment | None:
    """With its file, removed or not, and the case and reply it belongs to, if the viewer may see them."""
    return db.session.scalar(
        select(CaseAttachment)
        .join(CaseAttachment.case)
        .options(contains_eager(CaseAttachment.case), joinedload(CaseAttachment.post), joinedload(CaseAttachment.file))
        .where(CaseAttachment.id == attachment_id, within_reach(viewer, Case.network_id))
    )
