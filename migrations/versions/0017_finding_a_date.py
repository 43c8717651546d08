"""Date polls: the dates a coordinator proposes, and what each member says of each."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("host_code", sa.String(length=4), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_for_meeting", sa.Boolean(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        moment("created_at", nullable=False),
        moment("closed_at"),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        moment("withdrawn_at"),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=500), nullable=False),
        moment("decided_at"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        moment("answered_at"),
        moment("reminded_at"),
        sa.Column("reminders_count", sa.Integer(), nullable=False),
        sa.Column("early_for", sa.Date(), nullable=True),
        sa.Column("last_for", sa.Date(), nullable=True),
        sa.Column("ripe_for", sa.Date(), nullable=True),
        sa.CheckConstraint("minutes >= 1 AND minutes <= 1440", name=op.f("ck_polls_lasts_a_day_at_most")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_polls_network_id_networks")),
        sa.ForeignKeyConstraint(["host_code"], ["municipalities.code"], name=op.f("fk_polls_host_code_municipalities")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_polls_meeting_id_meetings"), ondelete="SET NULL"
        ),
        *(
            sa.ForeignKeyConstraint([f"{act}_by_id"], ["people.id"], name=op.f(f"fk_polls_{act}_by_id_people"))
            for act in ("created", "closed", "withdrawn", "decided")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
    )
    op.create_index(op.f("ix_polls_network_id"), "polls", ["network_id"])
    op.create_index(op.f("ix_polls_meeting_id"), "polls", ["meeting_id"])
    op.create_table(
        "poll_dates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        moment("starts_at", nullable=False),
        moment("removed_at"),
        moment("chosen_at"),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_dates_poll_id_polls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_dates")),
        sa.UniqueConstraint("poll_id", "starts_at", name=op.f("uq_poll_dates_poll_id_starts_at")),
    )
    op.create_table(
        "poll_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("vote", sa.String(length=32), nullable=False),
        moment("voted_at", nullable=False),
        sa.CheckConstraint("vote IN ('yes', 'maybe', 'no')", name=op.f("ck_poll_votes_vote")),
        sa.ForeignKeyConstraint(["date_id"], ["poll_dates.id"], name=op.f("fk_poll_votes_date_id_poll_dates")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_poll_votes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_votes")),
        sa.UniqueConstraint("date_id", "person_id", name=op.f("uq_poll_votes_date_id_person_id")),
    )
    op.create_index(op.f("ix_poll_votes_person_id"), "poll_votes", ["person_id"])
    op.create_table(
        "poll_ballots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=300), nullable=False),
        moment("cast_at", nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_ballots_poll_id_polls")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_poll_ballots_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_ballots")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_poll_ballots_poll_id_person_id")),
    )
    op.create_index(op.f("ix_poll_ballots_person_id"), "poll_ballots", ["person_id"])


def downgrade() -> None:
    for table in ("poll_ballots", "poll_votes", "poll_dates", "polls"):
        op.drop_table(table)
