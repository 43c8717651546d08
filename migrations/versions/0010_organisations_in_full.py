"""CVR numbers and web addresses of organisations, and that they can be closed or merged.

What is there already has neither number nor address and stays open.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisations") as organisations:
        organisations.add_column(sa.Column("cvr", sa.String(length=8), nullable=False, server_default=""))
        organisations.add_column(sa.Column("web_address", sa.String(length=200), nullable=False, server_default=""))
        organisations.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        organisations.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        organisations.create_foreign_key(
            op.f("fk_organisations_merged_into_id_organisations"), "organisations", ["merged_into_id"], ["id"]
        )
    with op.batch_alter_table("organisations") as organisations:
        organisations.alter_column("cvr", existing_type=sa.String(length=8), server_default=None)
        organisations.alter_column("web_address", existing_type=sa.String(length=200), server_default=None)
    op.create_index("ix_organisations_cvr", "organisations", ["cvr"])


def downgrade() -> None:
    op.drop_index("ix_organisations_cvr", "organisations")
    with op.batch_alter_table("organisations") as organisations:
        organisations.drop_constraint(op.f("fk_organisations_merged_into_id_organisations"), type_="foreignkey")
        organisations.drop_column("merged_into_id")
        organisations.drop_column("closed_at")
        organisations.drop_column("web_address")
        organisations.drop_column("cvr")
