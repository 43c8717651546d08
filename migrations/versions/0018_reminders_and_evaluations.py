"""Reminders of meetings, and what people thought of them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("anchor", sa.String(length=32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("for_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_to", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "audience IN ('silent', 'host', 'presenters', 'coming', 'coordinators')", name=op.f("ck_reminders_audience")
        ),
        sa.CheckConstraint("anchor IN ('start', 'deadline')", name=op.f("ck_reminders_anchor")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dropped')", name=op.f("ck_reminders_reminder_state")),
        sa.CheckConstraint(
            "why IN ('past', 'cancelled', 'postponed', 'closed', 'draft', 'moved', 'removed', 'nobody', 'started', "
            "'deadline', 'no_deadline')",
            name=op.f("ck_reminders_why"),
        ),
        sa.CheckConstraint("days >= 0 AND days <= 60", name=op.f("ck_reminders_days_in_reach")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_reminders_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "meeting_id", "audience", "anchor", "days", "for_on",
            name=op.f("uq_reminders_meeting_id_audience_anchor_days_for_on"),
        ),
    )
    op.create_index(
        "ix_reminders_due",
        "reminders",
        ["at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "reminder_defaults",
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_reminder_defaults_network_id_networks")),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_reminder_defaults")),
    )
    op.create_table(
        "evaluations",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_evaluations_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_evaluations")),
    )
    op.create_index(op.f("ix_evaluations_closes_at"), "evaluations", ["closes_at"])
    op.create_table(
        "evaluation_ballots",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["evaluations.meeting_id"], name=op.f("fk_evaluation_ballots_meeting_id_evaluations")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_evaluation_ballots_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_evaluation_ballots")),
        sqlite_with_rowid=False,  # hidden numbers would tell the order in which people answered
    )
    op.create_table(
        "evaluation_opinions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=200), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.CheckConstraint("whole >= 1 AND whole <= 5", name=op.f("ck_evaluation_opinions_whole_on_the_scale")),
        sa.CheckConstraint("useful >= 1 AND useful <= 5", name=op.f("ck_evaluation_opinions_useful_on_the_scale")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["evaluations.meeting_id"], name=op.f("fk_evaluation_opinions_meeting_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_opinions")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_evaluation_opinions_meeting_id"), "evaluation_opinions", ["meeting_id"])
    op.create_table(
        "evaluation_habits",
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days >= 1 AND days <= 60", name=op.f("ck_evaluation_habits_days_in_reach")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_evaluation_habits_network_id_networks")),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_evaluation_habits")),
    )


def downgrade() -> None:
    for table in (
        "evaluation_habits",
        "evaluation_opinions",
        "evaluation_ballots",
        "evaluations",
        "reminder_defaults",
        "reminders",
    ):
        op.drop_table(table)
