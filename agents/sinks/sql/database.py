"""A URL → a database to write to, and what an error of it means for the sink."""

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

from agents.sinks.sql.locks import holder
from streams.errors import CannotStart, ConfigError, Invalid, Unavailable

#: How long a transaction waits for the locks of another.
LOCK_SECONDS = 20
#: PostgreSQL ends a transaction whose client has said nothing for so long: one that was stopped in its midst
#: would hold its locks forever. It does not where the client was stopped in the midst of a statement that it
#: sends (seen with PostgreSQL 18.4, for 290 s): then whoever takes over ends it (`claims`).
IDLE_SECONDS = 10
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
#: What libpq calls so; what the URL says wins. Without them a cut cable is noticed after two hours.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
#: Classes of SQLSTATE that are a row's own fault: data, constraint, a limit (54: too long for an index, say).
OF_A_ROW = ("22", "23", "54")


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where to write. `name` is how a person is told of it: never the URL, which may hold a password."""

    engine: Engine
    name: str
    owner: str
    """Tells this process from others that write to the database. PostgreSQL shows it with each session."""
    file: Path | None = None
    """Of SQLite."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, committed at the end.

        Raises `Invalid` where a row is at fault, `Unavailable` for whatever else the database says.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        # sqlite3 of an integer beyond 64 bits; orjson of what is nested more than 254 deep.
        except (OverflowError, orjson.JSONEncodeError) as error:
            raise Invalid(str(error)) from error
        except StatementError as error:
            if of_a_row(error):
                raise Invalid(said(error)) from error
            raise Unavailable(f"{self.name} takes nothing: {self.said(error)}") from error

    def said(self, error: StatementError) -> str:
        """What the database says, in a line; of a lock, who holds it."""
        by = holder(self.file) if self.file and "locked" in str(error.orig) else ""
        return f"{said(error)}, {by}" if by else said(error)


def connect(url: str) -> Database:
    """The database of a URL; the folder of a SQLite file is made. Nothing is asked of it yet.

    Raises `ConfigError`, or `CannotStart` where the folder cannot be made.
    """
    read = _read(url)
    if read.get_backend_name() == "sqlite":
        return _sqlite(read)
    waits = {name: value for name, value in PATIENCE.items() if name not in read.query}
    owner = secrets.token_hex(8)
    named = {"application_name": session_name(owner)}
    engine = _engine(read, connect_args={**named, **waits}, pool_pre_ping=True)
    event.listen(engine, "begin", _limit_waiting)
    name = f"the PostgreSQL database {read.database or ''!r}{_where(read)}"
    return Database(engine=engine, name=name, owner=owner)


def session_name(owner: str) -> str:
    """What PostgreSQL shows of a process's session."""
    return f"copydesk {owner}"


def said(error: StatementError) -> str:
    """What the database says, in a line: without the statement, its values, or the URL."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def of_a_row(error: StatementError) -> bool:
    """Whether the values are at fault, so that it would come again with each try."""
    if not isinstance(error, DBAPIError):
        return True  # a value that no type of SQLAlchemy can write
    state = getattr(error.orig, "sqlstate", None) or ""
    # psycopg refuses some values itself, and then there is no SQLSTATE.
    return (
        isinstance(error, DataError)
        or state.startswith(OF_A_ROW)
        or isinstance(error.orig, sqlite3.DataError | sqlite3.IntegrityError)
    )


def _read(url: str) -> URL:
    """The URL with the driver that is used here. Raises `ConfigError`, which does not repeat it."""
    try:
        read = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError(
            "the sink's url cannot be read; it looks like sqlite:///data/articles.db"
            " or postgresql://user:password@host/database, with % escapes for special characters"
        ) from error
    driver = DRIVERS.get(read.drivername, read.drivername)
    if driver not in DRIVERS.values():
        raise ConfigError(f"the sink sql writes to sqlite or postgresql, not to {read.drivername!r}")
    if driver == "sqlite" and (read.database or ":memory:") == ":memory:":
        raise ConfigError("the sink's url names no file: sqlite:///data/articles.db does")
    return read.set(drivername=driver)


def _sqlite(url: URL) -> Database:
    file = Path(url.database or "")
    if sqlite3.sqlite_version_info < (3, 35):
        raise CannotStart(
            f"the sink sql needs SQLite 3.35 or later; Python here has {sqlite3.sqlite_version}"
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the folder {file.parent} cannot be made: {error.strerror}") from error
    engine = _engine(url, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate)
    return Database(engine=engine, name=f"the SQLite file {file}", owner=secrets.token_hex(8), file=file)


def _engine(url: URL, **more: Any) -> Engine:
    """One connection: the sink writes one batch after the other."""
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
    """Readers are not kept waiting (WAL), and what is committed survives a power cut (FULL)."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: Connection) -> None:
    """Take the lock before the first read: one that is taken later may be refused without waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _limit_waiting(connection: Connection) -> None:
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s';"
        f" SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'"
    )


def _where(url: URL) -> str:
    host = url.host or url.query.get("host") or ""
    return f" at {host}{f':{url.port}' if url.port else ''}" if host else ""
