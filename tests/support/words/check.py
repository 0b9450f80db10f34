"""Old words in the files of the tree."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.words.documents import configuration, markdown
from tests.support.words.pieces import Piece, Sort
from tests.support.words.python import python
from tests.support.words.table import Kind, OldWord, pattern_of

FOLDERS = ("streams", "agents", "tests", "bench", "examples", "config", "docs", ".ci")
SUFFIXES = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".mjs", ".js", ".html", ".sh", ""}
#: Data, history, what the code writes itself, and what comes from others.
SKIPPED = re.compile(
    r"CHANGELOG\.md|LICENSE|docs/decisions/.*|docs/reference/asyncapi\.json|agents/examples\.json|agents/samples/.*"
    r"|agents/summaries/weights\.json"
    r"|tests/articles/.*/.*|tests/unit/agents/article_ids\.toml|tests/support/documents/javascript/package.*|\..*ignore"
    r"|tests/support/words/old_words\.toml|.*\.egg-info/.*|.*/__pycache__/.*"
)
#: Where strings are messages. In tests and benchmarks many strings are articles.
MESSAGES = ("streams/", "agents/", "examples/")
#: In a line with this comment an old word is right. The comment says why.
EXEMPTION = re.compile(r"(?:#|//|<!--) ?old word: \S")

KINDS = {
    Sort.NAME: {Kind.NAMES, Kind.WHOLE_NAMES},
    Sort.MENTION: {Kind.NAMES},
    Sort.TEXT: {Kind.TEXT},
    Sort.LINE: {Kind.ANYWHERE},
}


@dataclass(frozen=True, order=True)
class Finding:
    """An old word, and what to write instead."""

    path: str
    line: int
    word: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word} -> {self.instead}"


def files(root: Path) -> Iterator[Path]:
    """Every file that is checked, by its path from the root."""
    paths = [path for folder in FOLDERS for path in (root / folder).rglob("*")]
    for path in sorted([*paths, *root.glob("*")]):
        short = path.relative_to(root)
        if path.is_file() and path.suffix in SUFFIXES and not SKIPPED.fullmatch(str(short)):
            yield short


def check(root: Path, old: Iterable[OldWord]) -> list[Finding]:
    """All old words below a folder."""
    table = tuple(old)
    texts = ((str(path), (root / path).read_text("utf-8")) for path in files(root))
    return sorted({finding for path, text in texts for finding in check_text(path, text, table)})


def check_text(path: str, source: str, old: Iterable[OldWord]) -> Iterator[Finding]:
    """The old words of one file."""
    here = [word for word in old if word.applies_to(path)]
    by_sort = {sort: [word for word in here if word.kind in kinds] for sort, kinds in KINDS.items()}
    any_of = {sort: pattern_of(words) for sort, words in by_sort.items()}
    lines = source.splitlines()
    for piece in pieces(path, source):
        if any_of[piece.sort].search(piece.text):
            for number, word in _old_words(piece, by_sort[piece.sort]):
                if number > len(lines) or not EXEMPTION.search(lines[number - 1]):
                    yield Finding(path, number, word.word, word.instead)


def _old_words(piece: Piece, candidates: Iterable[OldWord]) -> Iterator[tuple[int, OldWord]]:
    """Each with its line."""
    for word in candidates:
        for position in word.matches(piece.text):
            yield piece.line + piece.text.count("\n", 0, position), word


def pieces(path: str, source: str) -> Iterator[Piece]:
    """The names and texts of a file; the name of the file is one of them."""
    yield from (Piece(1, Sort.NAME, part.partition(".")[0]) for part in Path(path).parts)
    yield from (Piece(number, Sort.LINE, line) for number, line in enumerate(source.splitlines(), 1))
    if path.endswith(".py"):
        yield from python(source, messages=path.startswith(MESSAGES))
    else:
        yield from (markdown if path.endswith(".md") else configuration)(source)
