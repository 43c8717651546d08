"""Where somebody works and worked: oneself, their coordinators, and administrators register it here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Affiliation, Person
from app.accounts.queries import affiliations_of
from app.administration import policy
from app.administration.blueprints import affiliations as bp
from app.administration.forms import CorrectionForm, MoveForm
from app.administration.operations.affiliations import correct_affiliation, register_move, remove_affiliation
from app.administration.queries.affiliations import affiliation_with_organisation, coordinates_a_network_of
from app.administration.queries.people import person_seen_by
from app.core import clock
from app.core.errors import DomainError, found, require
from app.core.forms import written
from app.extensions import db
from app.organisations.queries import organisation_for, organisations


def _person(person_id: int) -> Person:
    """Who cannot be seen is 404; whom one sees without coordinating their network is 403."""
    person = found(person_seen_by(current_user, person_id))
    coordinates = coordinates_a_network_of(current_user, person_id)
    require(policy.may_say_where(current_user, person, coordinates=coordinates))
    return person


def _affiliation(affiliation_id: int) -> tuple[Affiliation, Person]:
    affiliation = found(affiliation_with_organisation(affiliation_id))
    person = found(person_seen_by(current_user, affiliation.person_id))
    require(policy.may_correct_history(current_user))
    return affiliation, person


@bp.get("/people/<int:person_id>/affiliations")
def show(person_id: int) -> str:
    person = _person(person_id)
    return render_template(
        "affiliations/show.html",
        person=person,
        is_own=person_id == current_user.id,
        affiliations=affiliations_of(person_id),
        may_correct=policy.may_correct_history(current_user),
    )


@bp.route("/people/<int:person_id>/affiliations/new", methods=["GET", "POST"])
def new(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    is_own = person_id == current_user.id
    form = MoveForm()
    form.offer(organisations())
    if form.validate_on_submit():
        organisation = found(organisation_for(int(written(form.organisation))))
        said = (
            _("You are now registered at %(organisation)s. Your coordinators have been told.", organisation=organisation.name)
            if is_own
            else _("%(name)s is now registered at %(organisation)s and has been told, and so have the coordinators.", name=person.name, organisation=organisation.name)
        )  # fmt: skip
        try:
            register_move(person, organisation, on=form.moved_on.data or clock.today(), by=current_user)
        except DomainError as refused:
            db.session.rollback()
            person = _person(person_id)
            form[refused.field or "organisation"].errors = [refused.sentence]
        else:
            db.session.commit()
            flash(said, "success")
            return redirect(url_for("affiliations.show", person_id=person_id))
    return render_template(
        "affiliations/new.html",
        form=form,
        person=person,
        is_own=is_own,
        may_add=policy.may_add_organisations(current_user),
    )


@bp.route("/affiliations/<int:affiliation_id>/correction", methods=["GET", "POST"])
def correction(affiliation_id: int) -> ResponseReturnValue:
    affiliation, person = _affiliation(affiliation_id)
    form = CorrectionForm(data={"organisation": str(affiliation.organisation_id), "from_on": affiliation.from_on})
    choices = organisations()
    if affiliation.organisation.closed_at is not None:
        choices.append(affiliation.organisation)
    form.offer(choices)
    if form.validate_on_submit():
        organisation = found(organisation_for(int(written(form.organisation))))
        person_id = person.id
        try:
            correct_affiliation(
                affiliation,
                organisation=organisation,
                from_on=form.from_on.data or affiliation.from_on,
                by=current_user,
            )
        except DomainError as refused:
            db.session.rollback()
            affiliation, person = _affiliation(affiliation_id)
            form[refused.field or "organisation"].errors = [refused.sentence]
        else:
            db.session.commit()
            flash(_("The history is corrected."), "success")
            return redirect(url_for("affiliations.show", person_id=person_id))
    return render_template("affiliations/correction.html", form=form, affiliation=affiliation, person=person)


@bp.route("/affiliations/<int:affiliation_id>/removal", methods=["GET", "POST"])
def removal(affiliation_id: int) -> ResponseReturnValue:
    affiliation, person = _affiliation(affiliation_id)
    person_id, refusal = person.id, ""
    if request.method == "POST":
        try:
            remove_affiliation(affiliation, by=current_user)
        except DomainError as refused:
            db.session.rollback()
            affiliation, person = _affiliation(affiliation_id)
            refusal = refused.sentence
        else:
            db.session.commit()
            flash(_("The history is corrected."), "success")
            return redirect(url_for("affiliations.show", person_id=person_id))
    return render_template("affiliations/removal.html", affiliation=affiliation, person=person, refusal=refusal)
