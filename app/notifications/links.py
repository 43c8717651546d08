"""Addresses as they stand in mail: always the installation's own, never those of the request that happens to run."""

from typing import Any

from flask import current_app, url_for


def link(endpoint: str, **values: Any) -> str:
    """The absolute address of a page, from BASE_URL. Needs a request's context; the worker brings one."""
    return str(current_app.config["BASE_URL"]) + url_for(endpoint, **values, _external=False)
