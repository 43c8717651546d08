"""Home, the public front page, and the pages about the site itself."""

from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.calendars.events.queries import open_meetings_ahead
from app.cases.queries import recent_posts_for, unread_cases_for
from app.core import clock
from app.core.access import local_path, public
from app.core.language import CHOICE, LANGUAGES
from app.extensions import db
from app.home import queries
from app.meetings.forms import AnswerForm
from app.meetings.policy import may_answer
from app.meetings.queries import invitations_for
from app.minutes.queries import open_actions_of
from app.networks.queries import standing_of

ASKED_AHEAD = timedelta(days=90)  # an answer to a meeting further away is not what one comes for today

bp = Blueprint("home", __name__, template_folder="templates")


def _greeting(first_name: str) -> str:
    hour = clock.local(clock.now()).hour
    if hour < 5:
        return _("Hello, %(name)s", name=first_name)
    if hour < 10:
        return _("Good morning, %(name)s", name=first_name)
    if hour < 18:
        return _("Good day, %(name)s", name=first_name)
    return _("Good evening, %(name)s", name=first_name)


def _stations() -> list[dict[str, str | None]]:
    """The journey in general words."""
    names = (
        (_("Case"), _("Someone asks")),
        (_("Meeting"), _("The group helps")),
        (_("The minutes"), _("It is written down")),
        (_("Decision"), _("Someone does it")),
        (_("Follow-up"), _("What happened?")),
        (_("Article"), _("Everybody can use it")),
    )
    return [{"what": what, "name": name, "when": "", "url": None, "state": "done"} for what, name in names]


def _front() -> str:
    counts = queries.people_by_municipality()
    people = sum(line.people for line in counts)
    tiles = [{"slug": line.slug, "name": line.name, "note": line.people if line.people else ""} for line in counts]
    caption = (
        ngettext("%(num)d person takes part.", "%(num)d people take part, from all over North Jutland.", people)
        if people
        else _("The eleven municipalities of North Jutland.")
    )
    return render_template(
        "home/front.html", tiles=tiles, caption=caption, stations=_stations(), events=open_meetings_ahead(limit=3)
    )


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return _front()
    invitations = invitations_for(current_user)
    meeting, answer = invitations[0] if invitations else (None, None)
    until = clock.now() + ASKED_AHEAD
    unanswered = [other for other, answered in invitations[1:] if answered is None and other.starts_at < until]
    unread = unread_cases_for(current_user, limit=6)  # one more than is shown tells whether there are more
    return render_template(
        "home/home.html",
        greeting=_greeting(current_user.first_name),
        next_meeting=meeting,
        my_answer=answer,
        form=AnswerForm.of(answer) if meeting and may_answer(current_user, meeting) else None,
        unanswered=unanswered[:5],
        awaiting=standing_of(current_user).awaiting,
        unread=unread[:5],
        has_more_unread=len(unread) > 5,
        actions=open_actions_of(current_user, limit=5),
        news=recent_posts_for(current_user, limit=5),
        networks=queries.my_networks(current_user),
    )


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session[CHOICE] = chosen
        if current_user.is_authenticated:
            current_user.locale = chosen
            db.session.commit()
    return redirect(local_path(request.form.get("next"), url_for("home.index")))


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    return _front()


@bp.get("/was")
@public
def accessibility() -> ResponseReturnValue:
    """The short address that the law on web accessibility asks for (BEK 904 of 2019)."""
    return render_template("home/accessibility.html", contact=_contact(), statement=current_app.config["WAS_URL"])


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("home/privacy.html", contact=_contact())


@bp.get("/help")
@public
def help_page() -> ResponseReturnValue:
    return render_template("home/help.html", contact=_contact())


def _contact() -> str:
    return str(current_app.config["CONTACT_EMAIL"])
