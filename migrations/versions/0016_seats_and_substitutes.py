"""A day to answer by, seats and who waits for one, a word to the host, and who comes in whose place."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("meetings") as meetings:
        meetings.add_column(sa.Column("answer_by", MOMENT, nullable=True))
        meetings.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        meetings.add_column(sa.Column("freed_days_before", sa.Integer(), nullable=True))
        meetings.add_column(sa.Column("last_in_line", sa.Integer(), server_default="0", nullable=False))
        meetings.add_column(sa.Column("silent_asked_at", MOMENT, nullable=True))
        meetings.create_check_constraint(op.f("ck_meetings_capacity_is_a_number"), "capacity >= 0")
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("host_note", sa.String(length=300), server_default="", nullable=False))
        answers.add_column(sa.Column("waits_as", sa.Integer(), nullable=True))
        answers.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        answers.create_foreign_key(op.f("fk_answers_said_by_id_people"), "people", ["said_by_id"], ["id"])
        answers.drop_constraint(op.f("ck_answers_answer"), type_="check")
        answers.create_check_constraint(
            op.f("ck_answers_answer"), "answer IN ('yes', 'maybe', 'no', 'waiting')"
        )
        answers.create_check_constraint(
            op.f("ck_answers_who_waits_has_a_number"), "answer <> 'waiting' OR waits_as IS NOT NULL"
        )
    op.create_table(
        "reserved_seats",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats > 0", name=op.f("ck_reserved_seats_some_seats")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_reserved_seats_meeting_id_meetings")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_reserved_seats_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("meeting_id", "municipality_code", name=op.f("pk_reserved_seats")),
    )
    op.create_table(
        "substitutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("absent_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("presence", _word("substitution_presence", "here", "online"), nullable=True),
        sa.Column("answer_before", _word("answer_before", "yes", "maybe", "no", "waiting"), nullable=True),
        sa.Column("their_answer_before", _word("their_answer_before", "yes", "maybe", "no", "waiting"), nullable=True),
        sa.Column("holds_seat", sa.Boolean(), nullable=False),
        sa.Column("waits_as", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ending", _word("ending", "withdrawn", "refused", "declined"), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ending IS NOT NULL", name=op.f("ck_substitutions_ends_somehow")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_substitutions_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["absent_id"], ["people.id"], name=op.f("fk_substitutions_absent_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_substitutions_person_id_people")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["people.id"], name=op.f("fk_substitutions_approved_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_substitutions_invitation_id_invitations"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutions")),
    )
    with op.batch_alter_table("substitutions") as substitutions:
        substitutions.create_index("ix_substitutions_email", ["email"], unique=False)
        for which, column in (("absent", "absent_id"), ("person", "person_id")):
            substitutions.create_index(
                f"uq_substitutions_ongoing_{which}",
                ["meeting_id", column],
                unique=True,
                sqlite_where=sa.text("ended_at IS NULL"),
                postgresql_where=sa.text("ended_at IS NULL"),
            )


def downgrade() -> None:
    op.drop_table("substitutions")
    op.drop_table("reserved_seats")
    # Whoever waited had said yes.
    with op.batch_alter_table("answers") as answers:
        answers.drop_constraint(op.f("ck_answers_who_waits_has_a_number"), type_="check")
    op.execute("UPDATE answers SET answer = 'yes' WHERE answer = 'waiting'")
    with op.batch_alter_table("answers") as answers:
        answers.drop_constraint(op.f("ck_answers_answer"), type_="check")
        answers.create_check_constraint(op.f("ck_answers_answer"), "answer IN ('yes', 'maybe', 'no')")
        answers.drop_constraint(op.f("fk_answers_said_by_id_people"), type_="foreignkey")
        answers.drop_column("said_by_id")
        answers.drop_column("waits_as")
        answers.drop_column("host_note")
    with op.batch_alter_table("meetings") as meetings:
        meetings.drop_constraint(op.f("ck_meetings_capacity_is_a_number"), type_="check")
        for column in ("silent_asked_at", "last_in_line", "freed_days_before", "capacity", "answer_by"):
            meetings.drop_column(column)
