"""What a production server looks at once before it starts: is this a database it may serve?"""

import os
import sys
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import exists, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.demo.models import DemoLoad
from app.extensions import db

HOLDS_DEMO = (
    "This database holds the demo network with well-known passwords. "
    "Start it with DEMO=1, or give DATABASE_URL another database."
)
NEWER = "The database is newer than this code (its revision {revision} is unknown here): install the newer code, or restore a backup."
OLDER = "The database is older than this code (revision {revision}, the code wants {head}): run flask db upgrade."
STOP = 3  # gunicorn restarts a worker that ends with 1 for ever, and stops at 3


def _is_there() -> bool:
    """Opening a SQLite file that is not there would make one."""
    url = db.engine.url
    return url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists()


def _schema_refusal(revision: str, scripts: ScriptDirectory) -> str | None:
    head = scripts.get_current_head()
    if revision == head:
        return None
    known = {script.revision for script in scripts.walk_revisions()}
    return (OLDER if revision in known else NEWER).format(revision=revision, head=head)


def _refusal_on(connection: Connection, app: Flask) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return None  # no tables yet: nothing to protect
    scripts = ScriptDirectory(app.extensions["migrate"].directory)
    refusal = _schema_refusal(revision, scripts)
    if refusal is None and not app.config["DEMO"] and connection.scalar(select(exists(select(DemoLoad.id)))):
        return HOLDS_DEMO
    return refusal


def refusal(app: Flask) -> str | None:
    """Why this database must not be served, in one sentence; None when it may, or when it is not there yet."""
    with app.app_context():
        if not _is_there():
            return None
        try:
            with db.engine.connect() as connection:
                return _refusal_on(connection, app)
        except SQLAlchemyError:
            return None  # a database that does not answer yet is for the health page to tell of
        finally:
            db.engine.dispose()  # a connection must not be carried over a fork


def refuse_wrong_database(app: Flask) -> None:
    """Ends the process with one sentence when the database must not be served.

    The `flask` commands go through: `flask db upgrade` is what mends an old database.
    """
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        return
    sentence = refusal(app)
    if sentence:
        sys.stderr.write(f"ERFA Nord cannot start: {sentence}\n")
        sys.exit(STOP)
