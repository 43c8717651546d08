"""How somebody wants meetings in their calendar, and what their calendar was told by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_choices",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "way IN ('subscription', 'invitations', 'both')", name=op.f("ck_calendar_choices_calendar_way")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_calendar_choices_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_choices")),
    )
    op.create_table(
        "calendar_entries",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("is_in", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("meeting_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("network_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("owed_hash", sa.String(length=64), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('open', 'network', 'participants')", name=op.f("ck_calendar_entries_calendar_entry_level")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_calendar_entries_meeting_id_meetings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_calendar_entries_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "meeting_id", name=op.f("pk_calendar_entries")),
    )
    with op.batch_alter_table("calendar_entries") as entries:
        entries.create_index(op.f("ix_calendar_entries_meeting_id"), ["meeting_id"])


def downgrade() -> None:
    op.drop_table("calendar_entries")
    op.drop_table("calendar_choices")
