"""How much a request may carry: a megabyte, unless the view says of itself that it takes more (ASVS 5.2.1)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(size: int) -> Callable[[View], View]:
    """Marks a view that takes files: `size` bytes in all."""

    def mark(view: View) -> View:
        view.takes_up_to = size  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Before anything else reads what was sent, the CSRF token first of all."""

    @app.before_request
    def _let_in() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        size = getattr(view, "takes_up_to", None)
        if size is not None and request.method == "POST":
            request.max_content_length = size
