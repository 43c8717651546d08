"""Agenda items on their way: proposed by members, waiting in a network's backlog, moved on from a meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATES = sa.Enum(
    "waiting", "parked", "taken", "declined", "withdrawn",
    name="proposal_state", native_enum=False, create_constraint=True, length=32,
)  # fmt: skip
KINDS = sa.Enum(
    "information", "discussion", "decision", "case", "break",
    name="agenda_kind", native_enum=False, create_constraint=True, length=32,
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("state", STATES, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("presenter", sa.String(length=120), nullable=False),
        sa.Column("presenter_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.CheckConstraint("minutes >= 0 AND minutes <= 600", name=op.f("ck_proposals_minutes_in_a_day")),
        sa.CheckConstraint("state <> 'taken' OR item_id IS NOT NULL", name=op.f("ck_proposals_taken_is_an_item")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_proposals_network_id_networks")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_proposals_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["origin_id"], ["agenda_items.id"], name=op.f("fk_proposals_origin_id_agenda_items")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_items.id"], name=op.f("fk_proposals_item_id_agenda_items")),
        sa.ForeignKeyConstraint(["presenter_id"], ["people.id"], name=op.f("fk_proposals_presenter_id_people")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["people.id"], name=op.f("fk_proposals_proposed_by_id_people")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_proposals_decided_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_network_id_state", "proposals", ["network_id", "state"])
    for column in ("meeting_id", "origin_id", "item_id", "proposed_by_id"):
        op.create_index(op.f(f"ix_proposals_{column}"), "proposals", [column])


def downgrade() -> None:
    op.drop_table("proposals")
