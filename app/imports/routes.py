"""Pages for taking over a calendar."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.core.sizes import takes_up_to
from app.extensions import db, limiter
from app.imports.comparing import prospects
from app.imports.forms import CalendarForm, TakeForm
from app.imports.models import ReceivedCalendar
from app.imports.operations import Taken, receive_calendar, take_calendar
from app.imports.queries import received_calendar_for
from app.imports.reading import MOST_BYTES
from app.meetings.policy import may_schedule_in
from app.networks.models import Network
from app.networks.queries import network_for

bp = Blueprint("imports", __name__, template_folder="templates")
SHOWN: Final = 50  # of what is left out; the rest is counted


def _network_of_mine(network_id: int) -> Network:
    network = found(network_for(current_user, network_id))
    require(may_schedule_in(current_user, network_id))
    return network


def _by_person() -> str:
    return f"calendar:{current_user.get_id()}"


@bp.route("/networks/<int:network_id>/meetings/import", methods=["GET", "POST"])
@takes_up_to(2 * MOST_BYTES)
@limiter.limit("60 per hour", key_func=_by_person, methods=["POST"])
def send(network_id: int) -> ResponseReturnValue:
    network = _network_of_mine(network_id)
    form = CalendarForm()
    if form.validate_on_submit():
        since, until = form.days
        received = receive_calendar(
            network, form.reading, file_name=form.file_name, since=since, until=until, by=current_user
        )
        db.session.commit()
        return redirect(url_for(".show", network_id=network_id, calendar_id=received.id))
    return render_template("imports/send.html", network=network, form=form)


def _calendar_of_mine(network_id: int, calendar_id: int) -> ReceivedCalendar:
    _network_of_mine(network_id)
    return found(received_calendar_for(current_user, network_id, calendar_id))


@bp.get("/networks/<int:network_id>/meetings/import/<int:calendar_id>")
def show(network_id: int, calendar_id: int) -> ResponseReturnValue:
    """What would happen; nothing is written."""
    received = _calendar_of_mine(network_id, calendar_id)
    if received.taken_at is not None:
        return render_template("imports/taken.html", received=received, network=received.network)
    return _page(received, TakeForm(formdata=None))


def _page(received: ReceivedCalendar, form: TakeForm, refusal: str = "") -> str:
    found_events = prospects(received.network_id, received.events, current_user)
    chosen = set(form.events.data or []) if form.is_submitted() else None
    return render_template(
        "imports/show.html",
        received=received,
        network=received.network,
        prospects=found_events,
        ticked={
            one.happening.key
            for one in found_events
            if one.is_choosable and (one.is_preset if chosen is None else one.happening.key in chosen)
        },
        left_out=received.others,
        form=form,
        shown=SHOWN,
        refusal=refusal,
    )


@bp.post("/networks/<int:network_id>/meetings/import/<int:calendar_id>")
@takes_up_to(2 * 1024 * 1024)
def take(network_id: int, calendar_id: int) -> ResponseReturnValue:
    """All that is chosen or nothing. A second time it only shows that it is done."""
    received = _calendar_of_mine(network_id, calendar_id)
    here = url_for(".show", network_id=network_id, calendar_id=calendar_id)
    if received.taken_at is not None:
        return redirect(here)
    form = TakeForm()
    if not form.validate():
        return _page(received, form)
    if not form.events.data:
        return _page(received, form, _("Choose at least one meeting."))
    try:
        taken = take_calendar(received, form.events.data, are_drafts=form.ahead.data != "called", by=current_user)
    except DomainError as refused:
        db.session.rollback()
        return _page(_calendar_of_mine(network_id, calendar_id), form, refused.sentence)
    db.session.commit()
    flash(_what_came(taken), "success")
    return redirect(here)


def _what_came(taken: Taken) -> str:
    sentences = []
    if taken.added:
        sentences.append(
            ngettext("%(num)d meeting has been taken over.", "%(num)d meetings have been taken over.", taken.added)
        )
    if taken.changed:
        sentences.append(
            ngettext("%(num)d has been brought up to date.", "%(num)d have been brought up to date.", taken.changed)
        )
    return " ".join(sentences)
