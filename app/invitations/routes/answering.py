"""Whoever is invited opens the invitation, and says yes or no.

Looking changes nothing, because mail gateways follow links; both answers are forms. The link or the code makes an account, for
it proves the address; it never signs anybody in to an account there is, for that may have a second factor. Nobody says yes as
somebody else than the one whose address was invited: a forwarded mail would otherwise let people into a closed network whom
no coordinator has chosen, under a name that she does not expect.
"""

from enum import StrEnum

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.addresses import as_kept
from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.queries import person_by_email
from app.core import limits
from app.core.access import public
from app.core.errors import DomainError, found
from app.core.forms import written
from app.core.tokens import fingerprint
from app.extensions import db, limiter
from app.invitations import policy, queries
from app.invitations.blueprint import bp
from app.invitations.forms import CodeForm, DecliningForm, NewcomerForm
from app.invitations.models import Invitation, State
from app.invitations.operations.answering import (
    HasAnAccountError,
    NotOpenError,
    accept,
    accept_as_a_newcomer,
    decline,
)
from app.invitations.tokens import invitation_of, invitation_with_code, token_of
from app.organisations.models import Organisation
from app.organisations.operations import add_organisation, organisation_named
from app.organisations.queries import municipalities, organisations
from app.sessions.models import Means
from app.sessions.sign_in import enter, leave


class Reader(StrEnum):
    """Who has the invitation before them."""

    NEWCOMER = "newcomer"  # the address has no account
    INVITED = "invited"  # signed in, and the address is theirs
    SIGNED_OUT = "signed_out"  # the address has an account, which they are to sign in with
    ANOTHER = "another"  # signed in as somebody else
    CLOSED = "closed"  # the account of the address is closed


def _reader_of(invitation: Invitation) -> Reader:
    if current_user.is_authenticated:
        return Reader.INVITED if current_user.email == invitation.email else Reader.ANOTHER
    person = person_by_email(invitation.email)
    if person is None:
        return Reader.NEWCOMER
    return Reader.SIGNED_OUT if person.disabled_at is None else Reader.CLOSED


def _by_address() -> str:
    return "invitation:" + fingerprint(as_kept(request.form.get("email") or ""))


def _try_limit() -> str:
    return str(current_app.config["CODE_TRY_LIMIT"])


@bp.route("/invitations", methods=["GET", "POST"])
@public
@limiter.limit(_try_limit, key_func=limits.by_ip, methods=["POST"])
@limiter.limit(_try_limit, key_func=_by_address, methods=["POST"])
def index() -> ResponseReturnValue:
    """For whoever cannot follow the link: address and code. And for the signed in, their own invitations."""
    form = CodeForm()
    if form.validate_on_submit():
        invitation = invitation_with_code(written(form.email), written(form.code))
        if invitation is not None:
            token = token_of(invitation)
            db.session.rollback()  # the count lies in the same database, which on SQLite one writes at a time
            limits.give_back()
            return redirect(url_for("invitations.answer", token=token))
        form.code.errors = [
            _("That code and that address do not belong together. See whether both are as in the mail, and try again.")
        ]
    mine = queries.invitations_to(current_user) if current_user.is_authenticated else []
    return render_template("invitations/index.html", form=form, mine=mine, token_of=token_of)


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> ResponseReturnValue:
    invitation = invitation_of(token)
    if invitation is None:
        return render_template("invitations/unknown.html"), 404
    if not invitation.is_open:
        return _over(invitation)
    if request.method == "POST":
        return _say_yes(invitation, token)
    return _page(invitation, NewcomerForm(formdata=None, locale=invitation.locale, name=invitation.name))


def _say_yes(invitation: Invitation, token: str) -> ResponseReturnValue:
    reader = _reader_of(invitation)
    try:
        if reader is Reader.INVITED:
            return _accept(invitation)
        if reader is Reader.NEWCOMER:
            return _accept_as_a_newcomer(invitation, token)
    except NotOpenError:
        db.session.rollback()
        return _over(found(invitation_of(token)))
    return _page(invitation, NewcomerForm(formdata=None)), 403


