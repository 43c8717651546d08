"""What the inbox shows: the lines of a person, by network and unread, each as it reads today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select, true

from app.accounts.models import Person
from app.core.paging import Page
from app.extensions import db
from app.networks.models import Network
from app.networks.queries import Standing, standing_of
from app.notifications import glimpses
from app.notifications.glimpses import Glimpse
from app.notifications.models import Notice

GONE = "archive-box-x-mark"


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of their inbox."""

    network_id: int | None = None
    only_unread: bool = False

    @property
    def narrows(self) -> bool:
        return self.network_id is not None or self.only_unread


@dataclass(frozen=True)
class Line:
    """A notice as it is printed. `glimpse` is None when there is nothing left to say of it."""

    id: int
    glimpse: Glimpse | None
    icon: str
    network: str
    at: datetime
    is_read: bool


@dataclass(frozen=True)
class Counts:
    """How many lines there are with the filters on, and how many of these are unread."""

    lines: int
    unread: int


def networks_to_choose(viewer: Person) -> list[tuple[int, str]]:
    """The networks that lines can be narrowed to; no statement beyond the standing."""
    return [(one.network_id, one.name) for one in standing_of(viewer).belongings.values()]


def _narrowed(query: Any, viewer: Person, asked: Asked) -> Any:
    """Lines of networks that somebody has left are gone with the membership; this keeps them out all the same."""
    query = query.where(Notice.person_id == viewer.id, _is_still_theirs(standing_of(viewer)))
    if asked.network_id is not None:
        query = query.where(Notice.network_id == asked.network_id)
    return query.where(Notice.read_at.is_(None)) if asked.only_unread else query


def _is_still_theirs(standing: Standing) -> ColumnElement[bool]:
    if standing.is_administrator:
        return true()
    return or_(Notice.network_id.is_(None), Notice.network_id.in_(list(standing.belongings)))


def counts(viewer: Person, asked: Asked) -> Counts:
    row = db.session.execute(
        _narrowed(select(func.count(Notice.id), func.count(Notice.id).filter(Notice.read_at.is_(None))), viewer, asked)
    ).one()
    return Counts(*row)


def lines(viewer: Person, asked: Asked, page: Page) -> list[Line]:
    """Newest first. Two statements, whatever the lines are about."""
    query = _narrowed(select(Notice, Network.name).outerjoin(Network, Network.id == Notice.network_id), viewer, asked)
    rows = db.session.execute(query.order_by(Notice.id.desc()).offset(page.offset).limit(page.size)).all()
    standing = standing_of(viewer)
    shown = [row.Notice for row in rows if not _waits_for_agreement(row.Notice, standing)]
    drawn = dict(
        zip(
            [notice.id for notice in shown],
            glimpses.draw(viewer, [(notice.kind, notice.payload) for notice in shown], may_enter=standing.may_enter),
            strict=True,
        )
    )
    return [_line(row.Notice, row.name or "", drawn) for row in rows]


def _waits_for_agreement(notice: Notice, standing: Standing) -> bool:
    """Nothing is said of what is in a network whose agreement the viewer has not accepted, the agreement itself apart."""
    how = glimpses.kind_of(notice.kind)
    if notice.network_id is None or how is None or how.before_agreeing:
        return False
    return not standing.may_enter(notice.network_id)


def _line(notice: Notice, network: str, drawn: Mapping[int, Glimpse | None]) -> Line:
    how = glimpses.kind_of(notice.kind)
    glimpse = drawn[notice.id] if notice.id in drawn else _behind_the_agreement(notice, network)
    return Line(
        id=notice.id,
        glimpse=glimpse,
        icon=how.icon if how is not None and glimpse is not None else GONE,
        network=network,
        at=notice.created_at,
        is_read=notice.read_at is not None,
    )


def _behind_the_agreement(notice: Notice, network: str) -> Glimpse:
    return Glimpse(
        _("News in %(network)s. Accept its agreement to read it.", network=network),
        url_for("agreements.show", network_id=notice.network_id),
    )


def address_of(viewer: Person, notice: Notice) -> str | None:
    """Where a line leads today; to the agreement, where that comes first."""
    standing = standing_of(viewer)
    if _waits_for_agreement(notice, standing) and standing.belongs_to(notice.network_id or 0):
        return _behind_the_agreement(notice, "").url
    (glimpse,) = glimpses.draw(viewer, [(notice.kind, notice.payload)], may_enter=standing.may_enter)
    return glimpse.url if glimpse else None
