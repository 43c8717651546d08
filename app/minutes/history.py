"""An item's revisions as people remember them: who wrote when, and what that changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.differences import Piece, differences, excerpt
from app.core.paging import Page
from app.minutes.queries import Marker, markers_of, texts_of

PAUSE = timedelta(minutes=15)
PAGE_SIZE = 20


@dataclass(frozen=True)
class Sitting:
    """Revisions that one person wrote with no longer pause between them than PAUSE; saved as one types, they are many."""

    name: str
    first: int
    last: int
    began_at: datetime
    ended_at: datetime
    pieces: list[Piece]

    @property
    def saves(self) -> int:
        return self.last - self.first + 1


def sittings_of(item_id: int, *, asked: int | None) -> tuple[list[Sitting], Page, int]:
    """One page of an item's history, newest first, and the number of its newest revision. Two queries."""
    markers = markers_of(item_id)
    groups = _grouped(markers)
    page = Page.of(len(groups), asked=asked, size=PAGE_SIZE)
    shown = groups[page.offset : page.offset + page.size]
    texts = texts_of(item_id, [number for group in shown for number in (group[0].number, group[-1].number - 1)])
    sittings = [
        Sitting(
            name=group[0].name,
            first=group[-1].number,
            last=group[0].number,
            began_at=group[-1].written_at,
            ended_at=group[0].written_at,
            pieces=excerpt(differences(texts[group[-1].number - 1], texts[group[0].number])),
        )
        for group in shown
    ]
    return sittings, page, markers[0].number if markers else 0


def _grouped(markers: Sequence[Marker]) -> list[list[Marker]]:
    """Newest first, within each group too."""
    groups: list[list[Marker]] = []
    for marker in markers:
        newer = groups[-1][-1] if groups else None
        if newer and newer.author_id == marker.author_id and newer.written_at - marker.written_at <= PAUSE:
            groups[-1].append(marker)
        else:
            groups.append([marker])
    return groups
