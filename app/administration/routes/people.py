"""Everybody with an account, and what an administrator does with one."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Person
from app.accounts.queries import affiliations_of
from app.accounts.words import sentence_of
from app.administration.asked import number, one_of, same_but, words
from app.administration.blueprints import administration as bp
from app.administration.forms import AccountForm, JoiningForm, NewAccountForm
from app.administration.operations.people import (
    change_person,
    close_account,
    create_person,
    dismiss_administrator,
    end_all_sessions,
    name_administrator,
)
from app.administration.queries.log import latest_about
from app.administration.queries.networks import led_by_alone
from app.administration.queries.people import (
    Held,
    PeopleLike,
    State,
    count_of_people,
    networks_per_person,
    networks_without,
    page_of_people,
    person_with_organisation,
    presence_of,
)
from app.administration.words import ROLES, STATES
from app.core.access import fresh_only
from app.core.errors import DomainError, found
from app.core.forms import written
from app.core.paging import Page
from app.extensions import db
from app.factors.operations import reset_factors
from app.networks.leaving import open_duties
from app.networks.models import Membership, Network, Role
from app.networks.operations import StaleError, add_member, give_role
from app.networks.queries import network_for
from app.organisations.models import Organisation
from app.organisations.queries import municipalities, organisation_for, organisations
from app.sessions.codes import ask_for_code
from app.sessions.operations import enable_person

SIZE = 50
LATEST = 12


@bp.get("/people")
def people() -> str:
    like = PeopleLike(
        words=words("q"),
        municipality_code=words("municipality"),
        organisation_id=number("organisation"),
        role=one_of(Held, "role"),
        state=one_of(State, "state"),
    )
    page = Page.of(count_of_people(like), asked=request.args.get("page", type=int), size=SIZE)
    shown = page_of_people(like, offset=page.offset, size=page.size)
    return render_template(
        "administration/people.html",
        like=like,
        organisation=organisation_for(like.organisation_id) if like.organisation_id is not None else None,
        places=[(place.code, place.name) for place in municipalities()],
        roles=ROLES,
        states=STATES,
        page=page,
        address_of=same_but("administration.people"),
        people=shown,
        networks=networks_per_person(person.id for person in shown),
    )


def _person(person_id: int) -> Person:
    return found(person_with_organisation(person_id))


def _here(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("administration.person", person_id=person_id))


@bp.get("/people/<int:person_id>")
def person(person_id: int) -> str:
    return _page_of(_person(person_id))


def _page_of(person: Person, joining: JoiningForm | None = None) -> str:
    if joining is None:
        joining = JoiningForm(formdata=None)
        joining.offer(networks_without(person.id))
    return render_template(
        "administration/person.html",
        person=person,
        presence=presence_of(person),
        memberships=networks_per_person([person.id]).get(person.id, []),
        affiliations=affiliations_of(person.id),
        joining=joining,
        latest=latest_about(person.id, size=LATEST),
        sentence_of=sentence_of,
        viewer=current_user,
    )


def _chosen_organisation(form: NewAccountForm) -> Organisation:
    return found(organisation_for(int(written(form.organisation))))


@bp.route("/people/new", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    form = NewAccountForm()
    form.offer(organisations())
    if form.validate_on_submit():
        try:
            made = create_person(
                email=written(form.email),
                name=written(form.name),
                title=written(form.title),
                organisation=_chosen_organisation(form),
                by=current_user,
            )
        except DomainError as refused:
            db.session.rollback()
            form[refused.field or "email"].errors = [refused.sentence]
        else:
            person_id, name = made.id, made.name
            db.session.commit()
            flash(
                _("%(name)s has an account and gets a mail about it. Add them to a network here.", name=name), "success"
            )
            return _here(person_id)
    return render_template("administration/edit_person.html", form=form, person=None)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@fresh_only
def edit_person(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    form = AccountForm(obj=person)
    if form.validate_on_submit():
        try:
            change_person(
                person,
                name=written(form.name),
                title=written(form.title),
                email=written(form.email),
                by=current_user,
            )
        except DomainError as refused:
            db.session.rollback()
            person = _person(person_id)
            form[refused.field or "email"].errors = [refused.sentence]
        else:
            db.session.commit()
            flash(_("The account is saved."), "success")
            return _here(person_id)
    return render_template("administration/edit_person.html", form=form, person=person)


def _try(act: Callable[[], None], said: str) -> str:
    """Does it and commits; or returns the sentence with which the domain refuses."""
    try:
        act()
    except DomainError as refused:
        db.session.rollback()
        return refused.sentence
    db.session.commit()
    flash(said, "success")
    return ""


@bp.route("/people/<int:person_id>/administrator", methods=["GET", "POST"])
@fresh_only
def administrator(person_id: int) -> ResponseReturnValue:
    """Makes the person one."""
    person, refusal = _person(person_id), ""
    if request.method == "POST":
        said = _("%(name)s is now administrator.", name=person.name)
        refusal = _try(lambda: name_administrator(person, by=current_user), said)
        if not refusal:
            return _here(person_id)
    return render_template("administration/administrator.html", person=_person(person_id), refusal=refusal)


@bp.route("/people/<int:person_id>/administrator/removal", methods=["GET", "POST"])
@fresh_only
def administrator_removal(person_id: int) -> ResponseReturnValue:
    person, refusal = _person(person_id), ""
    is_own = person_id == current_user.id
    if request.method == "POST":
        said = _("%(name)s is no longer administrator.", name=person.name)
        refusal = _try(lambda: dismiss_administrator(person, by=current_user), said)
        if not refusal:
            return redirect(url_for("home.index")) if is_own else _here(person_id)
    return render_template("administration/administrator_removal.html", person=_person(person_id), refusal=refusal)


@bp.route("/people/<int:person_id>/closing", methods=["GET", "POST"])
@fresh_only
def closing(person_id: int) -> ResponseReturnValue:
    person, refusal = _person(person_id), ""
    if request.method == "POST":
        said = _("%(name)s's account is closed. Nobody can sign in to it, and it gets no mail.", name=person.name)
        refusal = _try(lambda: close_account(person, by=current_user), said)
        if not refusal:
            return _here(person_id)
    return render_template(
        "administration/closing.html",
        person=_person(person_id),
        presence=presence_of(person),
        **_left_open(person_id),
        refusal=refusal,
        viewer=current_user,
    )


def _left_open(person_id: int) -> dict[str, Any]:
    """`alone`: the networks with others in them that would be left without a coordinator; `duties`: how many other things."""
    open_things = open_duties(person_id)
    left_alone = {thing.network_id for thing in open_things if thing.kind == "coordination"}
    return {
        "alone": [network for network in led_by_alone(person_id) if network.id in left_alone],
        "duties": len(open_things) - len(left_alone),
    }


@bp.post("/people/<int:person_id>/opening")
@fresh_only
def opening(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    said = _("%(name)s's account is open again.", name=person.name)
    _try(lambda: enable_person(person, by=current_user), said)
    return _here(person_id)


@bp.post("/people/<int:person_id>/sessions/end")
@fresh_only
def end_sessions(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    said = _("%(name)s is signed out everywhere.", name=person.name)
    _try(lambda: end_all_sessions(person, by=current_user), said)
    return _here(person_id)


@bp.route("/people/<int:person_id>/factors/reset", methods=["GET", "POST"])
@fresh_only
def factors_reset(person_id: int) -> ResponseReturnValue:
    """For who has lost telephone, key and recovery codes."""
    person = _person(person_id)
    if request.method == "POST":
        said = _("%(name)s has no second step any more and can set up a new one.", name=person.name)
        _try(lambda: reset_factors(person, by=current_user), said)
        return _here(person_id)
    return render_template("administration/factors_reset.html", person=person)


@bp.post("/people/<int:person_id>/code")
def send_code(person_id: int) -> ResponseReturnValue:
    """The same mail as from the sign-in page, for somebody on the telephone."""
    person = _person(person_id)
    if person.disabled_at is not None:
        flash(_("The account is closed. Open it first."), "warn")
        return _here(person_id)
    said = _("A code is on its way to %(address)s. It works for ten minutes on the sign-in page.", address=person.email)
    _try(lambda: ask_for_code(person.email), said)
    return _here(person_id)


@bp.post("/people/<int:person_id>/memberships")
def join(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    form = JoiningForm()
    form.offer(networks_without(person_id))
    if not form.validate_on_submit():
        return _page_of(person, form)
    network = found(network_for(current_user, int(written(form.network))))
    name, where = person.name, network.name
    try:
        _add(person, network, Role(written(form.role)))
    except DomainError as refused:
        db.session.rollback()
        form.network.errors = [refused.sentence]
        return _page_of(_person(person_id), form)
    db.session.commit()
    flash(_("%(name)s is added to %(network)s and gets a mail about it.", name=name, network=where), "success")
    return _here(person_id)


def _add(person: Person, network: Network, role: Role) -> None:
    if person.organisation is None:
        raise DomainError(_("First say where %(name)s works.", name=person.name))
    add_member(
        network,
        by=current_user,
        email=person.email,
        name=person.name,
        title=person.title,
        organisation=person.organisation,
        role=role,
    )


@bp.post("/people/<int:person_id>/memberships/<int:membership_id>/role")
def role(person_id: int, membership_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    membership = found(db.session.get(Membership, membership_id))
    if membership.person_id != person.id:
        return found(None)
    try:
        asked = Role(request.form.get("role", ""))
    except ValueError:
        asked = membership.role
    try:
        give_role(membership, asked, by=current_user)
    except StaleError:
        db.session.rollback()
        flash(_("The membership has ended meanwhile."), "warn")
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("The role is saved."), "success")
    return _here(person_id)
