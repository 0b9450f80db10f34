"""Bring a database up to date, also when several sinks start at the same time."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from agents.sinks.sql.database import Database
from streams.errors import CannotStart

#: A number that no other program uses for an advisory lock: "copydesk" in ASCII.
LOCK = 0x636F70796465736B


def upgrade(database: Database) -> None:
    """Make the tables, or change those of an older version. Raises `CannotStart`."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with database.engine.begin() as connection:
            _upgrade(database, connection)
    except DBAPIError as error:
        database.engine.dispose()
        raise CannotStart(f"{database.name} cannot be used: {database.message(error)}") from error
    except CannotStart:
        database.engine.dispose()
        raise


def _upgrade(database: Database, connection: Connection) -> None:
    # For SQLite, the transaction itself is the lock.
    if connection.dialect.name == "postgresql":
        _require_utf8(database, connection)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = configuration(connection)
    scripts = ScriptDirectory.from_config(config)
    current, newest = revision(connection), scripts.get_current_head()
    if current == newest:
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise CannotStart(
            f"{database.name} was made by a newer Copydesk (its tables are at {current}, this one ends at"
            f" {newest}): upgrade Copydesk, or give the sink another database"
        )
    command.upgrade(config, "head")


def revision(connection: Connection) -> str | None:
    """The revision of the tables; None where there are no tables."""
    return MigrationContext.configure(connection).get_current_revision()


def configuration(connection: Connection) -> Config:
    """Alembic's configuration, made here instead of in a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _require_utf8(database: Database, connection: Connection) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise CannotStart(f"{database.name} is in {encoding}, which lacks many letters: make one in UTF8")
