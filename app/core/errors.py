"""How a request ends when it may not go on: hidden is 404, seen but not yours is 403."""

from typing import Never, TypeVar

from flask import abort
from werkzeug.exceptions import Forbidden

T = TypeVar("T")


class DomainError(Exception):
    """The domain says no, with a translated sentence a person understands; `field` names the input it belongs to."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


def require(may: bool) -> None:
    """403 for what the viewer can see but may not do."""
    if not may:
        abort(403)


class AdministratorsOnlyError(Forbidden):
    """403 on what belongs to those who run the installation; its page says so."""


def refuse_unless_administrator(is_administrator: bool) -> None:
    if not is_administrator:
        raise AdministratorsOnlyError


def found(thing: T | None) -> T:
    """The thing, or 404 when it is not there or not for this viewer: the two look the same from outside."""
    if thing is None:
        hide()
    return thing


def hide() -> Never:
    """404."""
    abort(404)
