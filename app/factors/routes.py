"""Pages of one's second step, and the page where administrators require it."""

from collections.abc import Callable

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Person
from app.core import limits
from app.core.access import fresh_only
from app.core.errors import found, require
from app.core.forms import written
from app.extensions import db, limiter
from app.factors import operations
from app.factors.authenticators import address_of, drawn, in_groups, new_secret_key, step_of
from app.factors.forms import AuthenticatorForm, NewPasskeyForm, PasskeyNameForm, RecoveryFileForm, RulesForm
from app.factors.models import Passkey, RequiredOf
from app.factors.passkeys import PasskeyRefusedError, new_passkey, options_to_add
from app.factors.queries import codes_left_of, held_by, passkey_for
from app.factors.rules import change_rule, must_set_up, reach_of_each, required_of
from app.factors.sealing import seal, unseal

bp = Blueprint("factors", __name__, template_folder="templates")

SETTING_UP, SHOWN = "authenticator set-up", "recovery codes shown"
QUARTER = 15 * 60  # seconds that a sealed form may lie open


def by_own_account() -> str:
    return f"factor:{current_user.get_id()}"


def factor_limit() -> Callable[[], str]:
    """Read anew for every request, so that a test or a load run can set it."""
    return lambda: str(current_app.config["FACTOR_LIMIT"])


def _sealed_for_me(purpose: str, text: str) -> str:
    return seal(f"{purpose} {current_user.id}", text)


def _unsealed_for_me(purpose: str, sealed: str) -> str | None:
    return unseal(f"{purpose} {current_user.id}", sealed, within=QUARTER)


def _on_to_the_codes() -> ResponseReturnValue:
    """After a factor was added: to the recovery codes if there are none, else back to the list."""
    endpoint = "factors.index" if codes_left_of(current_user.id) else "factors.recovery_codes"
    return redirect(url_for(endpoint))


def summary(*, viewer: Person) -> str:
    """What the account's page on signing in says of the second step."""
    return render_template("factors/parts/summary.html", held=held_by(viewer.id))


@bp.get("/account/second-factor")
def index() -> ResponseReturnValue:
    return render_template(
        "factors/index.html",
        held=held_by(current_user.id),
        must_set_up=must_set_up(current_user),
        required_of=required_of(),
    )


@bp.route("/account/second-factor/authenticator", methods=["GET", "POST"])
@fresh_only
@limiter.limit(factor_limit(), key_func=by_own_account, methods=["POST"])
def add_authenticator() -> ResponseReturnValue:
    form = AuthenticatorForm()
    secret = _unsealed_for_me(SETTING_UP, written(form.sealed)) if form.is_submitted() else None
    if form.validate_on_submit():
        step = step_of(secret, written(form.code)) if secret else None
        if secret and step is not None:
            operations.add_authenticator(current_user, secret, step=step)
            db.session.commit()
            limits.give_back()
            flash(
                _("The authenticator app is added. You are asked for a code from it the next time you sign in."),
                "success",
            )
            return _on_to_the_codes()
        form.code.errors = [_why_not(is_open=secret is not None)]
    secret = secret or new_secret_key()
    form.sealed.data = _sealed_for_me(SETTING_UP, secret)
    side, path = drawn(address_of(secret, current_user))
    replaces = held_by(current_user.id).authenticator is not None
    return render_template(
        "factors/authenticator.html", form=form, key=in_groups(secret), side=side, path=path, replaces=replaces
    )


def _why_not(*, is_open: bool) -> str:
    if is_open:
        return _(
            "That is not the code the app shows now. Wait for the next one and type that. Is the clock of your phone set by itself?"
        )
    return _("The page had been open too long, so there is a new key. Scan the new picture, and type the code for it.")


@bp.post("/account/second-factor/authenticator/removal")
@fresh_only
def remove_authenticator() -> ResponseReturnValue:
    operations.remove_authenticator(current_user)
    db.session.commit()
    flash(_("The authenticator app is removed. Its codes no longer work."), "success")
    return redirect(url_for("factors.index"))


