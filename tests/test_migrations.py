"""Migrations keep the rows: from the first revision with something in every table up to the newest, down again, and up."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Time,
    create_engine,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.demo.operations import load_demo
from app.extensions import Model, db
from tests.conftest import settings_for
from tests.stage import NOT_CONTENT

FIRST = "0001"
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
ALLOWED = re.compile(r"(\w+)\W+IN\W*\(([^)]*)\)|(\w+)[^=]*= ANY \(\(?ARRAY\[([^\]]*)\]", re.IGNORECASE)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a database of its own, which the migrations may take apart."""
    folder = tmp_path_factory.mktemp("migrations")
    server, url = os.environ.get("TEST_DATABASE_URL", ""), ""
    if server:
        at = make_url(server).set(drivername="postgresql+psycopg")
        name = f"erfa_migrations_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        engine = create_engine(at, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
        engine.dispose()
        url = at.set(database=name).render_as_string(hide_password=False)
    app = create_app(settings_for(folder, **({"DATABASE_URL": url} if url else {})))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(elsewhere: Flask) -> Iterator[Flask]:
    """Nothing in it, not even tables."""
    with elsewhere.app_context():
        db.session.remove()
        if "alembic_version" in inspect(db.engine).get_table_names():
            downgrade(revision="base")
    yield elsewhere
    with elsewhere.app_context():
        db.session.remove()


def reflected() -> MetaData:
    metadata = MetaData()
    metadata.reflect(db.engine)
    return metadata


def words_allowed(table: Table) -> dict[str, str]:
    """The first word that a CHECK lets stand in a column, by column."""
    allowed = {}
    for check in inspect(db.engine).get_check_constraints(table.name):
        for match in ALLOWED.finditer(check["sqltext"]):
            column, words = (match[1], match[2]) if match[1] else (match[3], match[4])
            first = re.search(r"'([^']*)'", words)
            if first:
                allowed[column] = first[1]
    return allowed


def value_for(column: Column[Any], number: int) -> Any:
    """Something that fits: text that says where it stands, a moment, a day, a number."""
    is_later = column.name.startswith(("ends", "expires", "left", "to"))
    moment = NOON.replace(hour=14 if is_later else 11)
    values = {
        Boolean: True,
        DateTime: moment if db.engine.dialect.name == "postgresql" else moment.replace(tzinfo=None),
        Date: date(2026, 3, 5 if is_later else 4),
        Time: time(12 if is_later else 9),
        Integer: number,
        Float: float(number),
        LargeBinary: b"bytes",
        JSON: {"note": f"{column.table.name} æøå"},
    }
    for kind, value in values.items():
        if isinstance(column.type, kind):
            return value
    length = getattr(column.type, "length", None) or 40
    return f"{column.name}{number}æøå".lower()[:length]


def fill(rows: int = 2) -> None:
    """Rows in every table as it stands now, each with every column filled: parents first, unique where asked."""
    tables = [table for table in reflected().sorted_tables if table.name != "alembic_version"]
    allowed = {table.name: words_allowed(table) for table in tables}
    with db.engine.begin() as connection:
        for table in tables:
            if not connection.execute(select(table).limit(1)).first():
                for number in range(1, rows + 1):
                    row = row_for(table, number, allowed[table.name])
                    needed = {name: value for name, value in row.items() if not table.columns[name].nullable}
                    is_there = _insert(connection, table, row) or _insert(connection, table, needed)
                    assert is_there or number > 1, f"{table.name}: no row could be made"  # some hold one row only


