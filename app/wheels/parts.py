"""The year on the network's overview."""

from flask import render_template

from app.accounts.models import Person
from app.core import clock
from app.meetings.queries import this_year_in
from app.networks.models import Network
from app.wheels import policy, queries
from app.wheels.plan import plan_from, year_of

NEXT_HOSTS = 2


def strip(network: Network, viewer: Person) -> str:
    """This year as a strip of months, and whose turn it is to be host."""
    year = clock.today().year
    wheel, rota = queries.wheel_and_rota(network.id, year)
    meetings = [meeting for meeting, _answer in this_year_in(network.id, viewer)]
    months = year_of(year, plan_from(wheel.plan if wheel else None), meetings)
    waiting = [turn for turn in rota.in_turn if not (turn.is_asked or turn.is_skipped)]
    return render_template(
        "wheels/_strip.html",
        network=network,
        year=year,
        months=months,
        next_hosts=waiting[:NEXT_HOSTS],
        asked=[turn for turn in rota.in_turn if turn.is_asked],
        is_planned=bool(wheel and wheel.plan),
        to_make=queries.first_to_make(months),
        may_plan=policy.may_plan(viewer, network.id),
    )
