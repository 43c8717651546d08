"""What the address of a list asks for: a word that is none of ours narrows nothing."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import request, url_for

Kind = TypeVar("Kind", bound=StrEnum)


def words(name: str) -> str:
    return " ".join(request.values.get(name, "")[:200].split())


def one_of(kinds: type[Kind], name: str) -> Kind | None:
    try:
        return kinds(request.values.get(name, ""))
    except ValueError:
        return None


def day(name: str) -> date | None:
    """Between 1900 and 2999: what lies beyond has no place in either database."""
    try:
        asked = date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None
    return asked if 1900 <= asked.year < 3000 else None


def number(name: str) -> int | None:
    """A row's number; nobody has ever had a greater one."""
    asked = request.values.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def same_but(endpoint: str, **instead: Any) -> Callable[[int], str]:
    """The address of a page of the list as it is asked for now."""
    kept = {name: value for name, value in request.args.items() if value and name != "page"}
    return lambda page: url_for(endpoint, **{**kept, **instead, "page": page if page > 1 else None})
