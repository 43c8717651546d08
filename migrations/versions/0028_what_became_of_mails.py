"""What became of each mail that came in, and how the last look into the mailbox went."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incoming_mails") as mails:
        mails.add_column(sa.Column("unanswered", sa.String(length=120), nullable=False, server_default=""))
        mails.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="1"))
        mails.add_column(sa.Column("copies", sa.Integer(), nullable=False, server_default="0"))
        mails.add_column(sa.Column("network_id", sa.Integer(), nullable=True))
        mails.add_column(sa.Column("became", sa.String(length=200), nullable=False, server_default=""))
        mails.create_foreign_key(op.f("fk_incoming_mails_network_id_networks"), "networks", ["network_id"], ["id"])
        mails.create_index(op.f("ix_incoming_mails_network_id"), ["network_id"])
        mails.create_index("ix_incoming_mails_sender", ["from_address", "received_at"])
    with op.batch_alter_table("incoming_mails") as mails:
        for name in ("unanswered", "tries", "copies", "became"):
            mails.alter_column(name, server_default=None)
    op.create_table(
        "mailbox_polls",
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailbox_polls")),
    )


def downgrade() -> None:
    op.drop_table("mailbox_polls")
    with op.batch_alter_table("incoming_mails") as mails:
        mails.drop_index("ix_incoming_mails_sender")
        mails.drop_index(op.f("ix_incoming_mails_network_id"))
        mails.drop_constraint(op.f("fk_incoming_mails_network_id_networks"), type_="foreignkey")
        for name in ("became", "network_id", "copies", "tries", "unanswered"):
            mails.drop_column(name)
