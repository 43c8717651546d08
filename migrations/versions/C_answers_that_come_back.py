"""Answers that calendars send back, proposals of another time, and words about a meeting."""

import sqlalchemy as sa
from alembic import op

revision = "C"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(length=24), nullable=False),
        sa.Column("program", sa.String(length=24), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_calendar_replies_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_replies_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_replies")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_calendar_replies_meeting_id_person_id")),
    )
    with op.batch_alter_table("calendar_replies") as replies:
        replies.create_index(op.f("ix_calendar_replies_person_id"), ["person_id"])
    op.create_table(
        "counter_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=32), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "ending IN ('accepted', 'declined', 'withdrawn', 'overtaken')",
            name=op.f("ck_counter_proposals_counter_ending"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_counter_proposals_ends_after_it_starts")),
        sa.CheckConstraint("ended_at IS NULL OR ending IS NOT NULL", name=op.f("ck_counter_proposals_ends_somehow")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_counter_proposals_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_counter_proposals_person_id_people")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_counter_proposals_ended_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_proposals")),
    )
    with op.batch_alter_table("counter_proposals") as proposals:
        proposals.create_index(op.f("ix_counter_proposals_person_id"), ["person_id"])
        proposals.create_index(
            "uq_counter_proposals_open",
            ["meeting_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "meeting_remarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_remarks_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_meeting_remarks_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_remarks")),
    )
    with op.batch_alter_table("meeting_remarks") as remarks:
        remarks.create_index(op.f("ix_meeting_remarks_meeting_id"), ["meeting_id"])
        remarks.create_index(op.f("ix_meeting_remarks_person_id"), ["person_id"])


def downgrade() -> None:
    op.drop_table("meeting_remarks")
    op.drop_table("counter_proposals")
    op.drop_table("calendar_replies")
