"""Runs the migrations within the application, on either database."""

from alembic import context
from flask import current_app

from app.extensions import Model

database = current_app.extensions["migrate"].db


def run() -> None:
    """Offline scripts are not supported: a migration may look at the rows it changes."""
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            transaction_per_migration=True,
            **{
                **current_app.extensions["migrate"].configure_args,
                "render_as_batch": connection.dialect.name == "sqlite",
            },
        )
        with context.begin_transaction():
            context.run_migrations()


run()
