"""summaries → sql: finished articles as rows, in SQLite or PostgreSQL. docs/sql.md is for those who ask.

- `database`: URL → engine; what an error of the database means
- `migrations`: the tables as they came to be, by Alembic; `upgrade` brings a database up to date
- `tables`: the tables as they are now
- `revisions`: delivered records → revisions, and what is refused
- `rows`: an article → its rows
- `claims`: which process may write a partition
- `locks`: who keeps a SQLite file locked
- `writing`: the sink: one batch, one transaction
"""

from dataclasses import dataclass, field

from streams.core.sink import Sink
from streams.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSettings:
    url: str = field(default="sqlite:///data/articles.db", repr=False)
    """`sqlite:///<path of a file>` or `postgresql://user:password@host/database`; with a password, give it by
    environment: COPYDESK_SINKS__<NAME>__URL."""


def open_sink(settings: SqlSettings) -> Sink:
    """A sink that writes to the database of the settings, its tables made or brought up to date.

    Raises `ConfigError` for a URL that cannot be meant or a missing package, `CannotStart` where the database
    is away, refuses, or is of a newer Copydesk.
    """
    try:
        from agents.sinks.sql.database import connect
        from agents.sinks.sql.migrations.upgrade import upgrade
        from agents.sinks.sql.sink import Sql

        database = connect(settings.url)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the sink sql needs the extra [sql] ({error.name} is missing): pip install 'copydesk[sql]'"
        ) from error
    upgrade(database)
    return Sql(database)
