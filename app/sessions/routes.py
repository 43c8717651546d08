"""Pages for signing in and out."""

import logging

from flask import Response, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.addresses import as_kept
from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import limits
from app.core.access import local_path, public
from app.core.forms import written
from app.core.tokens import fingerprint
from app.extensions import db, limiter
from app.sessions import employer, second_step
from app.sessions.blueprint import bp, setting
from app.sessions.codes import ask_for_code, person_with_code
from app.sessions.devices import browser_here
from app.sessions.forms import CodeForm, CodeRequestForm, PasswordForm
from app.sessions.identities import link_when_in, person_with_identity
from app.sessions.models import Means
from app.sessions.operations import person_with_password
from app.sessions.sign_in import enter, leave

log = logging.getLogger(__name__)
EMPLOYER_NEXT = "employer_next"  # where somebody wanted to go who is away at the employer's sign-in page
ASKED_FOR = "code_for"  # where the cookie carries the address a code was asked for: nothing secret, and not in the URL
NEXT = "next"


def by_account() -> str:
    """The account somebody tries to enter, as a fingerprint: the counters are to hold no addresses."""
    email = request.form.get("email") or session.get(ASKED_FOR) or ""
    return "account:" + fingerprint(as_kept(email))


def _next_path() -> str:
    return local_path(request.values.get(NEXT), "")


def _login_page(
    *,
    asking: CodeRequestForm | None = None,
    by_password: PasswordForm | None = None,
    by_code: CodeForm | None = None,
) -> str:
    """The three forms; the one that was sent keeps what was typed, the others start empty."""
    asked_for = session.get(ASKED_FOR, "")
    by_code = by_code or CodeForm(formdata=None, next=_next_path())
    if asked_for:
        by_code.code.render_kw = {**by_code.code.render_kw, "autofocus": True}
    return render_template(
        "sessions/login.html",
        asking=asking or CodeRequestForm(formdata=None, email=asked_for, next=_next_path()),
        by_password=by_password or PasswordForm(formdata=None, next=_next_path()),
        by_code=by_code,
        asked_for=asked_for,
        employer=employer.name() if employer.is_offered() else "",
        next_path=_next_path(),
        is_password_open=by_password is not None or (current_app.config["DEMO"] and not asked_for),
    )


def _go_in(person: Person, *, means: Means, target: str) -> ResponseReturnValue:
    """In, or to the second step if the person has one."""
    return second_step.ask(person, means=means, target=target) or come_in(person, means=means, target=target)


def come_in(person: Person, *, means: Means, target: str, has_shown_factor: bool = False) -> ResponseReturnValue:
    """All steps are done."""
    enter(person, means=means, has_shown_factor=has_shown_factor)
    db.session.commit()
    limits.give_back()
    return redirect(local_path(target, url_for("home.index")))


@bp.route("/login", methods=["GET", "POST"])
@public
@limiter.limit(setting("LOGIN_LIMIT"), key_func=limits.by_ip, methods=["POST"])
@limiter.limit(setting("LOGIN_LIMIT"), key_func=by_account, methods=["POST"])
def login() -> ResponseReturnValue:
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(local_path(request.args.get(NEXT), url_for("home.index")))
        return _login_page()
    form = PasswordForm()
    if form.validate_on_submit():
        person = person_with_password(written(form.email), written(form.password), device=browser_here())
        if person is not None:
            return _go_in(person, means=Means.PASSWORD, target=written(form.next))
        db.session.commit()  # the failure is written down
        form.password.errors = [
            _("The address and the password do not belong together. Try again, or get a code by mail instead.")
        ]
    return _login_page(by_password=form)