def _page(invitation: Invitation, form: NewcomerForm, *, declining: DecliningForm | None = None) -> str:
    reader = _reader_of(invitation)
    if reader is Reader.NEWCOMER:
        form.offer(organisations(), municipalities())
    return render_template(
        "invitations/answer.html",
        invitation=invitation,
        token=token_of(invitation),
        reader=reader.value,
        shows_purpose=policy.may_read_purpose(
            current_user if current_user.is_authenticated else None, invitation.network
        ),
        form=form,
        declining=declining or DecliningForm(formdata=None),
        is_member=reader is Reader.INVITED and policy.is_member(current_user, invitation.network_id),
    )


def _over(invitation: Invitation) -> ResponseReturnValue:
    """Gone, and what to do instead. Whoever is in already is led in."""
    if current_user.is_authenticated and policy.is_member(current_user, invitation.network_id):
        return redirect(url_for("networks.show", network_id=invitation.network_id))
    is_withdrawn = invitation.state is State.WITHDRAWN
    return render_template(
        "invitations/over.html",
        state=invitation.state.value,
        network=None if is_withdrawn else invitation.network,
        by=invitation.invited_by,
    ), 410


def _welcome(invitation: Invitation, person: Person) -> ResponseReturnValue:
    network_id = invitation.network_id
    with force_locale(person.locale):
        flash(_("Welcome to %(network)s.", network=invitation.network.name), "success")
    db.session.commit()
    return redirect(url_for("networks.show", network_id=network_id))


def _accept(invitation: Invitation) -> ResponseReturnValue:
    accept(invitation, current_user)
    return _welcome(invitation, current_user)


def _accept_as_a_newcomer(invitation: Invitation, token: str) -> ResponseReturnValue:
    form = NewcomerForm()
    form.offer(organisations(), municipalities())
    if form.validate_on_submit():
        is_new = form.is_another and organisation_named(form.new_organisation()[0]) is None
        try:
            person = accept_as_a_newcomer(
                invitation,
                name=written(form.name),
                title=written(form.title),
                organisation=_organisation_of(form),
                locale=written(form.locale),
            )
        except HasAnAccountError:
            db.session.rollback()
            return redirect(url_for("invitations.answer", token=token))
        except DomainError as refused:
            db.session.rollback()
            invitation = found(invitation_of(token))
            form[refused.field or "name"].errors = [refused.sentence]
        else:
            if is_new:
                record(EventKind.ORGANISATION_MADE, by=person, organisation=form.new_organisation()[0])
            enter(person, means=Means.CODE)
            return _welcome(invitation, person)
    return _page(invitation, form)


def _organisation_of(form: NewcomerForm) -> Organisation:
    if form.is_another:
        name, kind, municipality_code = form.new_organisation()
        return add_organisation(name, kind=kind, municipality_code=municipality_code)
    return found(db.session.get(Organisation, int(form.organisation.data)))


@bp.get("/invitations/<token>/refusal")
@public
def refusal_page(token: str) -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the form."""
    return redirect(url_for("invitations.answer", token=token))


@bp.post("/invitations/<token>/refusal")
@public
def refusal(token: str) -> ResponseReturnValue:
    invitation = invitation_of(token)
    if invitation is None:
        return render_template("invitations/unknown.html"), 404
    form = DecliningForm()
    if _reader_of(invitation) is Reader.ANOTHER:
        return _page(invitation, NewcomerForm(formdata=None)), 403
    if invitation.is_open and not form.validate_on_submit():
        return _page(invitation, NewcomerForm(formdata=None), declining=form)
    try:
        decline(invitation, answer=written(form.answer))
    except NotOpenError:
        db.session.rollback()
        return _over(found(invitation_of(token)))
    db.session.commit()
    return render_template("invitations/declined.html", by=invitation.invited_by, network=invitation.network)


@bp.post("/invitations/<token>/another-person")
@public
def another_person(token: str) -> ResponseReturnValue:
    """Signs out whoever sits here, for the one who is invited."""
    found(invitation_of(token))
    leave()
    db.session.commit()
    return redirect(url_for("invitations.answer", token=token))