@bp.route("/account/second-factor/passkeys/new", methods=["GET", "POST"])
@fresh_only
@limiter.limit(factor_limit(), key_func=by_own_account, methods=["POST"])
def add_passkey() -> ResponseReturnValue:
    form = NewPasskeyForm()
    if form.validate_on_submit():
        try:
            operations.add_passkey(
                current_user, new_passkey(current_user, written(form.credential), name=written(form.name))
            )
        except PasskeyRefusedError as refusal:
            current_app.logger.info("a new passkey was refused: %s", refusal)
            form.name.errors = [
                _("The browser made no passkey that we can use. Try again, or use another browser or device.")
            ]
        else:
            db.session.commit()
            limits.give_back()
            flash(_("The passkey is added. From now on you can sign in with it."), "success")
            return _on_to_the_codes()
        db.session.commit()  # the challenge is spent
    return render_template("factors/new_passkey.html", form=form)


@bp.get("/account/second-factor/passkeys/options")
@fresh_only
def passkey_options() -> ResponseReturnValue:
    return Response(options_to_add(current_user), mimetype="application/json")


def _passkey(passkey_id: int) -> Passkey:
    return found(passkey_for(current_user, passkey_id))


@bp.route("/account/second-factor/passkeys/<int:passkey_id>", methods=["GET", "POST"])
def passkey(passkey_id: int) -> ResponseReturnValue:
    its = _passkey(passkey_id)
    form = PasskeyNameForm(obj=its)
    if form.validate_on_submit():
        operations.rename_passkey(its, written(form.name))
        db.session.commit()
        flash(_("The new name is saved."), "success")
        return redirect(url_for("factors.index"))
    return render_template("factors/passkey.html", form=form, passkey=its)


@bp.post("/account/second-factor/passkeys/<int:passkey_id>/removal")
@fresh_only
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    operations.remove_passkey(current_user, _passkey(passkey_id))
    db.session.commit()
    flash(
        _("The passkey is removed. Delete it on your device as well, so that you are not offered it in vain."),
        "success",
    )
    return redirect(url_for("factors.index"))


@bp.route("/account/second-factor/recovery-codes", methods=["GET", "POST"])
@fresh_only
def recovery_codes() -> ResponseReturnValue:
    form = RecoveryFileForm()
    if not form.validate_on_submit():
        return render_template("factors/recovery_codes.html", held=held_by(current_user.id))
    codes = operations.make_recovery_codes(current_user)
    db.session.commit()
    form.sealed.data = _sealed_for_me(SHOWN, "\n".join(codes))
    return render_template("factors/new_recovery_codes.html", form=form, codes=codes)


@bp.post("/account/second-factor/recovery-codes/file")
def recovery_file() -> ResponseReturnValue:
    """The codes that were just shown, as a text file. They are in the form, sealed, because we do not keep them."""
    codes = _unsealed_for_me(SHOWN, written(RecoveryFileForm().sealed))
    if codes is None:
        flash(_("The codes can no longer be fetched. Make new ones if you have not kept them."), "warn")
        return redirect(url_for("factors.index"))
    text = render_template("factors/recovery_codes.txt", codes=codes.split("\n"))
    response = Response(text.replace("\n", "\r\n"), mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=_("recovery-codes-erfa-nord.txt"))
    return response


@bp.route("/administration/sign-in", methods=["GET", "POST"])
@fresh_only
def rules() -> ResponseReturnValue:
    require(current_user.is_administrator)
    form = RulesForm(required_of=required_of())
    if form.validate_on_submit():
        change_rule(RequiredOf(form.required_of.data), by=current_user)
        db.session.commit()
        flash(_("The rule is saved and applies from the next click."), "success")
        return redirect(url_for("factors.rules"))
    return render_template("factors/rules.html", form=form, reach=reach_of_each())
