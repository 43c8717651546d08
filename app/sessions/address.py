"""The pages on which one changes one's mail address, and the one on which whoever reads the old mailbox stops it."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.addresses import NotAnAddressError, read_address
from app.core import limits
from app.core.access import fresh_only, public
from app.core.forms import written
from app.extensions import db, limiter
from app.sessions.address_changes import (
    ask_for_address,
    change_to_stop,
    complete_change,
    give_digits,
    stop_change,
    withdraw_change,
)
from app.sessions.blueprint import bp, by_own_account, setting
from app.sessions.forms import AddressCodesForm, AddressForm
from app.sessions.models import AddressChange
from app.sessions.queries import address_change_of
from app.sessions.sign_in import leave


def _page(*, asking: AddressForm | None = None, codes: AddressCodesForm | None = None) -> str:
    return render_template(
        "sessions/address.html",
        change=address_change_of(current_user),
        asking=asking or AddressForm(formdata=None),
        codes=codes or AddressCodesForm(formdata=None),
    )


@bp.route("/account/address", methods=["GET", "POST"])
@fresh_only
@limiter.limit(setting("ADDRESS_LIMIT"), key_func=by_own_account, methods=["POST"])
def address() -> ResponseReturnValue:
    if request.method != "POST":
        return _page()
    form = AddressForm()
    wanted = _wanted_address(form) if form.validate_on_submit() else None
    if wanted is None:
        db.session.rollback()
        limits.give_back()  # only what sends mail counts
        return _page(asking=form)
    ask_for_address(current_user, wanted)
    db.session.commit()
    return redirect(url_for("sessions.address"))


def _wanted_address(form: AddressForm) -> str | None:
    try:
        wanted = read_address(written(form.email))
    except NotAnAddressError:
        form.email.errors = [_("Write a whole address, like mette@kommune.dk.")]
        return None
    if wanted == current_user.email:
        form.email.errors = [_("That is the address you have already.")]
        return None
    return wanted


@bp.get("/account/address/confirmation")
def confirm_address_page() -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the form."""
    return redirect(url_for("sessions.address"))


@bp.post("/account/address/confirmation")
@fresh_only
@limiter.limit(setting("CODE_TRY_LIMIT"), key_func=by_own_account)
def confirm_address() -> ResponseReturnValue:
    change = address_change_of(current_user)
    if change is None:
        flash(_("That change is over. Ask for it again."), "warn")
        return redirect(url_for("sessions.address"))
    form = AddressCodesForm()
    wrong = _wrong_digits(change, form) if form.validate_on_submit() else ["new"]
    if not wrong and change.is_confirmed:
        if complete_change(change, current_user, here=g.sign_in_session_id):
            db.session.commit()
            limits.give_back()
            flash(_("Your mail address is changed, and every other browser is signed out."), "success")
            return redirect(url_for("sessions.signing_in"))
        form.new_code.errors = [_wrong()]
    db.session.commit()  # what was right counts from now on, and what was wrong was a try
    return _page(codes=form)


def _wrong() -> str:
    return _("That code does not work. It may be mistyped or older than an hour.")


def _wrong_digits(change: AddressChange, form: AddressCodesForm) -> list[str]:
    """Which were wrong; the sentences stand at their fields. Where none was given, the one that is still wanted is."""
    typed = ["".join(written(field).split()) for field in (form.new_code, form.old_code)]
    wrong = give_digits(change, new=typed[0], old=typed[1])
    for name in wrong:
        form[f"{name}_code"].errors = [_wrong()]
    if not wrong and not change.is_confirmed:
        for field, is_done in ((form.new_code, change.confirmed_new_at), (form.old_code, change.confirmed_old_at)):
            if not is_done:
                field.errors = [_("Write the six digits from the mail.")]
    return wrong


@bp.post("/account/address/withdrawal")
def withdraw_address() -> ResponseReturnValue:
    change = address_change_of(current_user)
    if change is not None:
        withdraw_change(change)
        db.session.commit()
    flash(_("Your mail address stays as it is."), "success")
    return redirect(url_for("sessions.signing_in"))


@bp.route("/address-changes/<token>", methods=["GET", "POST"])
@public
def stop_address(token: str) -> ResponseReturnValue:
    """From the mail to the old mailbox; the address is the proof, and asks once more before anything happens."""
    try:
        change = change_to_stop(token)
    except LookupError:
        abort(404)
    if request.method == "POST" and change is not None:
        stop_change(change)
        leave()
        db.session.commit()
        flash(_("The change is stopped, and everybody is signed out. Sign in with a code, and look at your account."), "success")  # fmt: skip
        return redirect(url_for("sessions.login"))
    return render_template("sessions/stop_address.html", change=change)
