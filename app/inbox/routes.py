"""Pages of the inbox."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.access import local_path
from app.core.errors import found
from app.core.paging import Page
from app.extensions import db
from app.inbox import queries
from app.inbox.queries import Asked
from app.notifications import notices

bp = Blueprint("inbox", __name__, template_folder="templates")
ON_A_PAGE: Final = 25


def _asked() -> Asked:
    """What the address, or the form that was sent, narrows to. A network that is not one's own narrows to nothing."""
    return Asked(request.values.get("network", type=int), request.values.get("unread") == "1")


def _here(asked: Asked, page: int | None = None) -> str:
    unread = "1" if asked.only_unread else None
    return url_for(".index", network=asked.network_id, unread=unread, page=page if page and page > 1 else None)


@bp.get("/inbox")
def index() -> str:
    asked = _asked()
    counts = queries.counts(current_user, asked)
    page = Page.of(counts.lines, asked=request.args.get("page", type=int), size=ON_A_PAGE)
    return render_template(
        "inbox/index.html",
        lines=queries.lines(current_user, asked, page),
        counts=counts,
        page=page,
        asked=asked,
        back=_here(asked, page.number),
        networks=queries.networks_to_choose(current_user),
        address_of=lambda number: _here(asked, number),
        without_unread=_here(Asked(asked.network_id)),
        with_unread=_here(Asked(asked.network_id, only_unread=True)),
    )


@bp.post("/inbox/<int:notice_id>/opening")
def opening(notice_id: int) -> ResponseReturnValue:
    """Opens a line: it is read from now on. A POST, since a GET writes nothing, and links are opened by machines too."""
    notice = found(notices.notice_of(current_user, notice_id))
    address = queries.address_of(current_user, notice)
    notices.read_notice(notice)
    db.session.commit()
    if address is None:
        flash(_("What this was about is no longer there."), "warn")
    return redirect(address or url_for(".index"), 303)


@bp.post("/inbox/<int:notice_id>/reading")
def reading(notice_id: int) -> ResponseReturnValue:
    """Marks a line as read or as unread, and stays."""
    notice = found(notices.notice_of(current_user, notice_id))
    (notices.unread_notice if request.form.get("as") == "unread" else notices.read_notice)(notice)
    db.session.commit()
    return redirect(local_path(request.form.get("next"), url_for(".index")), 303)


@bp.post("/inbox/reading")
def reading_all() -> ResponseReturnValue:
    """Marks all lines as read, or those of the network that is looked at."""
    asked = _asked()
    notices.read_notices(current_user.id, network_id=asked.network_id)
    db.session.commit()
    flash(_("Everything here is read."), "success")
    return redirect(_here(asked), 303)
