"""When a browser was last seen and proved itself, known devices, accounts at the employer, and changes of address.

Revision 0004, after 0003, 2026-11-24. Sessions there are count as seen and proved when they began.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in_sessions") as sessions:
        sessions.drop_constraint(op.f("ck_sign_in_sessions_means"), type_="check")
        sessions.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        sessions.add_column(sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True))
        sessions.add_column(sa.Column("refreshed_by", sa.String(length=32), nullable=True))
    op.execute("UPDATE sign_in_sessions SET seen_at = created_at, refreshed_at = created_at, refreshed_by = means")
    with op.batch_alter_table("sign_in_sessions") as sessions:
        sessions.alter_column("seen_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        sessions.alter_column("refreshed_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        sessions.alter_column("refreshed_by", existing_type=sa.String(length=32), nullable=False)
    op.create_table(
        "known_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_known_devices_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_devices")),
        sa.UniqueConstraint("person_id", "token_hash", name=op.f("uq_known_devices_person_id_token_hash")),
    )
    op.create_index("ix_known_devices_token_hash", "known_devices", ["token_hash"])
    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_identities_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer_subject")),
        sa.UniqueConstraint("person_id", "issuer", name=op.f("uq_identities_person_id_issuer")),
    )
    op.create_table(
        "address_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("nonce", sa.String(length=43), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_new_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_old_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_address_changes_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_changes")),
        sa.UniqueConstraint("person_id", name=op.f("uq_address_changes_person_id")),
    )
    op.create_index("ix_address_changes_created_at", "address_changes", ["created_at"])


def downgrade() -> None:
    op.drop_table("address_changes")
    op.drop_table("identities")
    op.drop_table("known_devices")
    op.execute("DELETE FROM sign_in_sessions WHERE means NOT IN ('password', 'code')")
    with op.batch_alter_table("sign_in_sessions") as sessions:
        sessions.drop_column("refreshed_by")
        sessions.drop_column("refreshed_at")
        sessions.drop_column("seen_at")
        sessions.create_check_constraint(op.f("ck_sign_in_sessions_means"), "means IN ('password', 'code')")
