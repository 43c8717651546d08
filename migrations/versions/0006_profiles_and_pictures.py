"""Profiles with who may see what, competences that can be asked about, and pictures.

Revision 0006, after 0005, 2026-11-24. Who has written no profile has no row, and the audiences of the model.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FIELDS = ("profile_for", "mail_for", "phone_for", "picture_for", "about_for")
AUDIENCES = ("everyone", "networks", "coordinators")


def _audience(name: str) -> sa.Column:
    kinds = sa.Enum(*AUDIENCES, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kinds, nullable=False)


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_key", sa.Text(), nullable=False),
        sa.Column("reachable", sa.String(length=120), nullable=False),
        *(_audience(name) for name in FIELDS),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_profiles_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profiles")),
    )
    op.create_table(
        "competences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=240).with_variant(sa.String(length=240, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competences")),
        sa.UniqueConstraint("sort_key", name=op.f("uq_competences_sort_key")),
    )
    op.create_table(
        "person_competences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competence_id"], ["competences.id"], name=op.f("fk_person_competences_competence_id_competences")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_competences_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "competence_id", name=op.f("pk_person_competences")),
    )
    op.create_index(
        "ix_person_competences_competence_id", "person_competences", ["competence_id", "person_id"]
    )
    op.create_table(
        "pictures",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_pictures_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pictures")),
    )


def downgrade() -> None:
    op.drop_table("pictures")
    op.drop_table("person_competences")
    op.drop_table("competences")
    op.drop_table("profiles")
