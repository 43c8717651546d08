"""Files, what is attached to meetings, who was there, the signed sheet and what was put right afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FILE_KINDS = (
    "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "png", "jpg", "webp", "txt", "csv", "md", "ics",
)  # fmt: skip


def foreign(table: str, column: str, other: str, **more: str) -> sa.ForeignKeyConstraint:
    there, key = other.split(".")
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}_{there}"), **more)


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*FILE_KINDS, name=op.f("ck_files_file_kind"), native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_files_not_empty")),
        foreign("files", "network_id", "networks.id"),
        foreign("files", "created_by_id", "people.id"),
        foreign("files", "removed_by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index(op.f("ix_files_network_id"), "files", ["network_id"])
    op.create_table(
        "file_contents",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        foreign("file_contents", "file_id", "files.id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_contents")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("agenda_item_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        foreign("attachments", "meeting_id", "meetings.id"),
        foreign("attachments", "agenda_item_id", "agenda_items.id"),
        foreign("attachments", "file_id", "files.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("file_id", name=op.f("uq_attachments_file_id")),
    )
    op.create_index(op.f("ix_attachments_meeting_id"), "attachments", ["meeting_id"])
    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("guest_name", sa.String(length=120), nullable=False),
        sa.Column("guest_organisation", sa.String(length=160), nullable=False),
        sa.Column("guest_code", sa.String(length=4), nullable=True),
        sa.Column(
            "presence",
            sa.Enum(
                "here", "online", name=op.f("ck_attendances_presence_at"), native_enum=False, create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("came_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column(
            "means",
            sa.Enum(
                "coordinator", "code", name=op.f("ck_attendances_means"), native_enum=False, create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR guest_name <> ''", name=op.f("ck_attendances_somebody")),
        sa.CheckConstraint(
            "left_at IS NULL OR came_at IS NULL OR left_at >= came_at", name=op.f("ck_attendances_leaves_after_coming")
        ),
        foreign("attendances", "meeting_id", "meetings.id"),
        foreign("attendances", "person_id", "people.id"),
        foreign("attendances", "guest_code", "municipalities.code"),
        foreign("attendances", "by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_attendances_meeting_id_person_id")),
    )
    op.create_index(op.f("ix_attendances_person_id"), "attendances", ["person_id"])
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        foreign("scans", "meeting_id", "meetings.id"),
        foreign("scans", "file_id", "files.id"),
        foreign("scans", "added_by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("file_id", name=op.f("uq_scans_file_id")),
    )
    op.create_index(op.f("ix_scans_meeting_id"), "scans", ["meeting_id"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=160), nullable=False),
        sa.Column("old", sa.String(length=400), nullable=False),
        sa.Column("new", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        foreign("corrections", "meeting_id", "meetings.id"),
        foreign("corrections", "by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_meeting_id"), "corrections", ["meeting_id"])
    op.create_table(
        "projects",
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("funder", sa.String(length=300), nullable=False),
        sa.Column("logo_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=False),
        foreign("projects", "network_id", "networks.id"),
        foreign("projects", "logo_id", "files.id"),
        foreign("projects", "updated_by_id", "people.id"),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_projects")),
    )


def downgrade() -> None:
    for table in (
        "projects", "corrections", "scans", "attendances", "attachments", "file_contents", "files",
    ):  # fmt: skip
        op.drop_table(table)
