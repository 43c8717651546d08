"""Lists of members that were sent in and wait to be looked through.

Revision 0003, after 0002, 2026-11-24.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_received_lists_by_id_people")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_received_lists_network_id_networks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_lists")),
    )
    op.create_index("ix_received_lists_by_id", "received_lists", ["by_id"])
    op.create_index("ix_received_lists_network_id", "received_lists", ["network_id"])
    op.create_index("ix_received_lists_received_at", "received_lists", ["received_at"])


def downgrade() -> None:
    op.drop_table("received_lists")
