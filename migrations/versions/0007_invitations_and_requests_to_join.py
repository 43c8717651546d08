"""Invitations to networks, open networks, and requests to join them.

Revision 0007, after 0006, 2026-11-24. Every network there is stays closed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _one_without(table: str, name: str, condition: str, *columns: str) -> None:
    op.create_index(
        name, table, columns, unique=True, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition)
    )


def _has_one_answer(first: str) -> str:
    moments = (first, "declined_at", "withdrawn_at")
    return " + ".join(f"CASE WHEN {moment} IS NULL THEN 0 ELSE 1 END" for moment in moments) + " <= 1"


def upgrade() -> None:
    with op.batch_alter_table("networks") as networks:
        networks.add_column(sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("networks") as networks:
        networks.alter_column("is_open", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_count", sa.Integer(), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitations_email_is_lower_case")),
        sa.CheckConstraint("role IN ('member', 'coordinator')", name=op.f("ck_invitations_invitation_role")),
        sa.CheckConstraint(_has_one_answer("accepted_at"), name=op.f("ck_invitations_has_one_answer")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["people.id"], name=op.f("fk_invitations_accepted_by_id_people")
        ),
        sa.ForeignKeyConstraint(["invited_by_id"], ["people.id"], name=op.f("fk_invitations_invited_by_id_people")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_invitations_network_id_networks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index("ix_invitations_accepted_by_id", "invitations", ["accepted_by_id"])
    op.create_index("ix_invitations_email", "invitations", ["email"])
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"])
    op.create_index("ix_invitations_invited_by_id_last_sent_at", "invitations", ["invited_by_id", "last_sent_at"])
    op.create_index("ix_invitations_network_id", "invitations", ["network_id"])
    _one_without(
        "invitations",
        "uq_invitations_unanswered",
        "accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL",
        "network_id",
        "email",
    )
    op.create_table(
        "join_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_has_one_answer("approved_at"), name=op.f("ck_join_requests_has_one_answer")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_join_requests_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_join_requests_network_id_networks")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_join_requests_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
    )
    op.create_index("ix_join_requests_decided_by_id", "join_requests", ["decided_by_id"])
    op.create_index("ix_join_requests_network_id", "join_requests", ["network_id"])
    op.create_index("ix_join_requests_person_id", "join_requests", ["person_id"])
    _one_without(
        "join_requests",
        "uq_join_requests_undecided",
        "approved_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL",
        "network_id",
        "person_id",
    )


def downgrade() -> None:
    op.drop_table("join_requests")
    op.drop_table("invitations")
    with op.batch_alter_table("networks") as networks:
        networks.drop_column("is_open")
