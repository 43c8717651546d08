"""Pages where one finds people, reads about them, and says something about oneself."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from app.accounts.queries import affiliations_of
from app.core import pages
from app.core.downloads import attached
from app.core.errors import DomainError, found, hide
from app.core.forms import trimmed, written
from app.core.sizes import takes_up_to
from app.extensions import db
from app.networks.queries import network_for
from app.notifications.links import link
from app.organisations.queries import municipalities
from app.people import cards, queries
from app.people.forms import PictureForm, ProfileForm
from app.people.models import Field
from app.people.operations import hang_picture, take_picture_down, write_profile
from app.people.portraits import MOST_BYTES, portrait_of, too_large
from app.people.queries import LARGE, SMALL, Shown, person_for
from app.people.search import (
    Search,
    common_competences,
    directory_on_paper,
    directory_page,
    networks_to_choose,
)
from app.people.words import who_sees

bp = Blueprint("people", __name__, template_folder="templates")

OFTEN = 4  # topics above the list
OFFERED = 200  # words of others, while one writes one's own
LONGEST = 120
A_YEAR = "private, max-age=31536000, immutable"


def _search() -> Search:
    """What the address asks for. A network the viewer may not enter is 404, a place we do not know is none."""
    network_id = request.args.get("network", type=int)
    if network_id is not None:
        found(network_for(current_user, network_id))
    place, codes = request.args.get("municipality", ""), {place.code for place in municipalities()}
    text, workplace, topic = (trimmed(request.args.get(name))[:LONGEST] for name in ("q", "workplace", "topic"))
    return Search(text, place if place in codes else "", workplace, topic, network_id)


@bp.get("/people")
def directory() -> str:
    search = _search()
    people, page, count = directory_page(current_user, search, asked=request.args.get("page", type=int))
    return render_template(
        "people/directory.html",
        search=search,
        people=people,
        page=page,
        count=count,
        often=[] if search.is_narrow else common_competences(current_user, limit=OFTEN, least=2),
        networks=networks_to_choose(current_user, search.network_id),
        url_of_page=lambda number: url_for("people.directory", page=number, **search.as_address()),
        municipalities=municipalities(),
    )


@bp.get("/people/print")
def printed() -> str:
    search = _search()
    people, is_cut = directory_on_paper(current_user, search)
    return render_template("people/printed.html", search=search, people=people, is_cut=is_cut, most=len(people))


@bp.get("/people/<int:person_id>")
def person(person_id: int) -> str:
    shown = found(person_for(current_user, person_id))
    is_own = person_id == current_user.id
    return render_template(
        "people/person.html",
        person=shown,
        is_own=is_own,
        shared=queries.networks_shared_with(current_user, person_id),
        who_sees=list(who_sees(shown)),
        earlier=[one for one in affiliations_of(person_id) if one.to_on] if is_own else [],
    )


@bp.get("/people/<int:person_id>/picture/<fingerprint>/<int:side>")
def picture(person_id: int, fingerprint: str, side: int) -> Response:
    """The address changes with the picture, so a browser may keep it; nobody in between may."""
    if side not in {LARGE, SMALL}:
        hide()
    data = found(queries.picture_for(current_user, person_id, fingerprint, side))
    return Response(data, mimetype="image/jpeg", headers={"Cache-Control": A_YEAR})


def _page_of(shown: Shown) -> str:
    return link("people.person", person_id=shown.id)


def _as_card_file(text: str, name: str) -> Response:
    return attached(text, name=f"{name}.vcf", content_type="text/vcard; charset=utf-8")


@bp.get("/people/<int:person_id>/card")
def card(person_id: int) -> Response:
    shown = found(person_for(current_user, person_id))
    if shown.is_bare:
        hide()
    small = queries.small_pictures_of([shown]).get(person_id)
    return _as_card_file(cards.card(shown, address=_page_of(shown), picture=small), shown.name)


@bp.get("/networks/<int:network_id>/cards")
def network_cards(network_id: int) -> Response:
    network = found(network_for(current_user, network_id))
    people = queries.people_of(current_user, network_id)
    text = cards.cards(people, address_of=_page_of, pictures=queries.small_pictures_of(people))
    return _as_card_file(text, network.name)


def _as_it_stands() -> dict[str, str]:
    """What the form shows before one writes in it."""
    profile = queries.profile_of(current_user)
    return {
        "name": current_user.name,
        "title": current_user.title,
        "phone": current_user.phone,
        "locale": current_user.locale,
        "reachable": profile.reachable,
        "about": profile.about,
        "competences": "\n".join(queries.own_competences(current_user)),
        **{f"{field.value}_for": profile.audience_of(field).value for field in Field},
    }


def _profile_page(form: ProfileForm, *, picture: PictureForm | None = None) -> str:
    return render_template(
        "people/profile.html",
        form=form,
        picture_form=picture or PictureForm(formdata=None),
        picture=queries.own_picture(current_user),
        suggested=common_competences(current_user, limit=OFFERED),
    )


@bp.route("/account/profile", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    form = ProfileForm(data=_as_it_stands())
    if not form.validate_on_submit():
        return _profile_page(form)
    write_profile(
        current_user,
        name=written(form.name),
        title=written(form.title),
        phone=written(form.phone),
        locale=written(form.locale),
        competences=form.names(),
        about=written(form.about).strip(),
        reachable=written(form.reachable),
        audiences=form.audiences(),
    )
    db.session.commit()
    with force_locale(written(form.locale)):
        flash(_("Your profile is saved."), "success")
    return redirect(url_for("people.profile"))


@bp.get("/account/profile/picture")
def picture_page() -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the form."""
    return redirect(url_for("people.profile", _anchor="picture-title"))


def _picture_refused(form: PictureForm, sentence: str) -> str:
    form.picture.errors = [sentence]
    return _profile_page(ProfileForm(formdata=None, data=_as_it_stands()), picture=form)


@bp.post("/account/profile/picture")
@takes_up_to(5 * MOST_BYTES)  # what is too large shall be told so beside its field, up to what no camera makes
def new_picture() -> ResponseReturnValue:
    form = PictureForm()
    sent = form.picture.data
    if not form.validate_on_submit() or sent is None:
        return _picture_refused(form, _("Choose a picture first."))
    db.session.rollback()  # unpacking takes a moment; nobody is to wait for the database meanwhile
    try:
        portrait = portrait_of(sent.read())
    except DomainError as refused:
        return _picture_refused(form, refused.sentence)
    hang_picture(current_user, portrait)
    db.session.commit()
    flash(_("Your picture is saved."), "success")
    return redirect(url_for("people.profile", _anchor="picture-title"))


@bp.errorhandler(413)
def too_much(error: RequestEntityTooLarge) -> ResponseReturnValue:
    if request.endpoint != "people.new_picture" or not current_user.is_authenticated:
        return pages.show_error(error)
    return _picture_refused(PictureForm(formdata=None), too_large()), 413


@bp.post("/account/profile/picture/removal")
def picture_removal() -> ResponseReturnValue:
    take_picture_down(current_user)
    db.session.commit()
    flash(_("Your picture is removed."), "success")
    return redirect(url_for("people.profile", _anchor="picture-title"))
