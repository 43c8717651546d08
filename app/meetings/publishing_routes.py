"""The page on which a coordinator opens a meeting to all, and takes it back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.extensions import db
from app.meetings import policy, queries
from app.meetings.forms import PublicationForm
from app.meetings.models import Meeting
from app.meetings.operations.publishing import publish_meeting, unpublish_meeting
from app.meetings.routes import bp
from app.networks.discretion import Output, discreetly, may_be_published


def _steered(meeting_id: int) -> Meeting:
    load = queries.meeting_to_change_for if request.method == "POST" else queries.meeting_for
    meeting = found(load(current_user, meeting_id))
    require(policy.may_steer(current_user, meeting))
    return meeting


@bp.route("/meetings/<int:meeting_id>/publication", methods=["GET", "POST"])
def publication(meeting_id: int) -> ResponseReturnValue:
    meeting = _steered(meeting_id)
    was_published = meeting.is_published
    form = PublicationForm(data={"public_url": meeting.public_url})
    if form.validate_on_submit():
        try:
            publish_meeting(meeting, public_url=form.public_url.data or "", by=current_user)
        except DomainError as error:
            form.form_errors.append(error.sentence)
        else:
            db.session.commit()
            done = _("Saved.") if was_published else _("The meeting is open to all and stands in the public calendar.")
            flash(done, "success")
            return redirect(url_for(".show", meeting_id=meeting.id))
    level = meeting.network.confidentiality
    return render_template(
        "meetings/publication.html",
        network=meeting.network,
        meeting=meeting,
        form=form,
        shown=discreetly(meeting, level, Output.PUBLIC_CALENDAR),
        may_be_published=may_be_published(level),
        has_begun_or_is_off=not was_published and (meeting.is_off or meeting.is_over),
    )


@bp.post("/meetings/<int:meeting_id>/publication/withdrawal")
def publication_withdrawal(meeting_id: int) -> ResponseReturnValue:
    meeting = _steered(meeting_id)
    unpublish_meeting(meeting, by=current_user)
    db.session.commit()
    flash(_("The meeting is for the members alone. Calendars drop it the next time they look."), "success")
    return redirect(url_for(".show", meeting_id=meeting.id))
