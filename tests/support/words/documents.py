"""The names and texts of documents and configuration: Markdown, TOML, YAML, JSON, Make, shell, JavaScript."""

import re
from collections.abc import Iterator

from tests.support.words.pieces import Piece, Sort

FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`[^`\n]+`")
#: Where a link leads is a path, which is read as a file.
TARGET = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
NAME = re.compile(r"[A-Za-z_][\w-]*")
#: What is a name in a line of configuration: what has an underscore, a key, a label of a metric.
CONFIGURED = re.compile(
    r"[A-Za-z]\w*_\w+"
    r"|(?:(?<=[{,-] )|(?<=[{,])|(?<=^)|(?<=  ))\"?[A-Za-z]\w*(?=\"?\s*[:=])"
    r"|[A-Za-z]\w*(?=\s*(?:=~|!=|=\\?\"))"
    r"|(?<=by \()[\w, ]+(?=\))"
    r"|(?<=\{\{)\w+(?=\}\})"
)


def markdown(source: str) -> Iterator[Piece]:
    """The words of the code in it, and the whole as one text: code within a sentence is left blank."""
    for pattern in (FENCE, SPAN, TARGET):
        for match in pattern.finditer(source):
            yield from _mentions(source, match)
    for pattern in (SPAN, TARGET):
        source = pattern.sub(lambda match: " " * len(match[0]), source)
    yield Piece(1, Sort.TEXT, source)


def _mentions(source: str, match: re.Match[str]) -> Iterator[Piece]:
    for name in NAME.finditer(match[0]):
        yield Piece(1 + source.count("\n", 0, match.start() + name.start()), Sort.MENTION, name[0])


def configuration(source: str) -> Iterator[Piece]:
    """Every name in a line, and the whole as text, comments without their sign."""
    for number, line in enumerate(source.splitlines(), 1):
        yield from (Piece(number, Sort.MENTION, name) for name in CONFIGURED.findall(line))
    yield Piece(1, Sort.TEXT, re.sub(r"(?m)^(\s*)(?:#|//)", r"\1 ", source))
