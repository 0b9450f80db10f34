"""The output of commands: foreign text is shown without characters that control or hide."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from streams.output_guard import plain_wanted, unguarded
from streams.printable import one_line, visible

if TYPE_CHECKING:
    from rich.live import Live
    from rich.progress import Progress, ProgressColumn

#: Stands at the end of a text that is shortened.
LEFT_OUT = " …"


class Terminal(Console):
    """A console that takes text as text: no markup, no emoji codes, no links, nothing hidden."""

    #: How many bars and live lines are shown now, on all consoles: a second one would write over the first.
    live_lines = 0

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        stream = unguarded(sys.stderr if stderr else sys.stdout)
        if plain_wanted():
            options["color_system"] = None
        super().__init__(file=stream, stderr=stderr, highlight=False, markup=False, emoji=False, **options)

    @property
    def is_dumb_terminal(self) -> bool:
        """Read by rich, which then redraws nothing: bars and live lines are for `is_interactive` consoles."""
        return super().is_dumb_terminal or plain_wanted()

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Called by rich for all that it writes; its own control codes are separate segments."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)

    def set_live(self, live: "Live") -> bool:
        Terminal.live_lines += 1
        return super().set_live(live)

    def clear_live(self) -> None:
        Terminal.live_lines -= 1
        super().clear_live()

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


def progress(console: Terminal, *columns: "str | ProgressColumn", shown: bool = True) -> "Progress":
    """A bar on terminals, which disappears at the end."""
    # Imported here: it takes 90 ms, and most commands show no bar.
    from rich.progress import Progress

    return Progress(
        *columns,
        console=console,
        transient=True,
        disable=not (shown and console.is_interactive),
        # rich would interpret markup in what others write meanwhile.
        redirect_stdout=False,
        redirect_stderr=False,
    )
