"""Files attached to cases, and cases and replies that came by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_attachments_case_id_cases")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_case_attachments_post_id_posts")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_case_attachments_file_id_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_attachments")),
        sa.UniqueConstraint("file_id", name=op.f("uq_case_attachments_file_id")),
    )
    with op.batch_alter_table("case_attachments") as attachments:
        attachments.create_index(op.f("ix_case_attachments_case_id"), ["case_id"])
        attachments.create_index(op.f("ix_case_attachments_post_id"), ["post_id"])
    for name in ("cases", "posts"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("incoming_mail_id", sa.Integer(), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_{name}_incoming_mail_id_incoming_mails"),
                "incoming_mails",
                ["incoming_mail_id"],
                ["id"],
                ondelete="SET NULL",
            )
    with op.batch_alter_table("networks") as networks:
        networks.add_column(sa.Column("takes_mail", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("networks") as networks:
        networks.drop_column("takes_mail")
    for name in ("posts", "cases"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"fk_{name}_incoming_mail_id_incoming_mails"), type_="foreignkey")
            table.drop_column("incoming_mail_id")
    op.drop_table("case_attachments")
