"""When a session showed its second step, which account at the employer waits for it, and which one was unlinked.

Sessions of people who have a factor keep on: they are taken to have shown it when they began.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in_sessions") as sessions:
        sessions.add_column(sa.Column("second_step_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE sign_in_sessions SET second_step_at = created_at "
        "WHERE EXISTS (SELECT 1 FROM passkeys WHERE passkeys.person_id = sign_in_sessions.person_id) "
        "OR EXISTS (SELECT 1 FROM authenticators WHERE authenticators.person_id = sign_in_sessions.person_id)"
    )
    with op.batch_alter_table("pending_sign_ins") as pending:
        pending.add_column(sa.Column("issuer", sa.String(length=200), nullable=True))
        pending.add_column(sa.Column("subject", sa.String(length=255), nullable=True))
    with op.batch_alter_table("identities") as identities:
        identities.add_column(sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM identities WHERE unlinked_at IS NOT NULL")  # before, there was no row of what is unlinked
    with op.batch_alter_table("identities") as identities:
        identities.drop_column("unlinked_at")
    with op.batch_alter_table("pending_sign_ins") as pending:
        pending.drop_column("subject")
        pending.drop_column("issuer")
    with op.batch_alter_table("sign_in_sessions") as sessions:
        sessions.drop_column("second_step_at")
