"""The table of old words, `old_words.toml`."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("old_words.toml")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Kind(StrEnum):
    """Where a word is old."""

    NAMES = "names"
    """A word within a name: `mail` in `mails_of` and in `LastMail`."""
    WHOLE_NAMES = "whole_names"
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


def old_words(table: str) -> list[OldWord]:
    """All old words of a table in TOML. Raises `ValueError`."""
    return [word for entry in tomllib.loads(table)["old"] for word in _words_of(entry)]


def _words_of(entry: dict[str, Any]) -> Iterator[OldWord]:
    kinds = sorted(set(entry) - {"instead", "but", "but_in"})
    if len(kinds) != 1 or kinds[0] not in set(Kind):
        raise ValueError(f"not a kind of old words: {', '.join(kinds) or entry}")
    for word in entry[kinds[0]]:
        yield OldWord(
            kind=Kind(kinds[0]),
            word=word,
            instead=entry["instead"],
            exceptions=tuple(entry.get("but", ())),
            paths=tuple(entry.get("but_in", ())),
        )
