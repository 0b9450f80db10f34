"""What a person sees while jars are loaded: a bar on a terminal, two plain lines elsewhere."""

import time
from pathlib import Path
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from streams.terminal import Terminal, progress


class Progress:
    """Jars and bytes loaded so far, on stderr."""

    def __init__(self, what: str, jars: int, size: int, folder: Path) -> None:
        self.what, self.jars, self.size, self.folder = what, jars, size, folder
        self.console = Terminal(stderr=True)
        columns = (
            TextColumn("Loading {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("jars"),
        )
        self.bar = progress(self.console, *columns)
        self.task = self.bar.add_task(what, total=jars)

    def __enter__(self) -> "Progress":
        self.began = time.monotonic()
        megabytes = f"{self.size / 1e6:.0f} MB"
        self._say(f"Loading {self.what} into {self.folder}: {self.jars} jars, {megabytes}, once")
        self.bar.start()
        return self

    def advance(self) -> None:
        self.bar.advance(self.task)

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self.bar.stop()
        if kind is None:
            self._say(f"Loaded {self.what} in {time.monotonic() - self.began:.0f} s")

    def _say(self, line: str) -> None:
        self.console.print(line, soft_wrap=True)
