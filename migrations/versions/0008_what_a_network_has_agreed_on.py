"""What a network has agreed on, who has promised it, and how much may stand outside its pages.

Revision 0008, after 0007, 2026-11-24. Networks begin without an agreement, and as reticent as new ones are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LEVELS = sa.Enum(
    "open", "network", "participants", name="confidentiality", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    with op.batch_alter_table("networks") as networks:
        networks.add_column(sa.Column("confidentiality", LEVELS, nullable=False, server_default="network"))
        networks.add_column(sa.Column("agreement_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("change", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_agreements_version_from_one")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_agreements_by_id_people")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_agreements_network_id_networks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("network_id", "version", name=op.f("uq_agreements_network_id_version")),
    )
    op.create_table(
        "acceptances",
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id", "version"],
            ["agreements.network_id", "agreements.version"],
            name="fk_acceptances_agreement",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_acceptances_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("network_id", "version", "person_id", name=op.f("pk_acceptances")),
    )
    op.create_index("ix_acceptances_person_id", "acceptances", ["person_id"])
    with op.batch_alter_table("calendar_fragments") as fragments:
        fragments.alter_column("variant", existing_type=sa.String(length=16), type_=sa.String(length=40))


def downgrade() -> None:
    op.execute("DELETE FROM calendar_fragments")  # made again when asked for; their names are longer than they were
    with op.batch_alter_table("calendar_fragments") as fragments:
        fragments.alter_column("variant", existing_type=sa.String(length=40), type_=sa.String(length=16))
    op.drop_table("acceptances")
    op.drop_table("agreements")
    with op.batch_alter_table("networks") as networks:
        networks.drop_column("agreement_version")
        networks.drop_constraint(op.f("ck_networks_confidentiality"), type_="check")
        networks.drop_column("confidentiality")
