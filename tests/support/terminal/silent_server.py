"""A server that lets clients connect and never answers, as a network does that has gone away."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent_server() -> Iterator[str]:
    """Its address within the block: `http://127.0.0.1:port`."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(100)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def no_server() -> Iterator[str]:
    """The address of a port on which nothing listens within the block."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def taken_port() -> Iterator[int]:
    """A port that another program listens on within the block."""
    with silent_server() as address:
        yield int(address.rpartition(":")[2])


def free_port() -> str:
    """A port that nothing listens on now."""
    with no_server() as address:
        return address.rpartition(":")[2]
