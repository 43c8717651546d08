"""The installation in numbers, and what waits for somebody to look at it."""

from flask import render_template
from flask_login import current_user

from app.administration.blueprints import administration as bp
from app.administration.queries.networks import Led, NetworksLike, count_of_networks
from app.administration.queries.overview import numbers
from app.notifications.queries import state_of_the_post


@bp.get("")
def index() -> str:
    return render_template(
        "administration/index.html",
        numbers=numbers(),
        post=state_of_the_post(),
        alone=count_of_networks(NetworksLike(led=Led.ONE)),
        leaderless=count_of_networks(NetworksLike(led=Led.NONE)),
        viewer=current_user,
    )
