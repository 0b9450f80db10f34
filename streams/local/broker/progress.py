"""Progress while jars are downloaded: bytes of bytes, as a bar on a terminal, as lines elsewhere."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn

from streams.terminal import Terminal, progress

LOOK_SECONDS = 0.25
#: Elsewhere than on a terminal, a line is written at most this often.
LINE_SECONDS = 2.0
MB = 1_000_000


class Progress:
    """Bytes loaded so far, on stderr. `loaded` says how many of `size` there are now."""

    def __init__(self, product: str, jars: int, size: int, folder: Path, loaded: Callable[[], int]) -> None:
        self.product, self._size, self._loaded = product, size, loaded
        self.plan = f"{folder}: {jars} jars, {size / MB:.0f} MB"
        self.console = Terminal(stderr=True)
        loading = TextColumn("Loading {task.description}")
        self.bar = progress(self.console, loading, BarColumn(24), DownloadColumn(), TimeRemainingColumn())
        self.task = self.bar.add_task(product, total=size)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="download progress", daemon=True)

    def __enter__(self) -> "Progress":
        self.began = time.monotonic()
        self._say(f"Loading {self.product} into {self.plan}, once")
        self.bar.start()
        self._thread.start()
        return self

    def __exit__(self, error: object, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.bar.stop()
        if error is None:
            self._say(f"Loaded {self.product} in {time.monotonic() - self.began:.0f} s")

    def _run(self) -> None:
        written = self.began
        while not self._stop.wait(LOOK_SECONDS):
            loaded = min(self._loaded(), self._size)
            self.bar.update(self.task, completed=loaded)
            if not self.console.is_terminal and time.monotonic() - written >= LINE_SECONDS:
                written = time.monotonic()
                self._say(f"{self.product}: {loaded / MB:.0f} of {self._size / MB:.0f} MB")

    def _say(self, line: str) -> None:
        self.console.say(line)
