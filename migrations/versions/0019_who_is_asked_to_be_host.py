"""Whose turn it is to be host, who is asked, and what a network plans for a year."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "rota_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("note", sa.String(length=160), nullable=False),
        _moment("out_at"),
        sa.Column("out_by_id", sa.Integer(), nullable=True),
        sa.Column("out_reason", sa.String(length=300), nullable=False),
        _moment("skipped_at"),
        sa.Column("skipped_by_id", sa.Integer(), nullable=True),
        sa.Column("skip_reason", sa.String(length=300), nullable=False),
        _moment("skipped_after"),
        _moment("swapped_at"),
        sa.Column("swapped_by_id", sa.Integer(), nullable=True),
        sa.Column("swapped_with_code", sa.String(length=4), nullable=True),
        _moment("rank_at"),
        sa.Column("rank_position", sa.Integer(), nullable=False),
        _moment("rank_turn_at"),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_rota_entries_network_id_networks")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_rota_entries_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(
            ["swapped_with_code"], ["municipalities.code"], name=op.f("fk_rota_entries_swapped_with_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["out_by_id"], ["people.id"], name=op.f("fk_rota_entries_out_by_id_people")),
        sa.ForeignKeyConstraint(["skipped_by_id"], ["people.id"], name=op.f("fk_rota_entries_skipped_by_id_people")),
        sa.ForeignKeyConstraint(["swapped_by_id"], ["people.id"], name=op.f("fk_rota_entries_swapped_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_entries")),
        sa.UniqueConstraint("network_id", "municipality_code", name=op.f("uq_rota_entries_network_id_municipality_code")),
    )
    op.create_table(
        "host_asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("word", sa.String(length=500), nullable=False),
        sa.Column("instead_of_code", sa.String(length=4), nullable=True),
        _moment("asked_at", nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        _moment("reminded_at"),
        _moment("accepted_at"),
        _moment("declined_at"),
        _moment("withdrawn_at"),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("passes_turn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "meeting_id IS NOT NULL OR month IS NOT NULL", name=op.f("ck_host_asks_about_a_meeting_or_a_month")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_host_asks_network_id_networks")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_host_asks_municipality_code_municipalities")
        ),
        sa.ForeignKeyConstraint(
            ["instead_of_code"], ["municipalities.code"], name=op.f("fk_host_asks_instead_of_code_municipalities")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_host_asks_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_host_asks_person_id_people")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_host_asks_asked_by_id_people")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_host_asks_answered_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_asks")),
    )
    op.create_index(op.f("ix_host_asks_meeting_id"), "host_asks", ["meeting_id"])
    op.create_index("ix_host_asks_network_id_asked_at", "host_asks", ["network_id", "asked_at"])
    op.create_table(
        "wheels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("edited_at", nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_wheels_network_id_networks")),
        sa.ForeignKeyConstraint(["edited_by_id"], ["people.id"], name=op.f("fk_wheels_edited_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wheels")),
        sa.UniqueConstraint("network_id", "year", name=op.f("uq_wheels_network_id_year")),
    )


def downgrade() -> None:
    op.drop_table("wheels")
    op.drop_index("ix_host_asks_network_id_asked_at", table_name="host_asks")
    op.drop_index(op.f("ix_host_asks_meeting_id"), table_name="host_asks")
    op.drop_table("host_asks")
    op.drop_table("rota_entries")
