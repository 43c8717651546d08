"""Organisations: for everybody who is signed in, and what administrators and coordinators do with them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.events import record
from app.accounts.models import EventKind
from app.administration import policy
from app.administration.asked import one_of, same_but, words
from app.administration.blueprints import administration
from app.administration.blueprints import organisations as bp
from app.administration.forms import MergingForm, OrganisationForm
from app.administration.operations.organisations import close, merge, reopen
from app.administration.queries.organisations import (
    count_of_people_at,
    people_at,
    people_per_organisation,
    times_at,
    with_a_twin,
)
from app.core.access import fresh_only
from app.core.errors import DomainError, found, require
from app.core.forms import written
from app.core.paging import Page
from app.extensions import db
from app.organisations.models import Organisation, OrganisationKind
from app.organisations.operations import change_organisation, register_organisation
from app.organisations.queries import (
    OrganisationsLike,
    count_of_organisations,
    municipalities,
    organisation_for,
    organisations,
    page_of_organisations,
    twins_of,
)
from app.organisations.words import KINDS

SIZE = 50


def _asked() -> OrganisationsLike:
    return OrganisationsLike(
        words=words("q"), municipality_code=words("municipality"), kind=one_of(OrganisationKind, "kind")
    )


@bp.get("")
def index() -> str:
    like = _asked()
    page = Page.of(count_of_organisations(like), asked=request.args.get("page", type=int), size=SIZE)
    return render_template(
        "organisations/index.html",
        like=like,
        places=[(place.code, place.name) for place in municipalities()],
        kinds=KINDS,
        page=page,
        address_of=same_but("organisations.index"),
        organisations=page_of_organisations(like, offset=page.offset, size=page.size),
        may_add=policy.may_add_organisations(current_user),
    )


@administration.get("/organisations")
def organisations_list() -> str:
    """The same with closed ones, how many work at each, and which may be one and the same."""
    asked = _asked()
    like = OrganisationsLike(asked.words, asked.municipality_code, asked.kind, are_closed=None)
    page = Page.of(count_of_organisations(like), asked=request.args.get("page", type=int), size=SIZE)
    shown = page_of_organisations(like, offset=page.offset, size=page.size)
    return render_template(
        "administration/organisations.html",
        like=like,
        places=[(place.code, place.name) for place in municipalities()],
        kinds=KINDS,
        page=page,
        address_of=same_but("administration.organisations_list"),
        organisations=shown,
        people=people_per_organisation(one.id for one in shown),
        twins=with_a_twin(one.id for one in shown),
    )


@bp.get("/<int:organisation_id>")
def show(organisation_id: int) -> ResponseReturnValue:
    organisation = found(organisation_for(organisation_id))
    if organisation.merged_into_id is not None:
        return redirect(url_for("organisations.show", organisation_id=organisation.merged_into_id))
    total = count_of_people_at(organisation_id, current_user)
    page = Page.of(total, asked=request.args.get("page", type=int), size=SIZE)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        kind=KINDS[organisation.kind],
        page=page,
        address_of=lambda number: url_for(".show", organisation_id=organisation_id, page=number),
        people=people_at(organisation_id, current_user, offset=page.offset, size=page.size),
        may_edit=policy.may_edit_organisations(current_user),
    )


def _twins(form: OrganisationForm, organisation: Organisation | None) -> list[Organisation]:
    """Those it may be the same as, unless it was said that it is another; what was not changed is not asked about."""
    name, cvr = written(form.name), written(form.cvr)
    if form.is_another.data or (organisation and (organisation.name, organisation.cvr) == (name, cvr)):
        return []
    return twins_of(name, cvr=cvr, but_not=organisation.id if organisation else None)


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(policy.may_add_organisations(current_user))
    form = OrganisationForm()
    form.offer(municipalities())
    twins: list[Organisation] = []
    if form.validate_on_submit() and not (twins := _twins(form, None)):
        try:
            organisation = register_organisation(written(form.name), **form.facts())
        except DomainError as refused:
            db.session.rollback()
            form[refused.field or "name"].errors = [refused.sentence]
        else:
            record(EventKind.ORGANISATION_MADE, by=current_user, organisation=organisation.name)
            organisation_id = organisation.id
            db.session.commit()
            flash(_("The organisation is added. It can now be chosen everywhere."), "success")
            return redirect(url_for("organisations.show", organisation_id=organisation_id))
    return render_template("organisations/edit.html", form=form, organisation=None, twins=twins)


@bp.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
def edit(organisation_id: int) -> ResponseReturnValue:
    organisation = found(organisation_for(organisation_id))
    require(policy.may_edit_organisations(current_user))
    form = OrganisationForm(obj=organisation)
    form.offer(municipalities())
    twins: list[Organisation] = []
    if form.validate_on_submit() and not (twins := _twins(form, organisation)):
        try:
            is_changed = change_organisation(organisation, written(form.name), **form.facts())
        except DomainError as refused:
            db.session.rollback()
            organisation = found(organisation_for(organisation_id))
            form[refused.field or "name"].errors = [refused.sentence]
        else:
            if is_changed:
                record(EventKind.ORGANISATION_CHANGED, by=current_user, organisation=organisation.name)
            db.session.commit()
            flash(_("The organisation is saved."), "success")
            return redirect(url_for("organisations.show", organisation_id=organisation_id))
    return render_template("organisations/edit.html", form=form, organisation=organisation, twins=twins)


@bp.route("/<int:organisation_id>/closing", methods=["GET", "POST"])
def closing(organisation_id: int) -> ResponseReturnValue:
    organisation = found(organisation_for(organisation_id))
    require(policy.may_edit_organisations(current_user))
    if request.method == "POST":
        close(organisation, by=current_user)
        db.session.commit()
        flash(_("The organisation is closed. Nobody new can be registered there."), "success")
        return redirect(url_for("organisations.show", organisation_id=organisation_id))
    return render_template(
        "organisations/closing.html",
        organisation=organisation,
        people=people_per_organisation([organisation_id]).get(organisation_id, 0),
    )


@bp.post("/<int:organisation_id>/opening")
def opening(organisation_id: int) -> ResponseReturnValue:
    organisation = found(organisation_for(organisation_id))
    require(policy.may_edit_organisations(current_user))
    try:
        reopen(organisation, by=current_user)
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("The organisation is open again."), "success")
    return redirect(url_for("organisations.show", organisation_id=organisation_id))


@bp.route("/<int:organisation_id>/merging", methods=["GET", "POST"])
@fresh_only
def merging(organisation_id: int) -> ResponseReturnValue:
    """First which one is to stay, then a page that says what will happen, then the act."""
    organisation = found(organisation_for(organisation_id))
    require(policy.may_edit_organisations(current_user))
    form = MergingForm()
    alike = organisation.municipality_code
    form.offer(one for one in organisations() if one.id != organisation_id and one.municipality_code == alike)
    into = None
    if form.validate_on_submit():
        into = found(organisation_for(int(written(form.into))))
        if request.form.get("is_sure"):
            name, into_id = organisation.name, into.id
            try:
                merge(organisation, into, by=current_user)
            except DomainError as refused:
                db.session.rollback()
                organisation, into = found(organisation_for(organisation_id)), None
                form.into.errors = [refused.sentence]
            else:
                db.session.commit()
                flash(_("%(name)s is merged into this organisation.", name=name), "success")
                return redirect(url_for("organisations.show", organisation_id=into_id))
    return render_template(
        "organisations/merging.html",
        form=form,
        organisation=organisation,
        into=into,
        people=people_per_organisation([organisation_id]).get(organisation_id, 0),
        ever=times_at(organisation_id),
        twins=[
            twin
            for twin in twins_of(organisation.name, cvr=organisation.cvr, but_not=organisation_id)
            if twin.municipality_code == organisation.municipality_code
        ],
    )
