"""The corpus: invented news with its names marked, `[P Wanjiru Kamau]`, one snippet or article a line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "corpus"
PARAGRAPH = " ¶ "
BLANK_LINE = "\n\n"
#: The codes that are used in the files, and the labels of OntoNotes 5 that they are trained as.
LABELS = {
    "P": "PERSON",
    "G": "GPE",
    "L": "LOC",
    "F": "FAC",
    "N": "NORP",
    **dict.fromkeys("CTAUMYO", "ORG"),
    "E": "EVENT",
    "K": "WORK_OF_ART",
    "R": "LAW",
    "D": "PRODUCT",
}
#: A name of a kind that was not decided.
UNDECIDED = "X"
MARK = re.compile(rf"\[([{''.join(LABELS)}{UNDECIDED}]) ([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a snippet: a name of the kind `code`; where that is empty, plain text or a blank line."""

    text: str
    code: str = ""


Snippet = tuple[Piece, ...]


def snippets(folder: Path = FOLDER) -> list[Snippet]:
    """All snippets and articles, in the order of the files' names."""
    return [parse(line) for file in sorted(folder.glob("*.txt")) for line in _lines(file)]


def persons(corpus: Iterable[Snippet]) -> set[tuple[str, str]]:
    """First and last words of persons' names of two words."""
    names = {piece.text for snippet in corpus for piece in snippet if piece.code == "P"}
    return {
        (first, last)
        for first, _, last in (name.partition(" ") for name in names)
        if last and " " not in last
    }


def parse(line: str) -> Snippet:
    """The pieces of a line of the corpus, with paragraphs separated by a blank line."""
    return tuple(_pieces(line.replace(PARAGRAPH, BLANK_LINE)))


def text_and_spans(snippet: Snippet) -> tuple[str, list[tuple[int, int, str]]]:
    """The snippet as plain text, and start, end and code of each name in it."""
    spans, at = [], 0
    for piece in snippet:
        if piece.code:
            spans.append((at, at + len(piece.text), piece.code))
        at += len(piece.text)
    return "".join(piece.text for piece in snippet), spans


def _lines(file: Path) -> Iterator[str]:
    yield from (line for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def _pieces(line: str) -> Iterator[Piece]:
    at = 0
    for mark in MARK.finditer(line):
        yield from _plain(line[at : mark.start()])
        yield Piece(mark[2], mark[1])
        at = mark.end()
    yield from _plain(line[at:])


def _plain(text: str) -> Iterator[Piece]:
    yield from (Piece(part) for part in re.split(rf"({BLANK_LINE})", text) if part)
