"""The table of docs/glossary.md: terms, and the old words that they replace.

The third column of a row is read: kinds separated by semicolons, words by commas, and behind the words of a
kind, in brackets, where they are right. What has a slash in it or names a file is a path, all else words:

    names: `mail`, `mailing` (but: `mail_address`, agents/sinks/); whole names: `Post`; text: the post
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

ROW = re.compile(r"^\|([^|\n]+)\|([^|\n]+)\|([^|\n]*)\|$", re.MULTILINE)
HEADING = "old words"
GROUP = re.compile(r"(names|whole names|text|anywhere): ([^(]+)(?:\(but: ([^)]*)\))?")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Kind(StrEnum):
    """Where a word is old."""

    NAMES = "names"
    """A word within a name: `mail` in `mails_of` and in `LastMail`."""
    WHOLE_NAMES = "whole names"
    """A name that is this word alone: `post`, not `post_office`."""
    TEXT = "text"
    """An expression in docstrings, comments, messages and documents."""
    ANYWHERE = "anywhere"
    """An expression in any line of any file."""


@dataclass(frozen=True, kw_only=True)
class OldWord:
    """One entry of the third column."""

    kind: Kind
    word: str
    instead: str
    exceptions: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def matches(self, text: str) -> list[int]:
        """The positions of this word in a name or in a text."""
        if self.kind is Kind.WHOLE_NAMES:
            return [0] if text.lstrip("_") == self.word else []
        if self.kind is Kind.NAMES:
            text = " ".join(words(text))
        positions = [match.span() for match in self._pattern(self.word).finditer(text)]
        allowed = [match.span() for right in self.exceptions for match in self._pattern(right).finditer(text)]
        return [
            start
            for start, end in positions
            if not any(first <= start and end <= last for first, last in allowed)
        ]

    def applies_to(self, path: str) -> bool:
        return not path.startswith(self.paths)

    def _pattern(self, expression: str) -> re.Pattern[str]:
        parts = words(expression) if self.kind is Kind.NAMES else expression.split()
        return _whole_words(*parts)


@cache
def _whole_words(*parts: str) -> re.Pattern[str]:
    """The words as an expression, in the singular or the plural, across the ends of lines."""
    joined = r"\s+".join(re.escape(part) for part in parts)
    return re.compile(rf"(?<![\w-]){joined}s?(?!\w)", re.IGNORECASE)


def pattern_of(old: Iterable[OldWord]) -> re.Pattern[str]:
    """What the texts that have one of the words have in common: cheap, where most have none."""
    starts = {re.split(r"[\W_]", word.word)[0] for word in old}
    return re.compile("|".join(sorted(starts)) or "(?!)", re.IGNORECASE)


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name: `DeadLetters`, `dead_letters` and `dead-letters` have the same."""
    return tuple(word.lower() for word in WORD.findall(name))


def old_words(glossary: str) -> list[OldWord]:
    """All old words of a glossary."""
    rows = [row for row in ROW.findall(glossary) if row[2].strip() != HEADING]
    return [old for term, _, column in rows for old in _row(term.strip(" *"), column.strip(" -"))]


def _row(term: str, column: str) -> Iterator[OldWord]:
    for group in filter(None, (part.strip() for part in column.split(";"))):
        kind, listed, exceptions = _group(group)
        right = _listed(exceptions)
        paths = tuple(part for part in right if "/" in part or part.endswith((".md", ".yml")))
        for word in _listed(listed):
            yield OldWord(
                kind=kind,
                word=word,
                instead=term,
                exceptions=tuple(part for part in right if part not in paths),
                paths=paths,
            )


def _group(group: str) -> tuple[Kind, str, str]:
    match = GROUP.fullmatch(group)
    if match is None:
        raise ValueError(f"not a list of old words: {group}")
    return Kind(match[1]), match[2], match[3] or ""


def _listed(text: str) -> list[str]:
    return [part for part in (each.strip(" `") for each in text.split(",")) if part]
