"""Pages for leaving: one network, all of them, and seeing out somebody whose account is to be closed."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError, found, require
from app.extensions import db
from app.networks import policy
from app.networks.leaving import (
    Household,
    UnsettledError,
    household_of,
    households_of,
    leave,
    leave_everything,
)
from app.networks.leaving_forms import Asked, LastDayForm, asked_about, wishes_in
from app.networks.leaving_receipts import receipt_of, receipts_of
from app.networks.models import Membership
from app.networks.queries import (
    membership_to_end,
    own_or_reached_membership,
    person_met_by,
    standing_of,
)
from app.networks.routes import bp


def _asked(households: list[Household], problems: Mapping[str, str]) -> list[Asked]:
    return [asked_about(household, request.form, problems) for household in households]


@bp.route("/memberships/<int:membership_id>/end", methods=["GET", "POST"])
def end(membership_id: int) -> ResponseReturnValue:
    """Asks who takes over what is open, then ends the membership; all of it at once or nothing."""
    if request.method == "POST" and _has_just_left(membership_id):
        return redirect(url_for("networks.receipt", membership_id=membership_id))
    membership = found(membership_to_end(current_user, membership_id))
    require(policy.may_end(current_user, membership))
    if membership.left_at is not None:
        return redirect(_after(membership))
    problems: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            receipt = leave(membership, wishes_in(request.form), by=current_user)
        except UnsettledError as unsettled:
            problems = unsettled.problems
        else:
            goal = _after(membership) if receipt is None or receipt.is_empty else _receipt(membership)
            said = _left(membership)
            db.session.commit()
            flash(said, "success")
            return redirect(goal)
    return render_template(
        "networks/end.html",
        membership=membership,
        is_own=membership.person_id == current_user.id,
        asked=_asked([household_of(membership)], problems),
        problems=problems,
    )


def _has_just_left(membership_id: int) -> bool:
    """The other click of a double click: one's own membership has ended, and the network is out of reach."""
    own = own_or_reached_membership(current_user, membership_id)
    return own is not None and own.person_id == current_user.id and own.left_at is not None


def _left(membership: Membership) -> str:
    if membership.person_id == current_user.id:
        return _("You have left %(network)s.", network=membership.network.name)
    return _("%(name)s is no longer a member.", name=membership.person.name)


def _after(membership: Membership) -> str:
    still_here = standing_of(current_user).may_enter(membership.network_id)
    if still_here:
        return url_for("networks.members", network_id=membership.network_id)
    return url_for("networks.index")


def _receipt(membership: Membership) -> str:
    return url_for("networks.receipt", membership_id=membership.id)


@bp.get("/memberships/<int:membership_id>/receipt")
def receipt(membership_id: int) -> ResponseReturnValue:
    """What was handed over when a membership ended: for the one who left, and for the network's coordinators."""
    membership = found(own_or_reached_membership(current_user, membership_id))
    require(policy.may_end(current_user, membership))
    if membership.left_at is None:
        return redirect(url_for("networks.end", membership_id=membership_id))
    still_here = standing_of(current_user).may_enter(membership.network_id)
    return render_template(
        "networks/receipt.html",
        membership=membership,
        is_own=membership.person_id == current_user.id,
        receipt=receipt_of(membership, knows_network=still_here),
        still_here=still_here,
    )


@bp.route("/account/leaving", methods=["GET", "POST"])
def leave_all() -> ResponseReturnValue:
    """For whoever changes jobs: everything in all networks in one go."""
    return _see_out(db.session.get_one(Person, current_user.id))


@bp.route("/people/<int:person_id>/leaving", methods=["GET", "POST"])
def hand_over_person(person_id: int) -> ResponseReturnValue:
    """For administrators, before they close an account."""
    person = found(person_met_by(current_user, person_id))
    require(policy.may_see_out(current_user))
    return _see_out(person)


def _see_out(person: Person) -> ResponseReturnValue:
    form = LastDayForm()
    problems: Mapping[str, str] = {}
    if form.validate_on_submit():
        try:
            leave_everything(person, wishes_in(request.form), by=current_user, last_day=form.day)
        except UnsettledError as unsettled:
            problems = unsettled.problems
        except DomainError as refused:
            db.session.rollback()
            problems = {"last_day": refused.sentence}
        else:
            db.session.commit()
            flash(_("Everything is handed over."), "success")
            return redirect(request.path)
    elif form.errors:
        problems = {"last_day": _("Write the day as day, month and year.")}
    person_id = person.id
    person = db.session.get_one(Person, person_id)
    return render_template(
        "networks/leaving.html",
        person=person,
        is_own=person_id == current_user.id,
        asked=_asked(households_of(person, seen_by=current_user), problems),
        problems=problems,
        last_day=request.form.get("last_day", ""),
        today=clock.today(),
        receipts=receipts_of(person),
    )
