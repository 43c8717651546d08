"""Asking for the sign-in once more before what only its owner may do with an account (ASVS 7.5.1)."""

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Person
from app.core import limits
from app.core.access import is_fresh_only, local_path
from app.core.forms import written
from app.extensions import db, limiter
from app.sessions import second_step
from app.sessions.blueprint import bp, by_own_account, setting
from app.sessions.codes import ask_for_code, person_with_code
from app.sessions.devices import browser_here
from app.sessions.forms import AgainCodeForm, AgainForm
from app.sessions.models import Means
from app.sessions.operations import person_with_password
from app.sessions.sign_in import refresh


def ask_when_stale() -> ResponseReturnValue | None:
    """Before every request: what is marked `@fresh_only` waits until it has been proved anew who is asking."""
    endpoint = request.endpoint
    if endpoint is None or not is_fresh_only(endpoint) or not current_user.is_authenticated or g.sign_in_is_fresh:
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("sessions.again", next=request.full_path.rstrip("?")))
    flash(_("What you sent has not been carried out. Sign in once more, then send it again."), "warn")
    has_page = current_app.create_url_adapter(request).test(request.path, method="GET")  # type: ignore[union-attr]
    return redirect(url_for("sessions.again", next=request.path if has_page else None))


def _next_path() -> str:
    return local_path(request.values.get("next"), url_for("sessions.signing_in"))


def _page(*, by_password: AgainForm | None = None, by_code: AgainCodeForm | None = None, is_sent: bool = False) -> str:
    target = _next_path()
    return render_template(
        "sessions/again.html",
        by_password=by_password or AgainForm(formdata=None, next=target),
        by_code=by_code or AgainCodeForm(formdata=None, next=target),
        is_sent=is_sent or by_code is not None,
        next_path=target,
    )


def _go_on(person: Person | None, *, means: Means) -> ResponseReturnValue | None:
    if person is None or person.id != current_user.id:
        db.session.commit()  # the try is written down
        return None
    target, here = _next_path(), g.sign_in_session_id
    return second_step.ask(person, means=means, target=target, session_id=here) or go_on_afresh(means, target)


def go_on_afresh(means: Means, target: str) -> ResponseReturnValue:
    """It has been proved anew whose session this is, with both steps where there are two."""
    refresh(means=means)
    db.session.commit()
    limits.give_back()
    return redirect(local_path(target, url_for("sessions.signing_in")))


@bp.route("/login/again", methods=["GET", "POST"])
@limiter.limit(setting("LOGIN_LIMIT"), key_func=by_own_account, methods=["POST"])
def again() -> ResponseReturnValue:
    form = AgainForm()
    if form.validate_on_submit():
        person = person_with_password(current_user.email, written(form.password), device=browser_here())
        answer = _go_on(person, means=Means.PASSWORD)
        if answer is not None:
            return answer
        form.password.errors = [_("That is not your password. Try again, or get a code by mail instead.")]
    return _page(by_password=form if request.method == "POST" else None, is_sent="sent" in request.args)


@bp.get("/login/again/code")
@bp.get("/login/again/code/confirmation")
def again_code_page() -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the forms."""
    return redirect(url_for("sessions.again"))


@bp.post("/login/again/code")
@limiter.limit(setting("CODE_LIMIT"), key_func=by_own_account)
def again_code() -> ResponseReturnValue:
    ask_for_code(current_user.email)
    db.session.commit()
    return redirect(url_for("sessions.again", next=_next_path(), sent=1, _anchor="code-title"))


@bp.post("/login/again/code/confirmation")
@limiter.limit(setting("CODE_TRY_LIMIT"), key_func=by_own_account)
def again_confirm() -> ResponseReturnValue:
    form = AgainCodeForm()
    if form.validate_on_submit():
        person = person_with_code(current_user.email, written(form.code), device=browser_here())
        answer = _go_on(person, means=Means.CODE)
        if answer is not None:
            return answer
        form.code.errors = [
            _("That code does not work. It may be mistyped, used or older than ten minutes. Ask for a new one.")
        ]
    return _page(by_code=form)
