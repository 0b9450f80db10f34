"""A real shortage of file handles in this process."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def file_handles_up_to(number: int) -> Iterator[None]:
    """No file, pipe or socket can be opened with this number or a higher one; what is open stays so."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
