"""Where everything goes out that a command writes: foreign text without what steers or hides."""

import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import Progress, ProgressColumn
from rich.segment import Segment
from rich.text import Text

from streams.printable import one_line, visible


class Guard:
    """A text stream that writes escapes for what cannot be seen."""

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream
        """rich looks for this name, and writes its own colours and cursor movements there."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)

    def write(self, text: str) -> int:
        self.rich_proxied_file.write(visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


def guard() -> None:
    """Standard output and error through a guard: `print`, tracebacks, warnings, whatever a library says."""
    if not isinstance(sys.stdout, Guard):
        sys.stdout = cast(TextIO, Guard(sys.stdout))
    if not isinstance(sys.stderr, Guard):
        sys.stderr = cast(TextIO, Guard(sys.stderr))


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind a guard, for who escapes on their own and writes colours too."""
    return getattr(stream, "rich_proxied_file", stream)


class Terminal(Console):
    """A console that takes text as text: no markup, no emoji codes, no links, nothing hidden."""

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        stream = unguarded(sys.stderr if stderr else sys.stdout)
        super().__init__(file=stream, stderr=stderr, highlight=False, markup=False, emoji=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Called by rich for whatever it writes; its own control codes are segments apart."""
        for one in super().render(renderable, options):
            yield one if one.control else Segment(visible(one.text), one.style)

    def report(self, word: str, style: str, said: object) -> None:
        """`word  what is said of it`, in one line."""
        self.print(Text.assemble((word, style), f"  {one_line(str(said))}"), soft_wrap=True)


def progress(console: Terminal, *columns: str | ProgressColumn, shown: bool = True) -> Progress:
    """A bar that is gone when it is done, on terminals only."""
    return Progress(
        *columns,
        console=console,
        transient=True,
        disable=not (shown and console.is_terminal),
        # rich would read colours and links in what others write meanwhile.
        redirect_stdout=False,
        redirect_stderr=False,
    )
