"""The pages of one's own account: about oneself, how one signs in, where one is signed in, and what has happened."""

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.events import record
from app.accounts.models import EventKind
from app.accounts.passwords import hashed, matches, strength_of, weakness_of
from app.accounts.words import sentence_of
from app.core import limits
from app.core.access import fresh_only
from app.core.errors import found
from app.core.forms import written
from app.extensions import db, limiter
from app.organisations.queries import municipalities
from app.sessions import employer
from app.sessions.blueprint import bp, by_own_account, setting
from app.sessions.forms import NewPasswordForm
from app.sessions.identities import allow_again, unlink
from app.sessions.models import SignInSession
from app.sessions.operations import change_password, end_other_sessions, remove_password
from app.sessions.queries import (
    address_change_of,
    identities_of,
    identity_for,
    log_of,
    session_for,
    sessions_of,
)
from app.sessions.routes import logout
from app.sessions.user_agents import browser_of
from app.sessions.words import how_of

PAGE_OF_LOG = 30


@bp.get("/account")
def account() -> ResponseReturnValue:
    """The first of the account's pages."""
    return redirect(url_for("people.profile"))


@bp.get("/account/signing-in")
def signing_in() -> ResponseReturnValue:
    return render_template(
        "sessions/signing_in.html",
        change=address_change_of(current_user),
        identities=identities_of(current_user),
        employer=employer.name() if employer.is_offered() else "",
        issuer_name=lambda issuer: employer.name() if employer.is_ours(issuer) else issuer,
    )


def _session_here() -> SignInSession:
    return found(session_for(current_user, g.sign_in_session_id))


def _asks_for_current(here: SignInSession) -> bool:
    return current_user.password_hash is not None and not here.is_fresh_by_code


def _known_of_oneself() -> list[str]:
    """What others connect with the person, and what everybody here thinks of first."""
    names = [place.name for place in municipalities()]
    return [current_user.name, current_user.email.split("@")[0], *names]


def _password_page(form: NewPasswordForm | None = None) -> str:
    return render_template(
        "sessions/password.html",
        password=form or NewPasswordForm(formdata=None),
        asks_for_current=_asks_for_current(_session_here()),
    )


@bp.get("/account/password")
@fresh_only
def password_page() -> ResponseReturnValue:
    return _password_page()


@bp.post("/account/password")
@fresh_only
@limiter.limit(setting("LOGIN_LIMIT"), key_func=by_own_account)
def password() -> ResponseReturnValue:
    form = NewPasswordForm()
    if form.validate_on_submit():
        here = _session_here()
        stored = current_user.password_hash
        is_asked, here_id = _asks_for_current(here), here.id
        weakness = weakness_of(written(form.password), known=_known_of_oneself())
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
            return redirect(url_for("sessions.signing_in"))
    return _password_page(form)


@bp.post("/account/password/strength")
@limiter.limit(setting("STRENGTH_LIMIT"), key_func=by_own_account)
def strength() -> ResponseReturnValue:
    """How good a password would be that is just being written; kept nowhere."""
    step, sentence = strength_of(request.form.get("password", ""), known=_known_of_oneself())
    return jsonify(step=step.value, says=sentence)


@bp.post("/account/password/removal")
@fresh_only
def password_removal() -> ResponseReturnValue:
    remove_password(current_user, here=g.sign_in_session_id)
    db.session.commit()
    flash(_("Your password is removed. You sign in with a code by mail from now on."), "success")
    return redirect(url_for("sessions.signing_in"))


@bp.post("/account/identities/<int:identity_id>/removal")
@fresh_only
def identity_removal(identity_id: int) -> ResponseReturnValue:
    """Unlinks it; sent from the row of one that is unlinked already, it lifts the bar."""
    identity = found(identity_for(current_user, identity_id))
    if "allow" in request.form:
        allow_again(identity)
        said = _("It is allowed again, and is linked the next time you sign in with it.")
    else:
        unlink(identity, here=g.sign_in_session_id)
        said = _("It is unlinked and no longer opens your account. What it had opened is signed out.")
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("sessions.signing_in"))


@bp.get("/account/sessions")
def held() -> ResponseReturnValue:
    return render_template(
        "sessions/held.html",
        held=sessions_of(current_user),
        here_id=g.sign_in_session_id,
        browser_of=browser_of,
        how_of=how_of,
    )


@bp.post("/account/sessions/<int:session_id>/end")
def end(session_id: int) -> ResponseReturnValue:
    row = found(session_for(current_user, session_id))
    if row.id == g.sign_in_session_id:
        return logout()
    record(EventKind.SESSION_ENDED, current_user, device=browser_of(row.user_agent))
    db.session.delete(row)
    db.session.commit()
    flash(_("The browser is signed out."), "success")
    return redirect(url_for("sessions.held"))


@bp.post("/account/sessions/end-others")
def end_others() -> ResponseReturnValue:
    end_other_sessions(current_user, but=g.sign_in_session_id)
    record(EventKind.OTHER_SESSIONS_ENDED, current_user)
    db.session.commit()
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("sessions.held"))


@bp.get("/account/log")
def log() -> ResponseReturnValue:
    events, page = log_of(current_user, asked=request.args.get("page", type=int), size=PAGE_OF_LOG)
    return render_template(
        "sessions/log.html",
        events=events,
        page=page,
        page_url=lambda number: url_for("sessions.log", page=number),
        sentence_of=sentence_of,
        how_of=how_of,
    )
