"""Pages of cases."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict
from wtforms.fields.choices import SelectChoice

from app.cases import operations, policy, queries, words
from app.cases.attachments import attach_all
from app.cases.by_mail import address_to_write_to, whole_mail_url
from app.cases.forms import BringForm, CaseForm, EditCaseForm, EditPostForm, ReplyForm
from app.cases.journey import stations
from app.cases.models import Case, Post, PostKind
from app.cases.queries import Reading, Shown
from app.cases.words import kind_name, names_of_lists, on_day, since
from app.core import clock
from app.core.errors import DomainError, found, require
from app.core.paging import Page
from app.core.sizes import takes_up_to
from app.extensions import db, limiter
from app.files.forms import MOST_SENT
from app.meetings.queries import meeting_for
from app.networks.queries import network_for, networks_visible_to
from app.notifications.models import Level
from app.notifications.operations import choose_level

bp = Blueprint("cases", __name__, template_folder="templates")
AS_THE_NETWORK = "network"
_only_so_many_files = limiter.shared_limit(
    "60 per hour",
    scope="files of cases",
    key_func=lambda: f"attachments:{current_user.get_id()}",
    methods=["POST"],
    exempt_when=lambda: not any(one.filename for one in request.files.getlist("files")),
)  # as where meetings take files; words alone are not counted


@bp.get("/cases")
def index() -> ResponseReturnValue:
    shown, asked = _asked_for()
    lines, page = queries.cases_page(current_user, shown, asked=asked)
    networks = db.session.scalars(networks_visible_to(current_user)).all()
    return render_template(
        "cases/index.html",
        lines=lines,
        page=page,
        shown=shown,
        names=names_of_lists(),
        networks=[network for network in networks if policy.may_open_in(current_user, network.id)],
        url=_list_url("cases.index", shown),
        place_of=place_of,
        on_day=on_day,
    )


@bp.get("/networks/<int:network_id>/cases")
def of_network(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    shown, asked = _asked_for()
    lines, page = queries.cases_page(current_user, shown, asked=asked, network_id=network_id)
    return render_template(
        "cases/of_network.html",
        network=network,
        lines=lines,
        page=page,
        shown=shown,
        may_open=policy.may_open_in(current_user, network_id),
        address=address_to_write_to(network),
        url=_list_url("cases.of_network", shown, network_id=network_id),
        place_of=place_of,
        on_day=on_day,
    )


def _asked_for() -> tuple[Shown, int | None]:
    word = request.args.get("show", "")
    shown = Shown(word) if word in set(Shown) else Shown.OPEN
    return shown, request.args.get("page", type=int)


def _list_url(endpoint: str, shown: Shown, **ids: Any) -> Callable[[int], str]:
    return lambda number: url_for(endpoint, show=shown.value, page=number, **ids)


def place_of(line: queries.Line) -> str:
    """Where reading a case goes on: at the first new post for whoever has been there before."""
    anchor = "new" if line.is_unread and line.new < line.case.posts_count else None
    return url_for("cases.show", case_id=line.case.id, _anchor=anchor)


@bp.route("/networks/<int:network_id>/cases/new", methods=["GET", "POST"])
@takes_up_to(MOST_SENT)
@_only_so_many_files
def new(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    require(policy.may_open_in(current_user, network_id))

    form = CaseForm()
    if form.validate_on_submit():
        try:
            case = operations.open_case(network_id, by=current_user, **form.words())
            attach_all(case, form.files.checked, by=current_user)
        except DomainError as refusal:
            db.session.rollback()
            network = found(network_for(current_user, network_id))
            form.files.errors = [refusal.sentence]
        else:
            db.session.commit()
            flash(_("Your case is told. The others in the network get a mail now."), "success")
            return redirect(url_for("cases.show", case_id=case.id))
    return render_template(
        "cases/new.html",
        form=form,
        network=network,
        readers=queries.count_members(network_id),
        address=address_to_write_to(network),
    )


@bp.get("/cases/<int:case_id>")
def show(case_id: int) -> ResponseReturnValue:
    case, reading = found(queries.case_with_reading(current_user, case_id))
    return _show(case, reading)


def _show(
    case: Case,
    reading: Reading,
    *,
    reply_form: ReplyForm | None = None,
    bring_form: BringForm | None = None,
) -> str:
    """The page, with what someone was writing when it was refused."""
    page = Page.of(
        case.posts_count,
        asked=request.args.get("page", type=int) or _page_to_open(case, reading),
        size=queries.POSTS_PER_PAGE,
    )
    path = queries.path_of(current_user, case)
    is_member = policy.is_member(current_user, case.network_id)
    may_steer = policy.may_steer(current_user, case)
    is_on_agenda = path is not None and not path.meeting.is_cancelled
    if may_steer and not is_on_agenda and not case.is_closed:
        bring_form = _offer_meetings(bring_form or BringForm(formdata=None), case)
    else:
        bring_form = None
    last_shown = min(case.posts_count, page.offset + page.size)
    return render_template(
        "cases/show.html",
        case=case,
        posts=queries.posts_of(case, page) if case.posts_count else [],
        page=page,
        url=lambda number: url_for("cases.show", case_id=case.id, page=number, _anchor="replies"),
        stations=stations(case, path),
        path=path if is_on_agenda else None,
        is_still_to_come=path is not None and path.meeting.starts_at > clock.now(),
        news=_news(case, reading),
        to_mark=last_shown if reading.is_unread(case) and last_shown > _number_of(reading) else None,
        reply_form=_reply_form(case, reply_form) if is_member else None,
        readers=queries.count_members(case.network_id),
        bring_form=bring_form,
        may_steer=may_steer,
        is_member=is_member,
        kind_name=kind_name,
        follow=_follow(case) if is_member else None,
        whole_mail=lambda told: whole_mail_url(current_user, told, case.network_id),
        may_remove=lambda one: policy.may_remove_attachment(current_user, one, case.network_id),
        on_day=on_day,
    )


def _follow(case: Case) -> dict[str, Any]:
    following = queries.following_of(current_user.id, case)
    return {
        "why": words.why_followed(following),
        "chosen": following.case.value if following.case else AS_THE_NETWORK,
        "levels": [(AS_THE_NETWORK, _("As in the rest of the network")), *words.names_of_levels()],
    }


def _number_of(reading: Reading) -> int:
    return -1 if reading.number is None else reading.number


def _page_to_open(case: Case, reading: Reading) -> int:
    """Where the first unread post is; the last page when all is read."""
    number = _number_of(reading) + 1 if reading.is_unread(case) else case.posts_count
    return queries.page_of(number)


def _news(case: Case, reading: Reading) -> dict[str, Any] | None:
    """The line between old and new, for someone who has read here before."""
    first = reading.first_new(case)
    if first is None or reading.read_at is None:
        return None
    page = queries.page_of(first)
    return {
        "first": first,
        "count": case.posts_count - first + 1,
        "since": since(reading.read_at),
        "url": url_for("cases.show", case_id=case.id, page=page, _anchor="new"),
    }


def _reply_form(case: Case, form: ReplyForm | None) -> ReplyForm | None:
    """None when the case is closed and nobody is in the middle of a sentence."""
    if form is not None:
        return form
    return None if case.is_closed else _fresh_reply_form(case)


def _fresh_reply_form(case: Case, **sent: Any) -> ReplyForm:
    form = ReplyForm(**(sent or {"formdata": None}))
    return form.as_owner() if case.owner_id == current_user.id else form


def _offer_meetings(form: BringForm, case: Case) -> BringForm | None:
    meetings = queries.meetings_to_bring_to(current_user, case.network_id)
    form.meeting.choices = [
        SelectChoice(str(meeting.id), f"{on_day(meeting.starts_at)}: {meeting.title}") for meeting in meetings
    ]
    return form if meetings else None


@bp.route("/cases/<int:case_id>/edit", methods=["GET", "POST"])
@takes_up_to(MOST_SENT)
@_only_so_many_files
def edit(case_id: int) -> ResponseReturnValue:
    case = found(queries.case_for(current_user, case_id))
    require(policy.may_steer(current_user, case))

    form = EditCaseForm(obj=case, seen=case.edition)
    if form.validate_on_submit():
        try:
            operations.edit_case(case, seen=form.seen.data or "", **form.words())
            attach_all(case, form.files.checked, by=current_user)
        except DomainError as refusal:
            db.session.rollback()
            case = found(queries.case_for(current_user, case_id))
            form.files.errors = [refusal.sentence]
            return render_template("cases/edit.html", form=form, case=case, is_stale=False)
        except operations.StaleError:
            form.seen.data = case.edition
            return render_template("cases/edit.html", form=form, case=case, is_stale=True), 409
        db.session.commit()
        flash(_("The case is saved."), "success")
        return redirect(url_for("cases.show", case_id=case.id))
    return render_template("cases/edit.html", form=form, case=case, is_stale=False)


@bp.post("/cases/<int:case_id>/closing")
def closing(case_id: int) -> ResponseReturnValue:
    case = found(queries.case_for(current_user, case_id))
    require(policy.may_steer(current_user, case))
    operations.close_case(case)
    db.session.commit()
    flash(_("The case is closed. It can still be read, and you can reopen it."), "success")
    return redirect(url_for("cases.show", case_id=case_id))


@bp.post("/cases/<int:case_id>/reopening")
def reopening(case_id: int) -> ResponseReturnValue:
    case = found(queries.case_for(current_user, case_id))
    require(policy.may_steer(current_user, case))
    operations.reopen_case(case)
    db.session.commit()
    flash(_("The case is open again."), "success")
    return redirect(url_for("cases.show", case_id=case_id))


def post_place(post: Post) -> str:
    """A post's address: the page it stands on, and its number there."""
    return url_for("cases.show", case_id=post.case_id, page=queries.page_of(post.number), _anchor=f"post-{post.number}")


