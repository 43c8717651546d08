"""Reading minutes, sharing them, and the list of a network's."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.errors import found, hide, require
from app.extensions import db
from app.minutes import policy
from app.minutes.blueprint import bp
from app.minutes.operations import share_minutes
from app.minutes.queries import (
    attendance_at,
    document_of,
    meeting_and_minutes_for,
    minutes_in,
)
from app.networks.policy import may_coordinate
from app.networks.queries import network_for, people_ids_in


@bp.get("/networks/<int:network_id>/minutes")
def of_network(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    summaries, page = minutes_in(network_id, current_user, asked=request.args.get("page", type=int))
    return render_template(
        "minutes/of_network.html",
        network=network,
        summaries=summaries,
        page=page,
        may_write=may_coordinate(current_user, network_id),
    )


@bp.get("/meetings/<int:meeting_id>/minutes")
def show(meeting_id: int) -> ResponseReturnValue:
    meeting, minutes = found(meeting_and_minutes_for(current_user, meeting_id))
    if not policy.may_read(current_user, meeting, minutes):
        hide()
    document = document_of(meeting)
    shared_at = minutes.shared_at if minutes else None
    return render_template(
        "minutes/show.html",
        meeting=meeting,
        minutes=minutes,
        document=document,
        attendance=attendance_at(meeting),
        corrected_at=document.changed_since(shared_at),
        may_write=policy.may_write(current_user, meeting),
    )


@bp.route("/meetings/<int:meeting_id>/minutes/sharing", methods=["GET", "POST"])
def share(meeting_id: int) -> ResponseReturnValue:
    """Asks first: every member gets a mail, and what they have read cannot be hidden again."""
    meeting, minutes = found(meeting_and_minutes_for(current_user, meeting_id))
    require(policy.may_write(current_user, meeting))
    here = url_for(".show", meeting_id=meeting_id)
    if minutes and minutes.is_shared:
        flash(_("The minutes are already shared with the network."))
        return redirect(here)
    document = document_of(meeting)
    if not document.has_content:
        flash(_("There is nothing in the minutes yet. Write under an item first."), "warn")
        return redirect(url_for(".edit", meeting_id=meeting_id))
    if request.method == "POST":
        told = share_minutes(meeting, by=current_user)
        db.session.commit()
        if told is not None:
            flash(
                ngettext(
                    "The minutes are shared, and %(num)d member gets a mail now.",
                    "The minutes are shared, and %(num)d members get a mail now.",
                    told,
                ),
                "success",
            )
        return redirect(here)
    return render_template(
        "minutes/sharing.html", meeting=meeting, document=document, members=len(people_ids_in(meeting.network_id))
    )
