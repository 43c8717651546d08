"""The page of the second step: a code of the app, a passkey, or a recovery code."""

from flask import Response, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core import limits
from app.core.access import public
from app.core.errors import found, require
from app.core.forms import written
from app.extensions import db, limiter
from app.factors import authenticators
from app.factors.operations import use_recovery_code
from app.factors.passkeys import PasskeyRefusedError, options_to_sign_in, passkey_that_answered
from app.factors.queries import FEW, codes_left_of, held_by, passkeys_of
from app.sessions.again import go_on_afresh
from app.sessions.blueprint import bp, setting
from app.sessions.identities import link_when_in
from app.sessions.models import PendingSignIn
from app.sessions.operations import note_factor_shown
from app.sessions.routes import come_in
from app.sessions.second_step import end, note_failure, pending_here
from app.sessions.second_step_forms import AppCodeForm, PasskeyForm, RecoveryCodeForm


def by_pending() -> str:
    """The account whose second step is tried, whichever browser tries it."""
    pending = pending_here()
    return f"second-step:{pending.person_id}" if pending else limits.by_ip()


# One count for both, so that two kinds of code do not give twice the tries.
tries_of_the_account = limiter.shared_limit(setting("FACTOR_LIMIT"), scope="second-step", key_func=by_pending)


def _page(
    pending: PendingSignIn,
    *,
    by_app: AppCodeForm | None = None,
    by_recovery: RecoveryCodeForm | None = None,
    passkey_error: str = "",
) -> str:
    held = held_by(pending.person_id)
    return render_template(
        "sessions/second.html",
        held=held,
        by_app=by_app or AppCodeForm(formdata=None),
        by_passkey=PasskeyForm(formdata=None),
        by_recovery=by_recovery or RecoveryCodeForm(formdata=None),
        passkey_error=passkey_error,
        is_recovery_open=by_recovery is not None,
        is_signed_in=pending.session_id is not None,
    )


def _begin_again() -> ResponseReturnValue:
    flash(_("That took too long, or you were done already. Begin again."), "warn")
    return redirect(url_for("sessions.login"))


def _another_was_quicker() -> ResponseReturnValue:
    """Another tab is in already. No word in the cookie, which would push out the one that the other tab has got."""
    db.session.rollback()
    return redirect(url_for("sessions.login"))


def _done(pending: PendingSignIn) -> ResponseReturnValue | None:
    """The way on; None when another tab has been quicker."""
    person, means, target, session_id = pending.person, pending.means, pending.target, pending.session_id
    if not end(pending):
        return None
    if pending.issuer and pending.subject:
        link_when_in(person, issuer=pending.issuer, subject=pending.subject)
    if session_id is None:
        return come_in(person, means=means, target=target, has_shown_factor=True)
    require(current_user.is_authenticated and g.sign_in_session_id == session_id)
    note_factor_shown(session_id)
    return go_on_afresh(means, target)


def _failed(pending: PendingSignIn, factor: str) -> bool:
    """Written down; False when another tab has been quicker."""
    is_noted = note_failure(pending, factor=factor)
    db.session.commit()
    return is_noted


@bp.get("/login/second")
@public
def second() -> ResponseReturnValue:
    pending = pending_here()
    return _page(pending) if pending else redirect(url_for("sessions.login"))


@bp.post("/login/second")
@public
@tries_of_the_account
def second_by_app() -> ResponseReturnValue:
    pending = pending_here()
    if pending is None:
        return _begin_again()
    form = AppCodeForm()
    if form.validate_on_submit():
        if authenticators.takes(pending.person_id, written(form.code)):
            return _done(pending) or _another_was_quicker()
        if not _failed(pending, "authenticator"):
            return _another_was_quicker()
        form.code.errors = [_("That is not the code the app shows now, or it has been used. Wait for the next one.")]
    return _page(pending, by_app=form)


@bp.post("/login/second/recovery")
@public
@tries_of_the_account
def second_by_recovery() -> ResponseReturnValue:
    pending = pending_here()
    if pending is None:
        return _begin_again()
    form = RecoveryCodeForm()
    if form.validate_on_submit():
        if use_recovery_code(pending.person, written(form.recovery_code)):
            left = codes_left_of(pending.person_id)
            way_on = _done(pending)
            if way_on is None:
                return _another_was_quicker()
            _say_how_many_are_left(left)  # not sooner: coming in empties the cookie
            return way_on
        if not _failed(pending, "recovery_code"):
            return _another_was_quicker()
        form.recovery_code.errors = [_("That is not one of your recovery codes, or it has been used.")]
    return _page(pending, by_recovery=form)


def _say_how_many_are_left(left: int) -> None:
    says = ngettext("You have %(num)d recovery code left.", "You have %(num)d recovery codes left.", left)
    advice = _("Make new ones under My account.") if left <= FEW else ""
    flash(f"{says} {advice}".strip(), "warn" if left <= FEW else "info")


@bp.get("/login/second/passkey")
@public
def second_options() -> ResponseReturnValue:
    """What the script asks for: a challenge that only this person's passkeys can answer."""
    pending = found(pending_here())
    options = options_to_sign_in(f"second {pending.id}", passkeys_of(pending.person_id))
    return Response(options, mimetype="application/json")


@bp.post("/login/second/passkey")
@public
@limiter.limit(setting("FACTOR_LIMIT"), key_func=limits.by_ip)
def second_by_passkey() -> ResponseReturnValue:
    """Limited by network address only: nobody can guess a signature, so nobody can shut the owner out here."""
    pending = pending_here()
    if pending is None:
        return _begin_again()
    try:
        passkey_that_answered(written(PasskeyForm().credential), f"second {pending.id}", of=pending.person_id)
    except PasskeyRefusedError as refusal:
        current_app.logger.info("a passkey was refused at the second step: %s", refusal)
        if not _failed(pending, "passkey"):
            return _another_was_quicker()
        return _page(pending, passkey_error=_("The passkey was not accepted. Try again, or use another way."))
    return _done(pending) or _another_was_quicker()
