"""summaries → sql: finished articles as rows, in SQLite or PostgreSQL.

docs/guides/sql.md is for those who query them.

- `database`: URL → engine; what an error of the database means
- `migrations`: the history of the tables, for Alembic; `upgrade` brings a database up to date
- `tables`: the tables as they are now
- `revisions`: delivered records → revisions, and rejected records
- `rows`: an article → its rows
- `claims`: which process may write a partition
- `locks`: which process keeps a SQLite file locked
- `sink`: a transaction for each batch
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from streams.core.sink import Sink
from streams.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSettings:
    url: str = field(default="sqlite:///data/articles.db", repr=False)
    """`sqlite:///<path of a file>` or `postgresql://user:password@host/database`. With a password, set it by
    environment: COPYDESK_SINKS__<NAME>__URL."""


def open_sink(settings: SqlSettings) -> Sink:
    """A sink that writes to the database of the settings, after its tables were made or brought up to date.

    Raises `ConfigError` for an impossible URL or a missing package, `CannotStart` where the database is
    unavailable, rejects the connection, or was made by a newer Copydesk.
    """
    try:
        from agents.sinks.sql.database import connect
        from agents.sinks.sql.migrations.upgrade import upgrade
        from agents.sinks.sql.sink import Sql

        database = connect(settings.url)
    except ModuleNotFoundError as error:
        raise ConfigError(_missing(error)) from error
    upgrade(database)
    return Sql(database)


def faults(settings: SqlSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with the values of settings, and whether the extra is missing."""
    try:
        from agents.sinks.sql.database import read_url

        read_url(settings.url)
    except ModuleNotFoundError as error:
        yield "", _missing(error)
    except ConfigError as error:
        yield "url", str(error)


def _missing(error: ModuleNotFoundError) -> str:
    return f"the sink sql needs the extra [sql] ({error.name} is missing): pip install 'copydesk[sql]'"
