"""The inbox of the application, and what the mail system says of mail that does not arrive."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=True),
        sa.Column("thread", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_notices_network_id_networks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index("ix_notices_person_id_id", "notices", ["person_id", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["person_id", "thread"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index(op.f("ix_notices_network_id"), "notices", ["network_id"])
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"])
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weight", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("diagnostic", sa.String(length=500), nullable=False),
        sa.Column("is_forgiven", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "weight IN ('unknown_address', 'failed', 'delayed')", name=op.f("ck_bounces_bounce_weight")
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mails.id"], name=op.f("fk_bounces_mail_id_mails"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
    )
    op.create_index("ix_bounces_address_at", "bounces", ["address", "at"])
    op.create_index(op.f("ix_bounces_at"), "bounces", ["at"])
    op.create_index(op.f("ix_bounces_mail_id"), "bounces", ["mail_id"])
    op.create_table(
        "suspended_addresses",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("diagnostic", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suspended_addresses")),
    )
    op.create_index(op.f("ix_suspended_addresses_suspended_at"), "suspended_addresses", ["suspended_at"])


def downgrade() -> None:
    op.drop_table("suspended_addresses")
    op.drop_table("bounces")
    op.drop_table("notices")
