"""Text for generated Markdown."""

import re

#: What has a meaning in Markdown or HTML outside of code.
MARKS = re.compile(r"([<>*_\[\]])")


def one_line(text: str) -> str:
    return " ".join(text.split())


def escaped(text: str) -> str:
    """Plain text for a paragraph or a cell of a table. Code between backticks is left as it is."""
    parts = text.split("`")
    parts[::2] = [MARKS.sub(r"\\\1", part) for part in parts[::2]]
    return "`".join(parts).replace("|", r"\|")
