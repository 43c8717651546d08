"""Where people worked and when, the log, and mails to addresses without an account.

Revision 0002, after 0001, 2026-11-24. Everybody has worked where they are since their account was made.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "affiliations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint("to_on IS NULL OR to_on > from_on", name=op.f("ck_affiliations_ends_after_it_began")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_affiliations_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_affiliations_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliations")),
    )
    op.create_index("ix_affiliations_organisation_id", "affiliations", ["organisation_id"])
    op.create_index("ix_affiliations_person_id_from_on", "affiliations", ["person_id", "from_on"])
    op.create_index(
        "uq_affiliations_current",
        "affiliations",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.execute(
        "INSERT INTO affiliations (person_id, organisation_id, from_on) "
        "SELECT id, organisation_id, date(created_at) FROM people WHERE organisation_id IS NOT NULL ORDER BY id"
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("network_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_events_by_id_people")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_events_network_id_networks")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_events_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_by_id", "events", ["by_id"])
    op.create_index("ix_events_kind_at", "events", ["kind", "at"])
    op.create_index("ix_events_network_id_at", "events", ["network_id", "at"])
    op.create_index("ix_events_person_id_at", "events", ["person_id", "at"])
    with op.batch_alter_table("mails") as mails:
        mails.add_column(sa.Column("address", sa.String(length=254), nullable=True))
        mails.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        mails.create_check_constraint(
            op.f("ck_mails_goes_to_someone"), "person_id IS NOT NULL OR address IS NOT NULL"
        )


def downgrade() -> None:
    op.execute("DELETE FROM mails WHERE person_id IS NULL")
    with op.batch_alter_table("mails") as mails:
        mails.drop_constraint(op.f("ck_mails_goes_to_someone"), type_="check")
        mails.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
        mails.drop_column("address")
    op.drop_table("events")
    op.drop_table("affiliations")
