"""A shortage of file handles in this process."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def file_handles_up_to(number: int) -> Iterator[None]:
    """Files, pipes and sockets get no handle of this number or above. What is open already stays open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