@bp.post("/cases/<int:case_id>/posts")
@takes_up_to(MOST_SENT)
@_only_so_many_files
def reply(case_id: int) -> ResponseReturnValue:
    case, reading = found(queries.case_with_reading(current_user, case_id))
    require(policy.may_reply(current_user, case))

    form = _fresh_reply_form(case, formdata=CombinedMultiDict([request.files, request.form]))
    if form.validate_on_submit():
        try:
            post = operations.reply(case, kind=form.chosen, body=form.body.data or "", by=current_user)
            attach_all(case, form.files.checked, by=current_user, post=post)
        except DomainError as refusal:
            db.session.rollback()
            case, reading = found(queries.case_with_reading(current_user, case_id))
            form[refusal.field or "body"].errors = [refusal.sentence]
        else:
            db.session.commit()
            flash(_("Your reply stands in the case. The others get a mail now."), "success")
            return redirect(post_place(post))
    return _show(case, reading, reply_form=form)


@bp.route("/posts/<int:post_id>/edit", methods=["GET", "POST"])
@takes_up_to(MOST_SENT)
@_only_so_many_files
def edit_post(post_id: int) -> ResponseReturnValue:
    post = found(queries.post_for(current_user, post_id))
    require(policy.may_edit_post(current_user, post))

    form = EditPostForm(obj=post, seen=post.edition)
    if post.kind is PostKind.OWNER:
        form.as_owner()
    if form.validate_on_submit():
        try:
            operations.edit_post(post, seen=form.seen.data or "", kind=form.chosen, body=form.body.data or "")
            attach_all(post.case, form.files.checked, by=current_user, post=post)
        except DomainError as refusal:
            db.session.rollback()
            post = found(queries.post_for(current_user, post_id))
            form.files.errors = [refusal.sentence]
            return render_template("cases/edit_post.html", form=form, post=post, is_stale=False, back=post_place(post))
        except operations.StaleError:
            form.seen.data = post.edition
            return render_template(
                "cases/edit_post.html", form=form, post=post, is_stale=True, back=post_place(post)
            ), 409
        db.session.commit()
        flash(_("Your reply is saved."), "success")
        return redirect(post_place(post))
    return render_template("cases/edit_post.html", form=form, post=post, is_stale=False, back=post_place(post))