def _insert(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """False where a CHECK does not let such a row stand."""
    try:
        with connection.begin_nested():
            connection.execute(table.insert().values(row))
    except IntegrityError:
        return False
    return True


def row_for(table: Table, number: int, allowed: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        keys = list(column.foreign_keys)
        if column.name in allowed:
            row[column.name] = allowed[column.name]
        elif keys and keys[0].column.table.name == "municipalities":
            row[column.name] = ("0851", "0787")[number % 2]
        else:
            row[column.name] = value_for(column, number)
    if "email" in row:
        row["email"] = f"person{number}@erfa.test"
    return row


def contents() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    found, tables = {}, reflected().sorted_tables
    with db.engine.connect() as connection:
        for table in tables:
            if table.name not in {"alembic_version", *NOT_CONTENT}:
                rows = [dict(row._mapping) for row in connection.execute(select(table))]
                found[table.name] = sorted(rows, key=repr)
    return found


RENAMED = {"mutings": "levels"}


def kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Tables of `before` whose rows are not all there in `after`, as far as both have the same columns."""
    lost = []
    for name, rows in before.items():
        if not rows:
            continue
        later = after.get(name) or after.get(RENAMED.get(name, ""), [])
        columns = set(rows[0]) & set(later[0] if later else {})
        if sorted(repr([(column, row[column]) for column in sorted(columns)]) for row in rows) != sorted(
            repr([(column, row[column]) for column in sorted(columns)]) for row in later
        ):
            lost.append(name)
    return lost


def schema() -> dict[str, Any]:
    """Tables with their columns, keys, checks and indexes, by name: what two ways to the same revision must agree on."""
    inspector = inspect(db.engine)
    found = {}
    for name in inspector.get_table_names():
        found[name] = {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(name)},
            "primary": inspector.get_pk_constraint(name)["constrained_columns"],
            "foreign": sorted(
                (k["name"], k["constrained_columns"], k["referred_table"], k["referred_columns"], sorted(k["options"].items()))
                for k in inspector.get_foreign_keys(name)
            ),
            "unique": sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(name)),
            "checks": sorted((c["name"], c["sqltext"]) for c in inspector.get_check_constraints(name)),
            "indexes": sorted(
                (i["name"], i["column_names"], i["unique"], sorted((option, str(value)) for option, value in i.get("dialect_options", {}).items()))
                for i in inspector.get_indexes(name)
            ),
        }  # fmt: skip
    return found


def test_rows_of_the_first_revision_are_there_at_the_newest_and_after_the_way_back(app: Flask) -> None:
    with app.app_context():
        upgrade(revision=FIRST)
        first_schema = schema()
        fill()
        before = contents()
        assert all(before.values()), "a table without rows proves nothing"
        upgrade()
        assert kept(before, contents()) == []
        downgrade(revision=FIRST)
        assert schema() == first_schema
        assert kept(before, contents()) == []


def test_affiliations_are_made_from_where_people_worked(app: Flask) -> None:
    with app.app_context():
        upgrade(revision=FIRST)
        fill()
        people = contents()["people"]
        upgrade()
        rows = contents()["affiliations"]
        assert [(row["person_id"], row["organisation_id"]) for row in rows] == [
            (person["id"], person["organisation_id"]) for person in people
        ]
        assert {(row["from_on"], row["to_on"]) for row in rows} == {(NOON.date(), None)}


def test_somebody_sees_to_what_was_begun_before(app: Flask) -> None:
    with app.app_context():
        upgrade(revision=FIRST)
        fill()
        upgrade()
        after = contents()
        assert all(row["contact_id"] == row["created_by_id"] for row in after["meetings"])
        assert all(row["owner_id"] == row["author_id"] for row in after["cases"])
        assert {row["writer_id"] for row in after["minutes"]} == {row["author_id"] for row in after["revisions"]}


def test_every_revision_up_and_down_leads_to_the_same_schema(app: Flask) -> None:
    """With rows in every table that there is at each step, so that nothing works on empty tables only."""
    with app.app_context():
        script = ScriptDirectory(str(Path(__file__).parent.parent / "migrations"))
        revisions = [revision.revision for revision in script.walk_revisions()][::-1]
        seen = {}
        for revision in revisions:
            upgrade(revision=revision)
            fill()
            seen[revision] = schema()
        for revision in revisions[::-1]:
            assert schema() == seen[revision], f"the way back to {revision} is not the way there"
            downgrade(revision="-1")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert schema() == seen[revisions[-1]]


def test_the_migrations_make_what_the_models_say(app: Flask, tmp_path: Path) -> None:
    """Also names, checks and partial indexes, at which `flask db check` does not look."""
    with app.app_context():
        upgrade()
        migrated = schema()
        downgrade(revision="base")
        with db.engine.begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
            Model.metadata.create_all(connection)
        modelled = schema()
        with db.engine.begin() as connection:
            Model.metadata.drop_all(connection)
    migrated.pop("alembic_version")
    assert set(migrated) == set(modelled)
    for name, described in modelled.items():
        for what, value in described.items():
            assert migrated[name][what] == value, f"{name}: {what}"


def test_the_demo_goes_down_and_up_again(app: Flask) -> None:
    with app.app_context():
        upgrade()
        load_demo(None, seed=0)
        db.session.commit()
        db.session.remove()
        before = contents()
        downgrade(revision=FIRST)
        below = contents()
        upgrade()
        after = contents()
    # Below, a place is one line, and what waits for a new date is cancelled: there is no other word for it. All else stays.
    for row in before["meetings"]:
        row["place"] = ", ".join(part for part in (row["place"], row["address"]) if part)
    waiting = {row["id"]: row for row in before["meetings"] if row["postponed_at"]}
    assert waiting
    for row in below["meetings"]:
        if row["id"] in waiting:
            told = ("cancelled_at", "cancelled_by_id", "cancellation_reason")
            was = waiting[row["id"]]
            assert [row[name] for name in told] == [
                was[name] for name in ("postponed_at", "postponed_by_id", "postponement_reason")
            ]
            was.update({name: row[name] for name in told})
    # A feed that carried less than everything is closed, because it would carry more than was chosen.
    narrow = {row["id"]: row for row in before["feeds"] if row["scope"] != "mine"}
    assert narrow
    for row in below["feeds"]:
        assert (row["revoked_at"] is not None) == (row["id"] in narrow)
        if row["id"] in narrow:
            narrow[row["id"]]["revoked_at"] = row["revoked_at"]
    assert kept({name: before[name] for name in below if name not in RENAMED}, below) == []
    assert kept(below, after) == []
    assert len(after["affiliations"]) == len([person for person in below["people"] if person["organisation_id"]])
