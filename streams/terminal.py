"""The output of commands: foreign text is shown without characters that control or hide."""

import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import Progress, ProgressColumn
from rich.segment import Segment
from rich.text import Text

from streams.printable import one_line, visible

#: Stands at the end of a text that is shortened.
LEFT_OUT = " …"


class Guard:
    """A text stream that writes escapes for hidden characters."""

    def __init__(self, stream: TextIO) -> None:
        # rich looks for this name, and writes its own colours and cursor movements there.
        self.rich_proxied_file = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)

    def write(self, text: str) -> int:
        self.rich_proxied_file.write(visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


def guard() -> None:
    """Put guards before standard output and error, for `print`, tracebacks, warnings and libraries."""
    if not isinstance(sys.stdout, Guard):
        sys.stdout = cast(TextIO, Guard(sys.stdout))
    if not isinstance(sys.stderr, Guard):
        sys.stderr = cast(TextIO, Guard(sys.stderr))


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind a guard, for code that escapes foreign text itself and writes colours."""
    return getattr(stream, "rich_proxied_file", stream)


class Terminal(Console):
    """A console that takes text as text: no markup, no emoji codes, no links, nothing hidden."""

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        stream = unguarded(sys.stderr if stderr else sys.stdout)
        super().__init__(file=stream, stderr=stderr, highlight=False, markup=False, emoji=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Called by rich for all that it writes; its own control codes are separate segments."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)

    def say(self, text: str | Text) -> None:
        """Print a text: on a terminal in as many lines as it needs, without cutting a word; else in one."""
        self.print(text, soft_wrap=not self.is_terminal)

    def report(self, word: str, style: str, text: object) -> None:
        """Say `word  text`."""
        self.say(Text.assemble((word, style), f"  {one_line(str(text))}"))


def shortened(text: Text, width: int) -> Text:
    """The text in at most `width` columns: words that do not fit are left out."""
    if text.cell_len <= width:
        return text
    # One column more than there is for words: a space in it means that the word before it fits.
    kept = text.copy()
    kept.truncate(width - len(LEFT_OUT) + 1)
    end = kept.plain.rfind(" ")
    kept = kept[: end if end > 0 else -1]
    kept.rstrip()
    return kept.append(LEFT_OUT)


def progress(console: Terminal, *columns: str | ProgressColumn, shown: bool = True) -> Progress:
    """A bar on terminals, which disappears at the end."""
    return Progress(
        *columns,
        console=console,
        transient=True,
        disable=not (shown and console.is_terminal),
        # rich would interpret markup in what others write meanwhile.
        redirect_stdout=False,
        redirect_stderr=False,
    )
