"""Pages of what is attached to a meeting."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.core.errors import DomainError, found, hide, require
from app.core.formats import clock_time
from app.core.sizes import takes_up_to
from app.extensions import db, limiter
from app.files.forms import MOST_SENT, CheckedFileField
from app.files.operations import remove_file, restore_file
from app.files.serving import served
from app.meetings import policy
from app.meetings.models import Attachment, Meeting
from app.meetings.operations.attachments import attach
from app.meetings.queries import attachment_for, meeting_with_agenda_for
from app.meetings.routes import bp
from app.meetings.timetable import timetable_of


class AttachmentForm(FlaskForm):  # type: ignore[misc]
    """A file and what it belongs to."""

    file = CheckedFileField(_l("File"))
    item = SelectField(_l("What it is for"))

    def offer(self, meeting: Meeting) -> None:
        self.item.choices = [
            SelectChoice("", _("The whole meeting")),
            *(
                SelectChoice(str(item.id), f"{clock_time(begins)} {item.title}")
                for item, begins in timetable_of(meeting, meeting.agenda).rows
            ),
        ]


def _by_person() -> str:
    return f"attachments:{current_user.get_id()}"


@bp.route("/meetings/<int:meeting_id>/attachments/new", methods=["GET", "POST"])
@takes_up_to(MOST_SENT)
@limiter.limit("60 per hour", key_func=_by_person, methods=["POST"])
def new_attachment(meeting_id: int) -> ResponseReturnValue:
    meeting = found(meeting_with_agenda_for(current_user, meeting_id))
    require(policy.may_attach(current_user, meeting))
    form = AttachmentForm()
    form.offer(meeting)
    if request.method == "GET":
        form.item.data = request.args.get("item", "")
    elif form.validate():
        try:
            item_id = int(form.item.data) if form.item.data else None
            attachment = attach(meeting, form.file.kept, by=current_user, agenda_item_id=item_id)
        except DomainError as refused:
            form.file.errors = [refused.sentence]
        else:
            name = attachment.file.name
            db.session.commit()
            flash(_("%(name)s is attached.", name=name), "success")
            return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor="attachments"))
        db.session.rollback()
        meeting = found(meeting_with_agenda_for(current_user, meeting_id))
    return render_template("meetings/attachment.html", meeting=meeting, network=meeting.network, form=form)


@bp.get("/attachments/<int:attachment_id>")
def attachment(attachment_id: int) -> Response:
    """Asks at every download whether the viewer may still enter the network."""
    return served(found(attachment_for(current_user, attachment_id)).file)


def _mine(attachment_id: int) -> Attachment:
    one = found(attachment_for(current_user, attachment_id))
    if not policy.may_remove_attachment(current_user, one, one.meeting) and one.file.is_removed:
        hide()
    require(policy.may_remove_attachment(current_user, one, one.meeting))
    return one


def _back(meeting_id: int) -> ResponseReturnValue:
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor="attachments"))


@bp.post("/attachments/<int:attachment_id>/removal")
def attachment_removal(attachment_id: int) -> ResponseReturnValue:
    one = _mine(attachment_id)
    meeting_id, name = one.meeting_id, one.file.name
    remove_file(one.file, by=current_user)
    db.session.commit()
    flash(_("%(name)s is removed. You can take that back below for 30 days.", name=name), "success")
    return _back(meeting_id)


@bp.post("/attachments/<int:attachment_id>/restoration")
def attachment_restoration(attachment_id: int) -> ResponseReturnValue:
    one = _mine(attachment_id)
    meeting_id, name = one.meeting_id, one.file.name
    try:
        restore_file(one.file)
    except DomainError as refused:
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("%(name)s is attached.", name=name), "success")
    return _back(meeting_id)
