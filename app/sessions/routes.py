"""Pages for signing in and out, and one's own account."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.addresses import as_kept
from app.accounts.models import Person
from app.accounts.operations import describe_oneself
from app.accounts.passwords import hashed, matches, weakness_of
from app.core import limits
from app.core.access import local_path, public
from app.core.errors import found
from app.core.forms import written
from app.core.tokens import fingerprint
from app.extensions import db, limiter
from app.organisations.queries import municipalities
from app.sessions import second_step
from app.sessions.codes import ask_for_code, person_with_code
from app.sessions.forms import CodeForm, CodeRequestForm, NewPasswordForm, PasswordForm, ProfileForm
from app.sessions.models import Means, SignInSession
from app.sessions.operations import change_password, end_other_sessions, person_with_password
from app.sessions.queries import session_for, sessions_of
from app.sessions.sign_in import enter, leave
from app.sessions.user_agents import browser_of

bp = Blueprint("sessions", __name__, template_folder="templates")

ASKED_FOR = "code_for"  # where the cookie carries the address a code was asked for: nothing secret, and not in the URL
NEXT = "next"


def by_account() -> str:
    """The account somebody tries to enter, as a fingerprint: the counters are to hold no addresses."""
    email = request.form.get("email") or session.get(ASKED_FOR) or ""
    return "account:" + fingerprint(as_kept(email))


def by_own_account() -> str:
    return f"person:{current_user.get_id()}"


def setting(name: str) -> Any:
    """A limit that is read anew for every request, so that a test or a load run can set it."""
    return lambda: current_app.config[name]


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
        is_password_open=by_password is not None or (current_app.config["DEMO"] and not asked_for),
    )


def _go_in(person: Person, *, means: Means, target: str) -> ResponseReturnValue:
    """In, or to the second step if the person has one."""
    return second_step.ask(person, means=means, target=target) or come_in(person, means=means, target=target)


def come_in(person: Person, *, means: Means, target: str) -> ResponseReturnValue:
    """All steps are done."""
    enter(person, means=means)
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
        person = person_with_password(written(form.email), written(form.password))
        if person is not None:
            return _go_in(person, means=Means.PASSWORD, target=written(form.next))
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
        person = person_with_code(email, written(form.code))
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
    leave()
    db.session.commit()
    flash(_("You are signed out."), "success")
    response: Response = redirect(url_for("home.index"))  # type: ignore[assignment]
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _session_here() -> SignInSession:
    return found(session_for(current_user, g.sign_in_session_id))


def _account_page(*, profile: ProfileForm | None = None, password: NewPasswordForm | None = None) -> str:
    held = sessions_of(current_user)
    here = next(row for row in held if row.id == g.sign_in_session_id)
    return render_template(
        "sessions/account.html",
        profile=profile or ProfileForm(formdata=None, obj=current_user),
        password=password or NewPasswordForm(formdata=None),
        held=held,
        this_session=here,
        browser_of=browser_of,
        asks_for_current=_asks_for_current(here),
    )


def _asks_for_current(here: SignInSession) -> bool:
    return current_user.password_hash is not None and not here.is_fresh_by_code


@bp.route("/account", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        describe_oneself(
            current_user,
            name=written(form.name),
            title=written(form.title),
            phone=written(form.phone),
            locale=written(form.locale),
        )
        db.session.commit()
        with force_locale(written(form.locale)):
            flash(_("Your account is saved."), "success")
        return redirect(url_for("sessions.account"))
    return _account_page(profile=form if request.method == "POST" else None)


@bp.get("/account/password")
def password_page() -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the form."""
    return redirect(url_for("sessions.account", _anchor="password-title"))


@bp.post("/account/password")
@limiter.limit(setting("LOGIN_LIMIT"), key_func=by_own_account)
def password() -> ResponseReturnValue:
    form = NewPasswordForm()
    if form.validate_on_submit():
        here = _session_here()
        stored = current_user.password_hash
        is_asked, here_id = _asks_for_current(here), here.id
        names = [place.name for place in municipalities()]
        weakness = weakness_of(
            written(form.password), known=[current_user.name, current_user.email.split("@")[0], *names]
        )
        db.session.rollback()  # hashing takes long; nobody is to wait for the database meanwhile
        if is_asked and not matches(written(form.current), stored):
            form.current.errors = [_("That is not your current password.")]
        elif weakness is not None:
            form.password.errors = [weakness]
        else:
            change_password(current_user, hashed(written(form.password)), here=here_id)
            db.session.commit()
            limits.give_back()
            flash(_("Your password is changed, and every other browser is signed out."), "success")
            return redirect(url_for("sessions.account"))
    return _account_page(password=form)


@bp.post("/account/sessions/<int:session_id>/end")
def end(session_id: int) -> ResponseReturnValue:
    row = found(session_for(current_user, session_id))
    if row.id == g.sign_in_session_id:
        return logout()
    db.session.delete(row)
    db.session.commit()
    flash(_("The browser is signed out."), "success")
    return redirect(url_for("sessions.account", _anchor="sessions-title"))


@bp.post("/account/sessions/end-others")
def end_others() -> ResponseReturnValue:
    end_other_sessions(current_user, but=g.sign_in_session_id)
    db.session.commit()
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("sessions.account", _anchor="sessions-title"))


def send_to_sign_in() -> ResponseReturnValue:
    """What somebody gets who is not signed in; after a GET they come back to where they wanted to go."""
    target = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
    return redirect(url_for("sessions.login", next=target))
