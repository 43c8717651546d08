"""The sheet that is signed, its scan, and what it says of the project."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.attendance import operations, policy, queries
from app.attendance.blueprint import bp
from app.attendance.forms import ProjectForm, ScanForm, version_of
from app.attendance.routes.keeping import back_to_list, meeting_to_keep, refuse_too_early
from app.attendance.sheet import project_words, sign_in_sheet
from app.core.downloads import attached
from app.core.errors import DomainError, found, require
from app.core.formats import language
from app.core.forms import written
from app.core.language import LANGUAGES
from app.core.sizes import takes_up_to
from app.extensions import db, limiter
from app.files.forms import MOST_SENT
from app.files.serving import served
from app.networks.queries import network_for


def _by_person() -> str:
    return f"sheets:{current_user.get_id()}"


@bp.get("/meetings/<int:meeting_id>/attendance/sheet.pdf")
def sheet(meeting_id: int) -> Response:
    """To be signed, in Danish or English."""
    meeting = meeting_to_keep(meeting_id)
    asked = request.args.get("language", "")
    chosen = asked if asked in LANGUAGES else language()
    document = sign_in_sheet(
        queries.roll_of(meeting),
        queries.project_of(meeting.network_id),
        language=chosen,
        level=meeting.network.confidentiality,
    )
    name = f"{_('Sign-in sheet')} {meeting.day.isoformat()}.pdf"
    return attached(document, name=name, content_type="application/pdf")


@bp.route("/meetings/<int:meeting_id>/attendance/scan", methods=["GET", "POST"])
@takes_up_to(MOST_SENT)
@limiter.limit("60 per hour", key_func=_by_person, methods=["POST"])
def scan(meeting_id: int) -> ResponseReturnValue:
    """Attaching the signed sheet locks the list; replacing it needs a reason."""
    meeting = meeting_to_keep(meeting_id)
    early = refuse_too_early(meeting)
    if early:
        return early
    form = ScanForm()
    if request.method == "POST" and form.validate():
        try:
            operations.attach_scan(meeting, form.file.kept, by=current_user, reason=written(form.reason))
        except DomainError as refused:
            form[refused.field or "file"].errors = [refused.sentence]
        else:
            db.session.commit()
            flash(_("The signed sheet is attached, and the list is locked."), "success")
            return back_to_list(meeting_id, "signed")
    return render_template(
        "attendance/scan.html",
        meeting=meeting,
        network=meeting.network,
        form=form,
        is_replacing=queries.is_locked(meeting_id),
    )


@bp.get("/scans/<int:scan_id>")
def scan_file(scan_id: int) -> Response:
    one, meeting = found(queries.scan_for(current_user, scan_id))
    require(policy.may_keep(current_user, meeting))
    return served(one.file)


@bp.route("/networks/<int:network_id>/project", methods=["GET", "POST"])
@takes_up_to(MOST_SENT)
@limiter.limit("60 per hour", key_func=_by_person, methods=["POST"])
def project(network_id: int) -> ResponseReturnValue:
    """What stands on every sign-in sheet of the network."""
    network = found(network_for(current_user, network_id))
    require(policy.may_count(current_user, network_id))
    kept = queries.project_of(network_id)
    form = ProjectForm.of(kept)
    is_stale = request.method == "POST" and request.form.get("version") != version_of(kept)
    if is_stale:
        form.version.data = version_of(kept)  # saved once more, it is meant
    elif form.validate_on_submit():
        try:
            operations.describe_project(
                network_id,
                name=written(form.name),
                number=written(form.number),
                funder=written(form.funder),
                logo=form.new_logo,
                keeps_logo=not form.without_logo.data,
                by=current_user,
            )
        except DomainError as refused:
            form.logo.errors = [refused.sentence]
        else:
            db.session.commit()
            flash(_("Saved. The next sign-in sheet says it."), "success")
            return redirect(url_for("attendance.project", network_id=network_id))
    page = render_template(
        "attendance/project.html",
        network=network,
        form=form,
        kept=kept,
        is_stale=is_stale,
        has_logo=bool(kept and kept.logo_id),
        usual=project_words(None),
    )
    return page, 409 if is_stale else 200
