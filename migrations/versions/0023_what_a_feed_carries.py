"""What a feed carries and how, and meetings that are open to all."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)
TURNS = "'called', 'moved', 'postponed', 'dated', 'kept', 'cancelled', 'restored', 'closed', 'reopened'"
TURNS_NOW = f"{TURNS}, 'published', 'unpublished'"


def upgrade() -> None:
    with op.batch_alter_table("feeds") as feeds:
        feeds.add_column(sa.Column("scope", sa.String(length=32), server_default="mine", nullable=False))
        feeds.add_column(sa.Column("network_id", sa.Integer(), nullable=True))
        feeds.add_column(sa.Column("weeks_back", sa.Integer(), server_default="13", nullable=False))
        feeds.add_column(sa.Column("alarm_minutes", sa.Integer(), nullable=True))
        feeds.add_column(sa.Column("hides_cancelled", sa.Boolean(), server_default=sa.false(), nullable=False))
        feeds.create_foreign_key(op.f("fk_feeds_network_id_networks"), "networks", ["network_id"], ["id"])
        feeds.create_check_constraint(op.f("ck_feeds_feed_scope"), "scope IN ('mine', 'network', 'public')")
        feeds.create_check_constraint(
            op.f("ck_feeds_names_its_network"), "(scope = 'network') = (network_id IS NOT NULL)"
        )
        feeds.create_check_constraint(op.f("ck_feeds_weeks_back_is_a_number"), "weeks_back >= 0")
        feeds.create_check_constraint(op.f("ck_feeds_alarm_minutes_is_a_number"), "alarm_minutes >= 0")
        feeds.create_index(op.f("ix_feeds_network_id"), ["network_id"])
    with op.batch_alter_table("meetings") as meetings:
        meetings.add_column(sa.Column("published_at", MOMENT, nullable=True))
        meetings.add_column(sa.Column("published_by_id", sa.Integer(), nullable=True))
        meetings.add_column(sa.Column("public_url", sa.String(length=500), server_default="", nullable=False))
        meetings.create_foreign_key(op.f("fk_meetings_published_by_id_people"), "people", ["published_by_id"], ["id"])
        meetings.create_index(op.f("ix_meetings_published_at"), ["published_at"])
    with op.batch_alter_table("meeting_turns") as turns:
        turns.drop_constraint(op.f("ck_meeting_turns_meeting_turn"), type_="check")
        turns.create_check_constraint(op.f("ck_meeting_turns_meeting_turn"), f"turn IN ({TURNS_NOW})")


def downgrade() -> None:
    op.execute("DELETE FROM meeting_turns WHERE turn IN ('published', 'unpublished')")
    with op.batch_alter_table("meeting_turns") as turns:
        turns.drop_constraint(op.f("ck_meeting_turns_meeting_turn"), type_="check")
        turns.create_check_constraint(op.f("ck_meeting_turns_meeting_turn"), f"turn IN ({TURNS})")
    with op.batch_alter_table("meetings") as meetings:
        meetings.drop_index(op.f("ix_meetings_published_at"))
        meetings.drop_constraint(op.f("fk_meetings_published_by_id_people"), type_="foreignkey")
        for column in ("public_url", "published_by_id", "published_at"):
            meetings.drop_column(column)
    # What carried less than everything would now carry more than was chosen; whoever fetches it is told that it is closed.
    op.execute("UPDATE feeds SET revoked_at = CURRENT_TIMESTAMP WHERE scope <> 'mine' AND revoked_at IS NULL")
    with op.batch_alter_table("feeds") as feeds:
        feeds.drop_index(op.f("ix_feeds_network_id"))
        for name in ("feed_scope", "names_its_network", "weeks_back_is_a_number", "alarm_minutes_is_a_number"):
            feeds.drop_constraint(op.f(f"ck_feeds_{name}"), type_="check")
        feeds.drop_constraint(op.f("fk_feeds_network_id_networks"), type_="foreignkey")
        for column in ("hides_cancelled", "alarm_minutes", "weeks_back", "network_id", "scope"):
            feeds.drop_column(column)
