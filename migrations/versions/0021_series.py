"""Meetings that return by rule, and which meeting belongs to which series."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("meetings_wanted", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("unit IN ('months', 'weeks')", name=op.f("ck_series_unit")),
        sa.CheckConstraint("step BETWEEN 1 AND 12", name=op.f("ck_series_step_in_a_year")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_series_weekday_in_a_week")),
        sa.CheckConstraint("meetings_wanted > 0", name=op.f("ck_series_has_meetings")),
        sa.CheckConstraint("ends > starts", name=op.f("ck_series_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_series_created_by_id_people")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_series_network_id_networks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("key", name=op.f("uq_series_key")),
    )
    op.create_index(op.f("ix_series_network_id"), "series", ["network_id"])
    op.create_table(
        "series_meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("planned", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_series_meetings_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_meetings_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_meetings")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_series_meetings_meeting_id")),
    )
    op.create_index(op.f("ix_series_meetings_series_id"), "series_meetings", ["series_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_series_meetings_series_id"), table_name="series_meetings")
    op.drop_table("series_meetings")
    op.drop_index(op.f("ix_series_network_id"), table_name="series")
    op.drop_table("series")
