"""Choosing how much to hear and when, and a look at the next digest."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Person
from app.digests import operations
from app.digests.forms import (
    NonsenseError,
    Wishes,
    as_it_stands,
    frequency_of,
    levels_in_words,
    sent,
    when_of,
    whens_in_words,
)
from app.digests.mails import EXCERPT, MOST, shortened
from app.digests.queries import SCOPE, Choices, choices_of, count_waiting, waiting_for
from app.digests.telling import look_through
from app.extensions import db
from app.notifications.models import Level
from app.notifications.operations import choose_level, unmute

bp = Blueprint("digests", __name__, template_folder="templates")


def shown(chosen: Choices, form: Wishes) -> dict[str, Any]:
    """What templates/digests/_settings.html prints."""
    return {
        "wishes": chosen.wishes,
        "has_stopped": chosen.has_stopped,
        "form": form,
        "levels": levels_in_words(),
        "whens": whens_in_words(),
        "has_rhythm": bool(chosen.rhythms),
    }


def settings_part(viewer: Person, **_more: Any) -> str:
    chosen = choices_of(viewer)
    return render_template("digests/_settings.html", **shown(chosen, as_it_stands(chosen)))


@bp.route("/calendar/messages", methods=["GET", "POST"])
def settings() -> ResponseReturnValue:
    """The section of the page of calendar and messages, alone: where the mails lead, and what was refused is mended."""
    chosen = choices_of(current_user)
    if request.method != "POST":
        form = as_it_stands(chosen)
    else:
        try:
            form = sent(chosen, request.form)
        except NonsenseError:
            abort(400)
        if not form.errors:
            _save(current_user, chosen, form)
            db.session.commit()
            flash(_("Saved. You can change it again whenever you like."), "success")
            return redirect(url_for("calendars.feeds", _anchor="messages"))
    return render_template("digests/settings.html", **shown(chosen, form))


def _save(person: Person, chosen: Choices, form: Wishes) -> None:
    if "digest_hour" in request.form:
        operations.choose_hours(form.hours)
    for wish in chosen.wishes:
        level, when = form.levels[wish.network_id], form.whens[wish.network_id]
        if level is not wish.level:
            choose_level(person.id, "network", wish.network_id, None if level is Level.NORMAL else level)
        if when != when_of(wish):
            frequency, weekday = frequency_of(when)
            operations.choose_rhythm(person.id, wish.network_id, frequency, weekday, hour=form.hours.digest_hour)


@bp.post("/calendar/messages/resumption")
def resumption() -> ResponseReturnValue:
    """Digests come again, after the link in one has stopped them."""
    unmute(current_user.id, SCOPE, 0)
    db.session.commit()
    flash(_("Your digests come again."), "success")
    return redirect(url_for("calendars.feeds", _anchor="messages"))


@bp.get("/calendar/messages/next")
def preview() -> str:
    """What the next digest would tell if it were written now. Composes and marks nothing.

    It asks as many questions as the mail itself would, a few for each letter; so it looks at no more than a mail tells.
    """
    chosen = choices_of(current_user)
    waiting = count_waiting(current_user)
    contents = look_through(current_user, waiting_for(current_user, at_most=MOST))
    groups = shortened(contents)
    return render_template(
        "digests/preview.html",
        groups=groups,
        fallen_out=len(contents.fallen_out),
        more=waiting - len(contents.fallen_out) - sum(group.shown for group in groups),
        excerpt=EXCERPT,
        next_at=min((rhythm.next_at for rhythm in chosen.rhythms), default=None),
        next_of={rhythm.network_id: rhythm.next_at for rhythm in chosen.rhythms},
        has_stopped=chosen.has_stopped,
    )
