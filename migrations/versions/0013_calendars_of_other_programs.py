"""Calendars of other programs that were sent in, and which meeting each event became."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("happenings", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_received_calendars_network_id_networks")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_received_calendars_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_calendars")),
    )
    with op.batch_alter_table("received_calendars") as calendars:
        calendars.create_index(op.f("ix_received_calendars_by_id"), ["by_id"])
        calendars.create_index(op.f("ix_received_calendars_network_id"), ["network_id"])
        calendars.create_index(op.f("ix_received_calendars_received_at"), ["received_at"])
    op.create_table(
        "imported_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_imported_events_network_id_networks")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_imported_events_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_events")),
        sa.UniqueConstraint("network_id", "key", name=op.f("uq_imported_events_network_id_key")),
    )
    with op.batch_alter_table("imported_events") as events:
        events.create_index(op.f("ix_imported_events_meeting_id"), ["meeting_id"])


def downgrade() -> None:
    op.drop_table("imported_events")
    op.drop_table("received_calendars")
