"""How much a view takes: more than the installation's common limit only where a file is expected (ASVS 5.2.1)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(size: int) -> Callable[[View], View]:
    """Marks a view that takes a body of up to `size` bytes; more is answered with 413.

    A view gives its own limit some room above what its form allows, so that most of what is too large gets a sentence at the field.
    """

    def mark(view: View) -> View:
        view.takes_up_to = size  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Before the CSRF protection is bound, which reads the form."""

    @app.before_request
    def _set_limit() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        size = getattr(view, "takes_up_to", None)
        if size is not None:
            request.max_content_length = size
