"""Leads a member who has not accepted a network's agreement from what it closes to the agreement, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import HTTPException, NotFound

from app.core.access import is_public
from app.core.pages import show_error
from app.extensions import db
from app.networks.queries import Belonging, forget_standings, standing_of


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, _not_found)


def _not_found(error: NotFound) -> ResponseReturnValue:
    """303 to the agreement that hides the page; a page that is hidden for another reason, or not there, stays 404."""
    if request.endpoint is None or is_public(request.endpoint) or not current_user.is_authenticated:
        return show_error(error)
    awaiting = [] if current_user.is_administrator else standing_of(current_user).awaiting
    if not awaiting:
        return show_error(error)
    if request.method in {"GET", "HEAD"}:
        hiding = next((one for one in awaiting if _would_be_there(request.endpoint, one)), None)
        return redirect(_agreement(hiding), 303) if hiding else show_error(error)
    # What was sent cannot be tried out. Whoever sent it from a page opened before the agreement changed keeps their words.
    return render_template("agreements/closed.html", awaiting=awaiting), 404


def _agreement(hiding: Belonging) -> str:
    asked = request.full_path if request.query_string else request.path
    return url_for("agreements.show", network_id=hiding.network_id, next=asked)


@contextmanager
def _as_if_accepted(belonging: Belonging) -> Iterator[None]:
    """Within it the viewer may enter that one network as well; for finding out, never for answering."""
    standing = standing_of(current_user)
    roles = {**standing.roles, belonging.network_id: belonging.role}
    db.session.info["standings"] = {current_user.id: replace(standing, roles=roles)}
    try:
        yield
    finally:
        forget_standings()


def _would_be_there(endpoint: str, belonging: Belonging) -> bool:
    """Asks the view again, which is a GET and so changes nothing. 403 is for what is there, too."""
    with _as_if_accepted(belonging):
        try:
            current_app.ensure_sync(current_app.view_functions[endpoint])(**(request.view_args or {}))
        except HTTPException as refused:
            return refused.code != 404
    return True
