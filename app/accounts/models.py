"""People, where they work and worked, and what has happened to their accounts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import SortKey, UtcDateTime, sorted_as, word
from app.extensions import Model
from app.organisations.models import Organisation


class Person(UserMixin, Model):  # type: ignore[misc]
    """Someone with an account. `email` is kept in lower case and names one person only.

    `organisation_id` is where they work today; `Affiliation` holds when that began, and where they worked before.
    `accounts.operations.move_to` writes both.
    """

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(SortKey, default=sorted_as("name"), onupdate=None, index=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(24), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    locale: Mapped[str] = mapped_column(String(2), default="da")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    administrator_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")

    @property
    def is_administrator(self) -> bool:
        return self.administrator_since is not None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def initials(self) -> str:
        """First letters of the first and the last name, for the round mark beside a name."""
        names = self.name.split()
        return "".join(name[0] for name in (names[0], *names[1:][-1:])).upper()


class Affiliation(Model):
    """Someone's time at an organisation, in whole days in Denmark: from `from_on` up to but not including `to_on`."""

    __tablename__ = "affiliations"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on > from_on", name="ends_after_it_began"),
        Index(
            "uq_affiliations_current",
            "person_id",
            unique=True,
            sqlite_where=text("to_on IS NULL"),
            postgresql_where=text("to_on IS NULL"),
        ),
        Index("ix_affiliations_person_id_from_on", "person_id", "from_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    from_on: Mapped[date] = mapped_column(default=clock.today)
    to_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    @property
    def municipality(self) -> str:
        return self.organisation.municipality.name


class EventKind(StrEnum):
    """What can happen to an account or be done with it; each is said in a sentence by `accounts.words`."""

    REGISTERED = "registered"
    SIGNED_IN = "signed_in"
    SIGNED_IN_ON_A_NEW_DEVICE = "signed_in_on_a_new_device"
    SIGN_IN_FAILED = "sign_in_failed"
    SECOND_STEP_FAILED = "second_step_failed"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    OTHER_SESSIONS_ENDED = "other_sessions_ended"
    PASSWORD_SET = "password_set"  # noqa: S105 - a word, not a password
    PASSWORD_REMOVED = "password_removed"  # noqa: S105 - a word, not a password
    ADDRESS_CHANGE_ASKED = "address_change_asked"
    ADDRESS_CHANGE_STOPPED = "address_change_stopped"
    ADDRESS_CHANGED = "address_changed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    AUTHENTICATOR_ADDED = "authenticator_added"
    AUTHENTICATOR_REMOVED = "authenticator_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    FACTORS_RESET = "factors_reset"
    DISABLED = "disabled"
    ENABLED = "enabled"
    MADE_ADMINISTRATOR = "made_administrator"
    NO_LONGER_ADMINISTRATOR = "no_longer_administrator"
    MOVED = "moved"
    ORGANISATION_LEFT = "organisation_left"
    AFFILIATION_CORRECTED = "affiliation_corrected"
    SESSIONS_ENDED = "sessions_ended"
    LOG_EXPORTED = "log_exported"
    INVITED = "invited"
    INVITATION_DECLINED = "invitation_declined"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    ASKED_TO_JOIN = "asked_to_join"
    REQUEST_DECLINED = "request_declined"
    JOINED = "joined"
    LEFT = "left"
    ROLE_CHANGED = "role_changed"
    AGREEMENT_ACCEPTED = "agreement_accepted"
    HANDED_OVER = "handed_over"
    LIST_IMPORTED = "list_imported"
    LIST_EXPORTED = "list_exported"
    ATTENDANCE_EXPORTED = "attendance_exported"
    NETWORK_MADE = "network_made"
    NETWORK_CHANGED = "network_changed"
    AGREEMENT_CHANGED = "agreement_changed"
    ORGANISATION_MADE = "organisation_made"
    ORGANISATION_CHANGED = "organisation_changed"
    ORGANISATION_CLOSED = "organisation_closed"
    ORGANISATION_REOPENED = "organisation_reopened"
    ORGANISATIONS_MERGED = "organisations_merged"
    SIGN_IN_RULES_CHANGED = "sign_in_rules_changed"
    ADDRESS_TRIED_AGAIN = "address_tried_again"
    MAIL_RETRIED = "mail_retried"
    PROFILE_CHANGED = "profile_changed"


class Event(Model):
    """A line in the log. Never changed. `person_id` is whom it is about, `by_id` who did it where that is another.

    `facts` holds what the sentence needs (names as of that day, a kind of device); no secrets, no addresses of others.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_person_id_at", "person_id", "at"),
        Index("ix_events_network_id_at", "network_id", "at"),
        Index("ix_events_kind_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    kind: Mapped[EventKind] = mapped_column(word(EventKind, "event_kind", is_checked=False))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id], lazy="raise_on_sql")
