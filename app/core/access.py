"""Every page asks for a sign-in, unless it says of itself that it is public."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_login import current_user

from app.extensions import login_manager

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Marks a view that anybody may see."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def fresh_only(view: View) -> View:
    """Marks a view that asks for the sign-in again when it is older than a few minutes (ASVS 7.5.1).

    The sessions room keeps it: a session that is not fresh is sent to /login/again and comes back.
    """
    view.is_fresh_only = True  # type: ignore[attr-defined]
    return view


def is_fresh_only(endpoint: str) -> bool:
    return bool(getattr(current_app.view_functions[endpoint], "is_fresh_only", False))


def is_public(endpoint: str) -> bool:
    return bool(getattr(current_app.view_functions[endpoint], "is_public", False))


def local_path(target: str | None, otherwise: str) -> str:
    """`target` if it is a path of this site, else `otherwise`: no open redirects (ASVS 3.7.2)."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"} or not target.isprintable():
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc or "\\" in target else target


def init_app(app: Flask) -> None:
    @app.before_request
    def _ask_for_sign_in() -> Any:
        if request.endpoint is None or is_public(request.endpoint) or current_user.is_authenticated:
            return None
        return login_manager.unauthorized()
