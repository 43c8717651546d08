"""Cases, the posts that answer them, what is attached to both, and how far each has read."""

import json
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Affiliation, Person
from app.accounts.queries import worked_there
from app.core import clock
from app.core.db import UtcDateTime, the_one_who, word
from app.core.tokens import fingerprint
from app.extensions import Model
from app.files.models import File
from app.incoming.models import IncomingMail
from app.meetings.models import AgendaItem
from app.networks.discretion import Measure, fit_for
from app.networks.models import Network


class Case(Model):
    """A key question from practice, told without names. `posts_count` and `last_post_at` follow its posts.

    `author` told it, and that stays, as does where they worked then (`workplace`); `owner` is the case owner, to whom the case was handed when the author left.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_network_id_last_post_at", "network_id", "last_post_at"),
        Index("ix_cases_last_post_at", "last_post_at"),  # the newest across many networks, without sorting them all
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True, default=the_one_who("author_id"))
    title: Mapped[str] = mapped_column(String(200), info=fit_for(Measure.TITLES, instead=_l("A case")))
    situation: Mapped[str] = mapped_column(Text)
    tried: Mapped[str] = mapped_column(Text, default="")
    wanted: Mapped[str] = mapped_column(Text, default="")
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    posts_count: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=clock.now
    )  # its own telling counts as the first
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    incoming_mail_id: Mapped[int | None] = mapped_column(ForeignKey(IncomingMail.id, ondelete="SET NULL"))

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    author: Mapped[Person] = relationship(foreign_keys=[author_id], lazy="raise_on_sql")
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    agenda_item: Mapped[AgendaItem | None] = relationship(lazy="raise_on_sql")
    attachments: Mapped[list["CaseAttachment"]] = relationship(
        primaryjoin=lambda: and_(CaseAttachment.case_id == Case.id, CaseAttachment.post_id.is_(None)),
        order_by="CaseAttachment.id",
        viewonly=True,
        lazy="raise_on_sql",
    )  # of the case itself; those of its replies hang on them
    workplace: Mapped[Affiliation | None] = relationship(
        primaryjoin=lambda: worked_there(Case.author_id, Case.created_at),
        viewonly=True,
        uselist=False,
        lazy="raise_on_sql",
    )

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def edition(self) -> str:
        """Names the words as they stand, so that an edit made against other words is noticed."""
        return fingerprint(json.dumps([self.title, self.situation, self.tried, self.wanted]))


class PostKind(StrEnum):
    QUESTION = "question"
    EXPERIENCE = "experience"
    ADVICE = "advice"
    REFLECTION = "reflection"
    OWNER = "owner"  # the case owner's own replies


class Post(Model):
    """A reply; `number` counts from 1 within its case and is its address. One that came by mail names the mail."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[PostKind] = mapped_column(word(PostKind, "post_kind"))
    body: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    incoming_mail_id: Mapped[int | None] = mapped_column(ForeignKey(IncomingMail.id, ondelete="SET NULL"))

    author: Mapped[Person] = relationship(lazy="raise_on_sql")
    attachments: Mapped[list["CaseAttachment"]] = relationship(
        order_by="CaseAttachment.id", viewonly=True, lazy="raise_on_sql"
    )
    case: Mapped[Case] = relationship(lazy="raise_on_sql")
    workplace: Mapped[Affiliation | None] = relationship(
        primaryjoin=lambda: worked_there(Post.author_id, Post.posted_at),
        viewonly=True,
        uselist=False,
        lazy="raise_on_sql",
    )

    @property
    def edition(self) -> str:
        """Names the words as they stand, like the case's."""
        return fingerprint(json.dumps([self.kind, self.body]))


class CaseAttachment(Model):
    """A file that belongs to a reply, or without `post_id` to the case itself. When it is removed, its file is."""

    __tablename__ = "case_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), unique=True)

    case: Mapped[Case] = relationship(lazy="raise_on_sql", viewonly=True)
    post: Mapped[Post | None] = relationship(lazy="raise_on_sql", viewonly=True)
    file: Mapped[File] = relationship(lazy="raise_on_sql")


class ReadPosition(Model):
    """How far someone has read a case: every post up to `number` (0 = the case itself)."""

    __tablename__ = "read_positions"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
