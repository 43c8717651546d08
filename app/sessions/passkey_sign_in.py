"""Signing in with a passkey: it says who one is, and counts as both steps."""

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import limits
from app.core.access import local_path, public
from app.core.forms import written
from app.extensions import db, limiter
from app.factors.passkeys import PasskeyRefusedError, options_to_sign_in, passkey_that_answered
from app.factors.queries import passkeys_of
from app.sessions.again import go_on_afresh
from app.sessions.blueprint import bp, by_own_account, setting
from app.sessions.devices import browser_here
from app.sessions.models import Means
from app.sessions.routes import come_in
from app.sessions.second_step_forms import PasskeyForm

PURPOSE = "sign in"


def way_in(*, next: str = "") -> str:  # noqa: A002 - as the page calls it
    """The passkey's part of the sign-in page."""
    return render_template("sessions/parts/passkey.html", form=PasskeyForm(formdata=None, next=next))


def way_on(*, viewer: Person, next: str = "") -> str:  # noqa: A002 - as the page calls it
    """Its part of the page that asks once more, for who has one."""
    if not passkeys_of(viewer.id):
        return ""
    return render_template("sessions/parts/passkey_again.html", form=PasskeyForm(formdata=None, next=next))


@bp.get("/login/passkey")
@public
def passkey_options() -> ResponseReturnValue:
    """What the script asks for. It names nobody, so it tells nobody who has an account."""
    return Response(options_to_sign_in(PURPOSE), mimetype="application/json")


def _person_who_answered(answer: str, purpose: str = PURPOSE, *, of: int | None = None) -> Person | None:
    """Commit either way, for the challenge is spent and a failure is written down."""
    try:
        passkey = passkey_that_answered(answer, purpose, of=of)
    except PasskeyRefusedError as refusal:
        current_app.logger.info("a passkey was refused: %s", refusal)
        record(EventKind.SIGN_IN_FAILED, of or refusal.person_id, means=Means.PASSKEY.value, device=browser_here())
        return None
    return db.session.scalar(select(Person).where(Person.id == passkey.person_id, Person.disabled_at.is_(None)))


@bp.post("/login/passkey")
@public
@limiter.limit(setting("LOGIN_LIMIT"), key_func=limits.by_ip)
def by_passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    target = local_path(written(form.next), "")
    person = _person_who_answered(written(form.credential))
    if person is not None:
        return come_in(person, means=Means.PASSKEY, target=target)
    db.session.commit()
    flash(_("The passkey was not accepted. Try again, or sign in another way."), "danger")
    return redirect(url_for("sessions.login", next=target or None))


def _purpose_again() -> str:
    return f"again {current_user.id}"


@bp.get("/login/again/passkey")
def passkey_options_again() -> ResponseReturnValue:
    return Response(options_to_sign_in(_purpose_again(), passkeys_of(current_user.id)), mimetype="application/json")


@bp.post("/login/again/passkey")
@limiter.limit(setting("LOGIN_LIMIT"), key_func=by_own_account)
def by_passkey_again() -> ResponseReturnValue:
    form = PasskeyForm()
    target = local_path(written(form.next), "")
    person = _person_who_answered(written(form.credential), _purpose_again(), of=current_user.id)
    if person is not None:
        return go_on_afresh(Means.PASSKEY, target)
    db.session.commit()
    flash(_("The passkey was not accepted. Try again, or use another way."), "danger")
    return redirect(url_for("sessions.again", next=target or None))
