"""How many requests of this machine are in flight at once: each holds a lock on a file.

Pool processes share nothing else, and the kernel releases the lock of one that is killed.
"""

import fcntl
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from streams.core.backoff import backoff
from streams.errors import ConfigError

FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.2


class Slots:
    """The places for requests to one URL, as many as may be in flight at once."""

    def __init__(self, url: str, count: int, folder: Path | None = None) -> None:
        """Raises `ConfigError` where the files of the locks cannot be made."""
        name = blake2b(url.encode(), digest_size=8).hexdigest()
        own = folder or Path(tempfile.gettempdir()) / f"copydesk-llm-{os.getuid()}"
        self._files = [own / f"{name}.{number}" for number in range(count)]
        try:
            own.mkdir(mode=0o700, exist_ok=True)
            if own.is_symlink() or own.stat().st_uid != os.getuid():
                raise ConfigError(f"{own}, for the locks of requests, belongs to another user")
            os.close(_opened(self._files[0]))
        except OSError as error:
            raise ConfigError(
                f"{own}, for the locks of requests, cannot be used: {error.strerror}"
            ) from error

    @contextmanager
    def place(self, until: float) -> Iterator[bool]:
        """Hold a place within the block. False where there is none until then, by `time.monotonic()`."""
        handle = self._taken()
        for pause in backoff(FIRST_PAUSE, LONGEST_PAUSE, until=until, jitter=0.5):
            if handle is not None:
                break
            time.sleep(pause)
            handle = self._taken()
        try:
            yield handle is not None
        finally:
            if handle is not None:
                os.close(handle)

    def _taken(self) -> int | None:
        """The open file of a free place, locked until it is closed."""
        for file in random.sample(self._files, len(self._files)):
            handle = _opened(file)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
            else:
                return handle
        return None


def _opened(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
