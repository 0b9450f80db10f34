"""Progress while jars are downloaded: a bar on a terminal, two plain lines elsewhere."""

import time
from pathlib import Path
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from streams.terminal import Terminal, progress


class Progress:
    """Jars loaded so far, on stderr."""

    def __init__(self, product: str, jars: int, size: int, folder: Path) -> None:
        self.product = product
        self.plan = f"{folder}: {jars} jars, {size / 1e6:.0f} MB"
        self.console = Terminal(stderr=True)
        loading = TextColumn("Loading {task.description}")
        self.bar = progress(self.console, loading, BarColumn(), MofNCompleteColumn(), TextColumn("jars"))
        self.task = self.bar.add_task(product, total=jars)

    def __enter__(self) -> "Progress":
        self.began = time.monotonic()
        self._say(f"Loading {self.product} into {self.plan}, once")
        self.bar.start()
        return self

    def advance(self) -> None:
        self.bar.advance(self.task)

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self.bar.stop()
        if kind is None:
            self._say(f"Loaded {self.product} in {time.monotonic() - self.began:.0f} s")

    def _say(self, line: str) -> None:
        self.console.print(line, soft_wrap=True)
