"""Looking back: an item's revisions, and one of them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.core.differences import differences
from app.core.errors import found, require
from app.minutes import policy
from app.minutes.blueprint import bp
from app.minutes.history import sittings_of
from app.minutes.queries import current_revision, item_for, revision_of, texts_of


@bp.get("/agenda-items/<int:item_id>/revisions")
def revisions(item_id: int) -> ResponseReturnValue:
    at = found(item_for(current_user, item_id))
    require(policy.may_write(current_user, at.meeting))
    sittings, page, newest = sittings_of(item_id, asked=request.args.get("page", type=int))
    return render_template(
        "minutes/revisions.html", item=at.item, meeting=at.meeting, sittings=sittings, page=page, newest=newest
    )


@bp.get("/agenda-items/<int:item_id>/revisions/<int:number>")
def revision(item_id: int, number: int) -> ResponseReturnValue:
    at = found(item_for(current_user, item_id))
    require(policy.may_write(current_user, at.meeting))
    shown = found(revision_of(item_id, number))
    newest = found(current_revision(item_id))
    before = texts_of(item_id, [number - 1])[number - 1]
    return render_template(
        "minutes/revision.html",
        item=at.item,
        meeting=at.meeting,
        revision=shown,
        newest=newest,
        pieces=differences(before, shown.text),
    )
