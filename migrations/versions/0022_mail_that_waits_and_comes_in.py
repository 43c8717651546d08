"""Mails that wait for a digest, and mails that come in."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
STATES = "'ready', 'leased', 'sent', 'dropped', 'dead'"
STATES_NOW = "'ready', 'leased', 'collected', 'sent', 'dropped', 'dead'"


def upgrade() -> None:
    with op.batch_alter_table("mails") as mails:
        mails.drop_constraint(op.f("ck_mails_mail_state"), type_="check")
        mails.create_check_constraint(op.f("ck_mails_mail_state"), f"state IN ({STATES_NOW})")
    op.create_table(
        "incoming_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("envelope_sender", sa.String(length=254), nullable=False),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("fate", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "fate IN ('taken', 'refused', 'report', 'passed_over', 'failed')", name=op.f("ck_incoming_mails_fate")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_incoming_mails_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_incoming_mails_key")),
    )
    with op.batch_alter_table("incoming_mails") as mails:
        mails.create_index(op.f("ix_incoming_mails_person_id"), ["person_id"])
        mails.create_index(op.f("ix_incoming_mails_received_at"), ["received_at"])


def downgrade() -> None:
    op.drop_table("incoming_mails")
    op.execute("UPDATE mails SET state = 'ready' WHERE state = 'collected'")
    with op.batch_alter_table("mails") as mails:
        mails.drop_constraint(op.f("ck_mails_mail_state"), type_="check")
        mails.create_check_constraint(op.f("ck_mails_mail_state"), f"state IN ({STATES})")
