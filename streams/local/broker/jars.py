"""Kafka's jars on this machine: downloaded once into the user's cache, checked every time they are used.

`COPYDESK_CACHE` names another cache folder.
"""

import errno
import fcntl
import os
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import platformdirs

from streams.errors import BrokerError, CannotStart, interrupted_as
from streams.local.broker.lock import VERSION, Jar, locked
from streams.local.broker.maven import maven

ELSEWHERE = "set COPYDESK_BOOTSTRAP_SERVERS to use a Kafka that runs already"
INTERRUPTED = "interrupted; what is loaded is kept, and the next start loads the rest"
DIFFERS = "is not the file that kafka.lock names (sha256 differs)"
#: Jars in flight at once: each needs several answers of a distant server. By fours 5.1 s and by eights 7.9 s
#: where that server is near (every request sets up TLS again, which is work for one thread: 4.1 s).
AT_ONCE = 4


def cache_folder() -> Path:
    cache = Path(os.environ.get("COPYDESK_CACHE") or platformdirs.user_cache_dir("copydesk"))
    return cache / f"kafka-{VERSION}"


def jars() -> list[Path]:
    """Every jar of the lock file, in its order, checked; those not in the cache are downloaded first.

    Raises `CannotStart`: no network, no space, no permission, or a jar that differs from the lock file.
    """
    folder = cache_folder()
    try:
        if _missing(folder):
            with interrupted_as(INTERRUPTED):
                _load_alone(folder)
        return [_checked(jar, folder / jar.name) for jar in locked()]
    except OSError as error:
        raise CannotStart(_sentence(error, folder)) from error


def _missing(folder: Path) -> list[Jar]:
    return [jar for jar in locked() if not (folder / jar.name).exists()]


def _load_alone(folder: Path) -> None:
    """Download missing jars; of two processes the second waits, and has nothing left to do."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / ".lock"):
        missing = _missing(folder)
        if not missing:
            return
        loading = folder / ".loading"
        shutil.rmtree(loading, ignore_errors=True)
        try:
            _load(missing, loading, folder)
        finally:
            shutil.rmtree(loading, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock at `path`, after waiting for it; the system frees it when the process exits."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _load(missing: Sequence[Jar], loading: Path, folder: Path) -> None:
    """Download jars into `loading`; each moves to `folder` once it is checked, so a broken load resumes."""
    from streams.local.broker.progress import Progress

    context = maven(loading)
    size = sum(jar.size for jar in missing)

    def loaded() -> int:
        return _bytes(loading) + sum(jar.size for jar in missing if (folder / jar.name).exists())

    with Progress(f"Apache Kafka {VERSION}", len(missing), size, folder, loaded):
        _fetch_all(context, missing, folder)


def _fetch_all(context: Any, missing: Sequence[Jar], folder: Path) -> None:
    """Fetch several at once. The first failure ends it.

    Threads of an executor would be waited for at Ctrl-C, and a server that is silent is waited for 30 s.
    """
    waiting, ended = deque(missing), SimpleQueue[Exception | None]()

    def fetch() -> None:
        with suppress(IndexError):
            while True:
                ended.put(_failure(context, waiting.popleft(), folder))

    for _ in range(AT_ONCE):
        Thread(target=fetch, name="download", daemon=True).start()
    for _ in missing:
        failure = ended.get()
        if failure is not None:
            waiting.clear()
            raise failure


def _failure(context: Any, jar: Jar, folder: Path) -> Exception | None:
    try:
        _fetch(context, jar, folder)
    except Exception as error:  # noqa: BLE001 - it is raised where the thread was started
        return error
    return None


def _bytes(folder: Path) -> int:
    """The size of the files in a folder that changes meanwhile."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            size += path.stat().st_size if path.is_file() else 0
    return size


def _fetch(context: Any, jar: Jar, folder: Path) -> Jar:
    from requests import RequestException

    try:
        path: Path = context.create_dependency(jar.coordinates).artifact.resolve()
    except RequestException as error:
        raise CannotStart(
            f"Apache Kafka {VERSION} is not in {folder} and could not be downloaded from Maven Central:"
            f" connect to the network, point COPYDESK_CACHE to a filled cache, or {ELSEWHERE}"
        ) from error
    except RuntimeError as error:  # jgo raises it where no repository has the jar
        raise CannotStart(f"no Maven repository has {jar.name} of Apache Kafka {VERSION}") from error
    if not jar.is_at(path):
        raise BrokerError(f"{jar.name}, as downloaded, {DIFFERS}; it was not used")
    path.replace(folder / jar.name)
    return jar


def _checked(jar: Jar, path: Path) -> Path:
    """`path`, if it is the jar that the lock file names. All 53 take 30 ms, so every start checks them."""
    if not jar.is_at(path):
        raise BrokerError(f"{path} {DIFFERS} and was not used; delete it to have it downloaded again")
    return path


def _sentence(error: OSError, folder: Path) -> str:
    """Why the cache cannot be read or written."""
    if error.errno == errno.ENOSPC:
        megabytes = sum(jar.size for jar in locked()) // 1_000_000 + 1
        return f"no space is left in {folder} for Apache Kafka, which takes {megabytes} MB"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        use = "COPYDESK_CACHE may name another folder"
        return f"{folder} cannot be written or read ({error.strerror}); {use}"
    return f"the jars of Apache Kafka in {folder} cannot be used: {error.strerror or error}"
