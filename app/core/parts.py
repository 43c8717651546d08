"""A page asks here for the parts that features above it have to add, so that it need not know them."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

Part = Callable[..., Markup | str]
_parts: dict[str, dict[Part, int]] = defaultdict(dict)


def provide(place: str, part: Part, *, order: int = 0) -> None:
    """Lets `part` print itself at `place`; called once while the application is put together.

    Parts stand in the order of the features, lowest first, unless `order` says otherwise: -1 goes before the others.
    """
    _parts[place][part] = order
    _parts[place] = dict(sorted(_parts[place].items(), key=lambda entry: entry[1]))


def parts_of(place: str, **what: Any) -> list[Markup]:
    """What the features have to say at `place` about `what`, already rendered; silent ones are left out."""
    rendered = (part(**what) for part in _parts[place])
    return [Markup(text) for text in rendered if text]  # noqa: S704 - rendered by our own autoescaping templates
