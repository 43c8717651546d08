"""Who sees to a meeting, to draft minutes and to a case, beside who once began it.

Revision 0009, after 0008, 2026-11-24. Those who began them see to them; what is finished needs nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def person(name: str, table: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("people.id", name=f"fk_{table}_{name}_people"), nullable=True)


def upgrade() -> None:
    with op.batch_alter_table("meetings") as meetings:
        meetings.add_column(person("contact_id", "meetings"))
    op.execute("UPDATE meetings SET contact_id = created_by_id")
    with op.batch_alter_table("minutes") as minutes:
        minutes.add_column(person("writer_id", "minutes"))
    op.execute(
        "UPDATE minutes SET writer_id = (SELECT revisions.author_id FROM revisions "
        "JOIN agenda_items ON agenda_items.id = revisions.agenda_item_id "
        "WHERE agenda_items.meeting_id = minutes.meeting_id ORDER BY revisions.written_at, revisions.id LIMIT 1)"
    )
    with op.batch_alter_table("cases") as cases:
        cases.add_column(person("owner_id", "cases"))
    op.execute("UPDATE cases SET owner_id = author_id")
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("owner_id", existing_type=sa.Integer(), nullable=False)
    op.create_index("ix_cases_owner_id", "cases", ["owner_id"])
    with op.batch_alter_table("actions") as actions:
        actions.add_column(sa.Column("outcome", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("actions") as actions:
        actions.alter_column("outcome", existing_type=sa.String(length=500), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("actions") as actions:
        actions.drop_column("outcome")
    op.drop_index("ix_cases_owner_id", "cases")
    for table, column in (("cases", "owner_id"), ("minutes", "writer_id"), ("meetings", "contact_id")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_{column}_people", type_="foreignkey")
            batch.drop_column(column)
