"""How one takes part in a meeting, what the members were told last and when they are told more, and what became of it.

What there is has been told as it stands.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_VENUE = sa.Enum("here", "online", "both", name="venue", native_enum=False, length=32)
_ANSWER = sa.Enum("yes", "maybe", "no", "waiting", name="earlier_answer", native_enum=False, create_constraint=True, length=32)
_PRESENCE = sa.Enum("here", "online", name="earlier_presence", native_enum=False, create_constraint=True, length=32)
_TURNS = (
    "called", "moved", "postponed", "dated", "kept", "cancelled", "restored", "closed", "reopened",
)  # fmt: skip
_TURN = sa.Enum(*_TURNS, name="meeting_turn", native_enum=False, create_constraint=True, length=32)


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table("meetings") as meetings:
        meetings.add_column(sa.Column("venue", _VENUE, server_default="here", nullable=False))
        meetings.add_column(sa.Column("address", sa.String(length=200), server_default="", nullable=False))
        meetings.add_column(sa.Column("online_opens_minutes", sa.Integer(), nullable=True))
        for name in ("asked_again_at", "discarded_at", "tell_at", "collected_since"):
            meetings.add_column(_moment(name))
        meetings.add_column(sa.Column("told", sa.JSON(none_as_null=True), nullable=True))
        meetings.add_column(sa.Column("tellings", sa.Integer(), server_default="0", nullable=False))
        meetings.add_column(sa.Column("changed_by_id", sa.Integer(), nullable=True))
        meetings.create_foreign_key(op.f("fk_meetings_changed_by_id_people"), "people", ["changed_by_id"], ["id"])
        meetings.create_check_constraint(op.f("ck_meetings_venue"), "venue IN ('here', 'online', 'both')")
        meetings.create_index(op.f("ix_meetings_tell_at"), ["tell_at"])
    op.execute("UPDATE meetings SET venue = 'online' WHERE online_url <> '' AND place = ''")
    op.execute("UPDATE meetings SET venue = 'both' WHERE online_url <> '' AND place <> ''")
    op.create_table(
        "earlier_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answer", _ANSWER, nullable=False),
        sa.Column("presence", _PRESENCE, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        _moment("starts_at", nullable=False),
        _moment("answered_at", nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_earlier_answers_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_earlier_answers_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_answers")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_earlier_answers_meeting_id_person_id")),
    )
    op.create_index(op.f("ix_earlier_answers_person_id"), "earlier_answers", ["person_id"])
    op.create_table(
        "meeting_turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("turn", _TURN, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        _moment("was_at"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_turns_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_meeting_turns_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_turns")),
    )
    op.create_index(op.f("ix_meeting_turns_meeting_id"), "meeting_turns", ["meeting_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_meeting_turns_meeting_id"), table_name="meeting_turns")
    op.drop_table("meeting_turns")
    op.drop_index(op.f("ix_earlier_answers_person_id"), table_name="earlier_answers")
    op.drop_table("earlier_answers")
    # Before, a place was one line.
    op.execute(
        "UPDATE meetings SET place = substr(place || ', ' || address, 1, 200) WHERE place <> '' AND address <> ''"
    )
    op.execute("UPDATE meetings SET place = address WHERE place = '' AND address <> ''")
    with op.batch_alter_table("meetings") as meetings:
        meetings.drop_index(op.f("ix_meetings_tell_at"))
        meetings.drop_constraint(op.f("ck_meetings_venue"), type_="check")
        meetings.drop_constraint(op.f("fk_meetings_changed_by_id_people"), type_="foreignkey")
        for column in (
            "changed_by_id", "tellings", "told", "collected_since", "tell_at", "discarded_at", "asked_again_at",
            "online_opens_minutes", "address", "venue",
        ):  # fmt: skip
            meetings.drop_column(column)
