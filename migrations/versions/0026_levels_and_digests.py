"""How much people want to hear of what, when, and what is collected for a digest."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    levels = op.create_table(
        "levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('watch', 'normal', 'quiet', 'muted')", name=op.f("ck_levels_level")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_levels_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_levels")),
        sa.UniqueConstraint("person_id", "scope", "scope_id", name=op.f("uq_levels_person_id_scope_scope_id")),
    )
    mutings = _mutings()
    op.execute(
        levels.insert().from_select(
            ["person_id", "scope", "scope_id", "level", "chosen_at"],
            sa.select(
                mutings.c.person_id, mutings.c.scope, mutings.c.scope_id, sa.literal("muted"), mutings.c.created_at
            ),
        )
    )
    op.drop_table("mutings")
    with op.batch_alter_table("mails") as mails:
        mails.add_column(sa.Column("put_off_at", sa.DateTime(timezone=True), nullable=True))
        mails.add_column(sa.Column("is_hurried", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "rhythms",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("frequency IN ('daily', 'weekly')", name=op.f("ck_rhythms_frequency")),
        sa.CheckConstraint(
            "frequency <> 'weekly' OR weekday IS NOT NULL", name=op.f("ck_rhythms_weekly_on_a_weekday")
        ),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_rhythms_a_weekday")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_rhythms_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_rhythms_network_id_networks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "network_id", name=op.f("pk_rhythms")),
    )
    op.create_index("ix_rhythms_next_at", "rhythms", ["next_at"])
    op.create_table(
        "hours",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("are_weekends_quiet", sa.Boolean(), nullable=False),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_hours_a_digest_hour")),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 23", name=op.f("ck_hours_a_quiet_from")),
        sa.CheckConstraint("quiet_until BETWEEN 0 AND 23", name=op.f("ck_hours_a_quiet_until")),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_hours_quiet_has_an_end")
        ),
        sa.CheckConstraint("quiet_from <> quiet_until", name=op.f("ck_hours_quiet_is_not_all_day")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_hours_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_hours")),
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("since <= until", name=op.f("ck_digests_ends_after_it_began")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_digests_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_digests_network_id_networks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mails.id"], name=op.f("fk_digests_mail_id_mails"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("person_id", "network_id", "since", name=op.f("uq_digests_person_id_network_id_since")),
    )
    op.create_index("ix_digests_until", "digests", ["until"])
    op.create_index(op.f("ix_digests_network_id"), "digests", ["network_id"])
    op.create_index(op.f("ix_digests_mail_id"), "digests", ["mail_id"])
    op.create_table(
        "collected_mails",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mails.id"], name=op.f("fk_collected_mails_mail_id_mails"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_collected_mails_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_collected_mails_network_id_networks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_collected_mails_digest_id_digests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_collected_mails")),
    )
    op.create_index(
        "ix_collected_mails_waiting",
        "collected_mails",
        ["person_id", "network_id"],
        sqlite_where=sa.text("digest_id IS NULL"),
        postgresql_where=sa.text("digest_id IS NULL"),
    )
    op.create_index(op.f("ix_collected_mails_digest_id"), "collected_mails", ["digest_id"])


def _mutings() -> sa.TableClause:
    return sa.table(
        "mutings",
        sa.column("person_id", sa.Integer),
        sa.column("scope", sa.String),
        sa.column("scope_id", sa.Integer),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    op.create_table(
        "mutings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mutings_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutings")),
        sa.UniqueConstraint("person_id", "scope", "scope_id", name=op.f("uq_mutings_person_id_scope_scope_id")),
    )
    levels = sa.table(
        "levels",
        sa.column("person_id", sa.Integer),
        sa.column("scope", sa.String),
        sa.column("scope_id", sa.Integer),
        sa.column("level", sa.String),
        sa.column("chosen_at", sa.DateTime(timezone=True)),
    )
    op.execute(
        _mutings()
        .insert()
        .from_select(
            ["person_id", "scope", "scope_id", "created_at"],
            sa.select(levels.c.person_id, levels.c.scope, levels.c.scope_id, levels.c.chosen_at).where(
                levels.c.level == "muted"
            ),
        )
    )
    op.execute("UPDATE mails SET state = 'ready' WHERE state = 'collected'")
    for table in ("collected_mails", "digests", "hours", "rhythms", "levels"):
        op.drop_table(table)
    with op.batch_alter_table("mails") as mails:
        mails.drop_column("is_hurried")
        mails.drop_column("put_off_at")
