"""The screen of a terminal: what a person sees of what a command writes, and what has scrolled away."""

from functools import cache
from itertools import groupby
from typing import Any

import pyte
from rich.style import Style
from rich.text import Text

ROWS = 30


class Screen(pyte.Screen):
    """A terminal of some columns that keeps every row it ever showed.

    `scrolled`: the rows that have left the screen, with their colours. `seen`: each different row once, in
    order, live lines too.
    `broken`: rows at whose end the terminal itself has cut a word.
    """

    def __init__(self, columns: int) -> None:
        self.scrolled: list[Text] = []
        self.seen: dict[str, None] = {}
        self.broken: list[str] = []
        super().__init__(columns, ROWS)

    def draw(self, data: str) -> None:
        for character in data:
            if self.cursor.x == self.columns and character.strip() and self._cell(self.columns - 1).strip():
                self.broken.append(self._row(self.cursor.y))
            super().draw(character)

    def index(self) -> None:
        if self.cursor.y == self.lines - 1:
            self.look()
            self.scrolled.append(self._styled(0))
        super().index()

    def look(self) -> None:
        """Note the rows that have changed."""
        for number in sorted(self.dirty):
            if row := self._row(number):
                self.seen.setdefault(row)
        self.dirty.clear()

    def rows(self) -> list[str]:
        """All rows as they are now, from the first that scrolled away to the last one written."""
        rows = [*(row.plain for row in self.scrolled), *(self._row(number) for number in range(self.lines))]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def styled_rows(self) -> list[Text]:
        """The same with colours."""
        rows = [*self.scrolled, *(self._styled(number) for number in range(self.lines))]
        while rows and not rows[-1].plain:
            rows.pop()
        return rows

    def _styled(self, number: int) -> Text:
        row: Any = self.buffer[number]
        cells = (row[column] for column in range(self.columns))
        styled = groupby((cell for cell in cells if cell.data), lambda cell: _style(cell._replace(data="")))
        text = Text.assemble(*(("".join(cell.data for cell in run), style) for style, run in styled))
        text.rstrip()
        return text

    def _row(self, number: int) -> str:
        row: Any = self.buffer[number]
        return "".join(row[column].data for column in range(self.columns)).rstrip()

    def _cell(self, column: int) -> str:
        row: Any = self.buffer[self.cursor.y]
        return str(row[column].data)


#: Where pyte's names of colours are not rich's.
COLOURS = {"brown": "yellow", "default": None}


@cache
def _style(cell: Any) -> Style:
    """The style of a cell. Colours by number are hexadecimal digits in pyte."""
    name = COLOURS.get(cell.fg, cell.fg)
    hexadecimal = name is not None and len(name) == 6 and set(name) <= set("0123456789abcdef")
    bright = name.replace("bright", "bright_") if name else None
    return Style(
        color=f"#{name}" if hexadecimal else bright,
        bold=cell.bold or None,
        italic=cell.italics or None,
        underline=cell.underscore or None,
        reverse=cell.reverse or None,
    )