@bp.post("/cases/<int:case_id>/reading")
def reading(case_id: int) -> ResponseReturnValue:
    """Up to where the viewer has read; sent by the page's behaviour, or by its button."""
    case = found(queries.case_for(current_user, case_id))
    number = request.form.get("number", type=int)
    if number is None or number < 0:
        abort(400)
    operations.record_reading(current_user.id, case.id, min(number, case.posts_count))
    db.session.commit()
    return redirect(url_for("cases.show", case_id=case.id))


@bp.post("/cases/<int:case_id>/level")
def level(case_id: int) -> ResponseReturnValue:
    """How much to hear of the case; "network" is as much as of its network."""
    case = found(queries.case_for(current_user, case_id))
    require(policy.is_member(current_user, case.network_id))
    word = request.form.get("level", "")
    if word != AS_THE_NETWORK and word not in set(Level):
        abort(400)
    choose_level(current_user.id, "case", case.id, None if word == AS_THE_NETWORK else Level(word))
    db.session.commit()
    flash(_("Saved. You can change it again whenever you like."), "success")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="follow"))


@bp.post("/cases/<int:case_id>/agenda-item")
def bring(case_id: int) -> ResponseReturnValue:
    case, reading = found(queries.case_with_reading(current_user, case_id))
    require(policy.may_steer(current_user, case))

    form = BringForm()
    _offer_meetings(form, case)
    if form.validate_on_submit():
        meeting = found(meeting_for(current_user, int(form.meeting.data)))
        try:
            operations.bring_to_meeting(case, meeting)
        except DomainError as refusal:
            form.meeting.errors = [refusal.sentence]
        else:
            db.session.commit()
            flash(_("The case is on the agenda for %(day)s.", day=on_day(meeting.starts_at)), "success")
            return redirect(url_for("cases.show", case_id=case.id))
    return _show(case, reading, bring_form=form)


@bp.post("/cases/<int:case_id>/agenda-item/removal")
def take_off(case_id: int) -> ResponseReturnValue:
    case = found(queries.case_for(current_user, case_id))
    require(policy.may_steer(current_user, case))
    try:
        operations.take_off_agenda(case)
    except DomainError as refusal:
        flash(refusal.sentence, "danger")
    else:
        flash(_("The case is off the agenda."), "success")
    db.session.commit()
    return redirect(url_for("cases.show", case_id=case_id))
