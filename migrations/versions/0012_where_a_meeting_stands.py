"""When a meeting was called, postponed and closed, and which member presents an item.

What there is has been called when it was made.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meetings") as meetings:
        meetings.add_column(sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
        meetings.add_column(sa.Column("postponed_at", sa.DateTime(timezone=True), nullable=True))
        meetings.add_column(sa.Column("postponed_by_id", sa.Integer(), nullable=True))
        meetings.add_column(
            sa.Column("postponement_reason", sa.String(length=500), server_default="", nullable=False)
        )
        meetings.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        meetings.add_column(sa.Column("closed_by_id", sa.Integer(), nullable=True))
        meetings.create_foreign_key(op.f("fk_meetings_postponed_by_id_people"), "people", ["postponed_by_id"], ["id"])
        meetings.create_foreign_key(op.f("fk_meetings_closed_by_id_people"), "people", ["closed_by_id"], ["id"])
    op.execute("UPDATE meetings SET called_at = created_at")
    with op.batch_alter_table("agenda_items") as items:
        items.add_column(sa.Column("presenter_id", sa.Integer(), nullable=True))
        items.create_foreign_key(op.f("fk_agenda_items_presenter_id_people"), "people", ["presenter_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("agenda_items") as items:
        items.drop_constraint(op.f("fk_agenda_items_presenter_id_people"), type_="foreignkey")
        items.drop_column("presenter_id")
    # Before, every meeting was called and what does not take place was cancelled.
    op.execute(
        "UPDATE meetings SET cancelled_at = postponed_at, cancelled_by_id = postponed_by_id, "
        "cancellation_reason = postponement_reason WHERE postponed_at IS NOT NULL AND cancelled_at IS NULL"
    )
    with op.batch_alter_table("meetings") as meetings:
        meetings.drop_constraint(op.f("fk_meetings_closed_by_id_people"), type_="foreignkey")
        meetings.drop_constraint(op.f("fk_meetings_postponed_by_id_people"), type_="foreignkey")
        for column in (
            "closed_by_id",
            "closed_at",
            "postponement_reason",
            "postponed_by_id",
            "postponed_at",
            "called_at",
        ):
            meetings.drop_column(column)
