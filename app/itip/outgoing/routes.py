"""The page's one act: choosing how meetings get into one's calendar."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.extensions import db
from app.itip.outgoing.models import Way
from app.itip.outgoing.operations import choose_way
from app.itip.outgoing.queries import count_of_entries, way_of
from app.notifications import addresses

bp = Blueprint("itip_sending", __name__, template_folder="../templates")


@bp.post("/calendar/way")
def way() -> ResponseReturnValue:
    try:
        chosen = Way(request.form.get("way", ""))
    except ValueError:
        abort(400)
    if chosen.is_by_mail and not addresses.host():
        abort(409)  # the page does not offer it
    before, count = way_of(current_user), count_of_entries(current_user)
    choose_way(current_user, chosen)
    db.session.commit()
    flash(_in_words(before, chosen, count), "success")
    return redirect(url_for("calendars.feeds", _anchor="way"))


def _in_words(before: Way, chosen: Way, count: int) -> str:
    if chosen.is_by_mail and not before.is_by_mail:
        return _("Saved. In a moment you get an invitation to each meeting ahead.")
    if before.is_by_mail and not chosen.is_by_mail and count:
        return _("Saved. In a moment your calendar gets a mail that takes out each meeting that came by mail.")
    return _("Saved. You can change it again whenever you like.")
