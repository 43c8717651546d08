"""Signing in with a passkey: it says who one is, and counts as both steps."""

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.core import limits
from app.core.access import local_path, public
from app.core.forms import written
from app.extensions import db, limiter
from app.factors.passkeys import PasskeyRefusedError, options_to_sign_in, passkey_that_answered
from app.sessions.models import Means
from app.sessions.routes import bp, come_in, setting
from app.sessions.second_step_forms import PasskeyForm

PURPOSE = "sign in"


def way_in(*, target: str = "") -> str:
    """The passkey's part of the sign-in page."""
    return render_template("sessions/parts/passkey.html", form=PasskeyForm(formdata=None, next=target))


@bp.get("/login/passkey")
@public
def passkey_options() -> ResponseReturnValue:
    """What the script asks for. It names nobody, so it tells nobody who has an account."""
    return Response(options_to_sign_in(PURPOSE), mimetype="application/json")


def _person_who_answered(answer: str) -> Person | None:
    try:
        passkey = passkey_that_answered(answer, PURPOSE)
    except PasskeyRefusedError as refusal:
        current_app.logger.info("a passkey was refused: %s", refusal)
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
    db.session.commit()  # the challenge is spent
    flash(_("The passkey was not accepted. Try again, or sign in another way."), "danger")
    return redirect(url_for("sessions.login", next=target or None))
