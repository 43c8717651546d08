"""What is attached to a case or a reply: fetched, removed, and taken back."""

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.cases import policy
from app.cases.attachments import attachment_for
from app.cases.models import CaseAttachment
from app.cases.routes import bp, post_place
from app.core.errors import DomainError, found, hide, require
from app.extensions import db
from app.files.operations import remove_file, restore_file
from app.files.serving import served


@bp.get("/case-attachments/<int:attachment_id>")
def attachment(attachment_id: int) -> Response:
    """Asks at every download whether the viewer may still enter the network."""
    return served(found(attachment_for(current_user, attachment_id)).file)


def _mine(attachment_id: int) -> CaseAttachment:
    """Removed, it is not there for those who may not bring it back."""
    one = found(attachment_for(current_user, attachment_id))
    may_remove = policy.may_remove_attachment(current_user, one, one.case.network_id)
    if not may_remove and one.file.is_removed:
        hide()
    require(may_remove)
    return one


def _place(one: CaseAttachment) -> str:
    return post_place(one.post) if one.post else url_for("cases.show", case_id=one.case_id, _anchor="attachments")


@bp.post("/case-attachments/<int:attachment_id>/removal")
def attachment_removal(attachment_id: int) -> ResponseReturnValue:
    one = _mine(attachment_id)
    place, name = _place(one), one.file.name
    remove_file(one.file, by=current_user)
    db.session.commit()
    flash(_("%(name)s is removed. You can take that back for 30 days, where it stood.", name=name), "success")
    return redirect(place)


@bp.post("/case-attachments/<int:attachment_id>/restoration")
def attachment_restoration(attachment_id: int) -> ResponseReturnValue:
    one = _mine(attachment_id)
    place, name = _place(one), one.file.name
    try:
        restore_file(one.file)
    except DomainError as refused:
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("%(name)s is attached.", name=name), "success")
    return redirect(place)