@bp.get("/login/code")
@bp.get("/login/code/confirmation")
@public
def code_page() -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the forms."""
    return redirect(url_for("sessions.login"))


@bp.post("/login/code")
@public
@limiter.limit(setting("CODE_IP_LIMIT"), key_func=limits.by_ip)
@limiter.limit(setting("CODE_LIMIT"), key_func=by_account)
def code() -> ResponseReturnValue:
    form = CodeRequestForm()
    if not form.validate_on_submit():
        return _login_page(asking=form)
    ask_for_code(written(form.email))
    db.session.commit()
    session[ASKED_FOR] = as_kept(written(form.email))
    target = local_path(written(form.next), "")
    return redirect(url_for("sessions.login", next=target or None, _anchor="code-title"))


@bp.post("/login/code/confirmation")
@public
@limiter.limit(setting("CODE_TRY_LIMIT"), key_func=limits.by_ip)
@limiter.limit(setting("CODE_TRY_LIMIT"), key_func=by_account)
def confirm_code() -> ResponseReturnValue:
    form = CodeForm()
    email = written(form.email) or session.get(ASKED_FOR, "")
    if form.validate_on_submit():
        person = person_with_code(email, written(form.code), device=browser_here())
        if person is not None:
            return _go_in(person, means=Means.CODE, target=written(form.next))
        db.session.commit()  # a try has been used up
        form.code.errors = [
            _("That code does not work. It may be mistyped, used or older than ten minutes. Ask for a new one.")
        ]
    return _login_page(by_code=form)


@bp.post("/logout")
@public
def logout() -> ResponseReturnValue:
    """Public, because whose session is over already is to be told the same."""
    if current_user.is_authenticated:
        record(EventKind.SIGNED_OUT, current_user, device=browser_here())
    leave()
    db.session.commit()
    flash(_("You are signed out."), "success")
    response: Response = redirect(url_for("home.index"))  # type: ignore[assignment]
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/login/employer")
@public
@limiter.limit(setting("LOGIN_LIMIT"), key_func=limits.by_ip)
def employer_sign_in() -> ResponseReturnValue:
    """To the employer's sign-in page. A link and no form: `form-action` would have to allow wherever that leads on to."""
    if not employer.is_offered():
        abort(404)
    try:
        answer = employer.way_there()
    except employer.EmployerError as error:
        return _employer_failed(error)
    limits.give_back()  # a whole municipality comes from one network address
    session[EMPLOYER_NEXT] = _next_path()
    return answer


def _employer_failed(error: employer.EmployerError) -> ResponseReturnValue:
    log.warning("sign-in with the employer's account failed: %s", error)
    flash(_("Sign-in with %(name)s did not succeed. Try again, or get a code by mail.", name=employer.name()), "danger")
    return redirect(url_for("sessions.login"))


@bp.get("/login/employer/answer")
@public
@limiter.limit(setting("LOGIN_LIMIT"), key_func=limits.by_ip)
def employer_answer() -> ResponseReturnValue:
    """Back from the employer. It can only come as a GET; `state`, which only this browser has and once, guards the write."""
    if not employer.is_offered():
        abort(404)
    try:
        claims = employer.claims_of_answer()
    except employer.EmployerError as error:
        return _employer_failed(error)
    db.session.rollback()
    db.session.connection(execution_options={"only_reads": False})
    person = person_with_identity(claims)
    if person is not None:
        target = session.get(EMPLOYER_NEXT, "")
        to_second = second_step.ask(person, means=Means.EMPLOYER, target=target, claims=claims)
        if to_second is not None:
            return to_second
        link_when_in(person, issuer=claims.issuer, subject=claims.subject)
        return come_in(person, means=Means.EMPLOYER, target=target)
    record(EventKind.SIGN_IN_FAILED, means=Means.EMPLOYER.value, device=browser_here())
    db.session.commit()
    flash(_("%(name)s knows you, but we do not know that account yet. If you are a member, sign in with a code by mail. If not, write to a coordinator you know.", name=employer.name()), "warn")  # fmt: skip
    return redirect(url_for("sessions.login"))


def send_to_sign_in() -> ResponseReturnValue:
    """What somebody gets who is not signed in; after a GET they come back to where they wanted to go."""
    target = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
    return redirect(url_for("sessions.login", next=target))
