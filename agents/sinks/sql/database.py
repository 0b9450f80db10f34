"""A URL → a database to write to, and what its errors mean for the sink."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, StatementError

from agents.sinks.durable_file import make_folder
from agents.sinks.sql.locks import holder
from streams.errors import CannotStart, ConfigError, Invalid, Unavailable

#: How long a transaction waits for the locks of another.
LOCK_SECONDS = 20
#: PostgreSQL ends a transaction whose client was idle for this long: the client may be stopped, and would
#: hold its locks forever. PostgreSQL does not end it where the client was stopped while it sent a statement
#: (seen with PostgreSQL 18.4, for 290 s). Then the process that takes over ends it (`claims`).
IDLE_SECONDS = 10
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
#: Options of libpq, unless the URL sets them. Without them a cut cable is noticed only after two hours.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
#: Classes of SQLSTATE for faults of a row: data, constraint, a limit (54: too long for an index, for
#: example).
OF_A_ROW = ("22", "23", "54")


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database. Messages have its `name` and never the URL, which may hold a password."""

    engine: Engine
    name: str
    owner: str
    """Identifies this process among the writers of the database. PostgreSQL shows it with the session."""
    file: Path | None = None
    """The file of SQLite."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction, committed at the end.

        Raises `Invalid` where a row is at fault, `Unavailable` for any other error of the database.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        # From sqlite3 for an integer beyond 64 bits; from orjson for a value nested more than 254 deep.
        except (OverflowError, orjson.JSONEncodeError) as error:
            raise Invalid(str(error)) from error
        except StatementError as error:
            if of_a_row(error):
                raise Invalid(_first_line(error)) from error
            raise Unavailable(f"cannot write to {self.name}: {self.message(error)}") from error

    def message(self, error: StatementError) -> str:
        """The database's message in a line; if it is about a lock, with its holder."""
        by = holder(self.file) if self.file and "locked" in str(error.orig) else ""
        return f"{_first_line(error)}, {by}" if by else _first_line(error)


def connect(url: str) -> Database:
    """The database of a URL. The folder of a SQLite file is made. No connection is opened yet.

    Raises `ConfigError`, or `CannotStart` where the folder cannot be made.
    """
    parsed = read_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    owner = secrets.token_hex(8)
    options = {name: value for name, value in PATIENCE.items() if name not in parsed.query}
    named = {"application_name": session_name(owner)}
    engine = _engine(parsed, connect_args={**named, **options}, pool_pre_ping=True)
    event.listen(engine, "begin", _limit_waiting)
    name = f"the PostgreSQL database {parsed.database or ''!r}{_where(parsed)}"
    return Database(engine=engine, name=name, owner=owner)


def session_name(owner: str) -> str:
    """The name that PostgreSQL shows for a process's session."""
    return f"copydesk {owner}"


def _first_line(error: StatementError) -> str:
    """The database's message in a line, without the statement, its values, or the URL."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def of_a_row(error: StatementError) -> bool:
    """Whether the values are at fault, so that each retry would fail too."""
    if not isinstance(error, DBAPIError):
        return True  # a value that no type of SQLAlchemy can write
    state = getattr(error.orig, "sqlstate", None) or ""
    # psycopg refuses some values itself, and then there is no SQLSTATE.
    return (
        isinstance(error, DataError)
        or state.startswith(OF_A_ROW)
        or isinstance(error.orig, sqlite3.DataError | sqlite3.IntegrityError)
    )


def read_url(url: str) -> URL:
    """The URL with the driver that is used here. Raises `ConfigError`, which never shows the URL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError(
            "the sink's url cannot be read; it looks like sqlite:///data/articles.db"
            " or postgresql://user:password@host/database, with % escapes for special characters"
        ) from error
    driver = DRIVERS.get(parsed.drivername, parsed.drivername)
    if driver not in DRIVERS.values():
        raise ConfigError(f"the sink sql writes to sqlite or postgresql, not to {parsed.drivername!r}")
    if driver == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise ConfigError("the sink's url names no file: sqlite:///data/articles.db does")
    return parsed.set(drivername=driver)


def _sqlite(url: URL) -> Database:
    file = Path(url.database or "")
    if sqlite3.sqlite_version_info < (3, 35):
        raise CannotStart(
            f"the sink sql needs SQLite 3.35 or later; Python here has {sqlite3.sqlite_version}"
        )
    make_folder(file.parent, "the SQLite file")
    engine = _engine(url, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate)
    return Database(engine=engine, name=f"the SQLite file {file}", owner=secrets.token_hex(8), file=file)


def _engine(url: URL, **more: Any) -> Engine:
    """An engine with a single connection: the sink writes one batch after the other."""
    return create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        hide_parameters=True,
        **more,
    )


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Readers do not have to wait (WAL), and committed rows survive a power cut (FULL)."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: Connection) -> None:
    """Take the lock before the first read: later, SQLite may refuse it without waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _limit_waiting(connection: Connection) -> None:
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s';"
        f" SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'"
    )


def _where(url: URL) -> str:
    host = url.host or url.query.get("host") or ""
    return f" at {host}{f':{url.port}' if url.port else ''}" if host else ""
