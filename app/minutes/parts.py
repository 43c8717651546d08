"""What the pages of meetings and networks show of minutes."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import day_month
from app.core.text import plain
from app.meetings.models import Meeting
from app.minutes import policy
from app.minutes.models import Action
from app.minutes.queries import background_of, latest_minutes_for
from app.networks.discretion import Confidentiality, Output, discreetly
from app.networks.models import Network


def meeting_lead(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    minutes = background_of(meeting, viewer).minutes
    if minutes is None or not minutes.is_shared:
        return ""
    return render_template("minutes/parts/meeting_lead.html", meeting=meeting, minutes=minutes)


def agenda_head(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    """What is open since before heads the agenda, without anybody's writing it there."""
    background = background_of(meeting, viewer)
    if not background.open_actions:
        return ""
    return render_template("minutes/parts/agenda_head.html", meeting=meeting, open_actions=background.open_actions)


def lines_at_the_head(meeting: Meeting, reader: Person, level: Confidentiality) -> list[str]:
    """The same for the call by mail: who has taken on what, where the level lets it out."""
    shown = [discreetly(at.action, level, Output.MAIL_TEXT) for at in background_of(meeting, reader).open_actions]
    return [_line(action) for action in shown if action.text]


def _line(action: Action) -> str:
    facts = [action.owner.name] + ([_("due %(day)s", day=day_month(action.due_on))] if action.due_on else [])
    return f"{plain(action.text)} ({', '.join(facts)})"


def meeting_tools(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    if not policy.may_write(viewer, meeting):
        return ""
    return render_template(
        "minutes/parts/meeting_tools.html", meeting=meeting, minutes=background_of(meeting, viewer).minutes
    )


def network_main(network: Network, viewer: Person, **_more: Any) -> str:
    summaries = latest_minutes_for(viewer, network_id=network.id, limit=3)
    if not summaries:
        return ""
    return render_template("minutes/parts/network_main.html", network=network, summaries=summaries)
