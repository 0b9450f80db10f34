"""Texts that are expensive for a pattern, made from the pattern itself.

A backtracking engine is slow where it can match the same text in many ways, or where it reads far ahead from
each position and then fails. So each attack repeats what a repeat of the pattern matches, or all that leads
up to it, and ends in something that does not match.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from typing import Any

# How `re` itself reads a pattern. It is internal: typeshed does not know it, and other versions may differ.
parser: Any = import_module("re._parser")
compiler: Any = import_module("re._compiler")
op: Any = import_module("re._constants")

REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}
LEAVES = {op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY}
ASSERTIONS = {op.ASSERT, op.ASSERT_NOT}
#: A repeat of fewer times is not worth an attack.
LONG = 30
COMMON = "a Z7_-.,;:/<>()[]{}\"'=&@\n\t\0é漢\xa0\u202e"
VARIANTS = 4
ENDINGS = ("", "\0", "!", "a", "\n;")

Items = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Attack:
    """A text of any length: `before`, then `pump` repeated, then `after`."""

    before: str
    pump: str
    after: str

    def text(self, times: int, like: str | bytes) -> Any:
        """The text, as `str` or `bytes`, whichever the pattern `like` reads."""
        whole = self.before + self.pump * times + self.after
        return whole.encode("latin-1", "replace") if isinstance(like, bytes) else whole


def attacks(pattern: re.Pattern[Any]) -> list[Attack]:
    """The attacks on a pattern, each once."""
    reading = Reading(pattern)
    candidates = (
        Attack(before, pump, after)
        for before, pumps in reading.places()
        for pump, after in product(pumps, ENDINGS)
        if pump
    )
    return list(dict.fromkeys(candidates))


class Reading:
    """The parts of a pattern, and texts that they match."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self._flags = pattern.flags
        self._parsed = parser.parse(pattern.pattern, pattern.flags)
        self._items: Items = list(self._parsed)
        self._matchers: dict[str, re.Pattern[Any]] = {}
        self._is_bytes = isinstance(pattern.pattern, bytes)
        self._letters = self._alphabet()

    def places(self) -> Iterator[tuple[str, list[str]]]:
        """For each repeat: a text that leads up to it, and pieces that may be repeated there."""
        for body, before in self._repeats(self._items, [""] * VARIANTS):
            taken = self._kinds(_leaves(body))
            bodies = [self._sample(body, nth) for nth in range(VARIANTS)]
            for start in dict.fromkeys(before):
                yield start, [*taken, *bodies]
            yield "", [start + body for start, body in zip(before, bodies, strict=True)]
            yield "", list(dict.fromkeys(start for start in before if start))
        whole = [self._sample(self._items, nth) for nth in range(VARIANTS)]
        yield "", [*whole, *(f"{text} " for text in whole)]

    def _alphabet(self) -> list[str]:
        """Letters that the pattern treats differently, and some that it may not mention."""
        mentioned = {chr(code + by) for code in _codes(self._items) for by in (0, 1) if code + by < 0x110000}
        letters = dict.fromkeys([*COMMON, *sorted(mentioned)])
        return [letter for letter in letters if not self._is_bytes or ord(letter) < 256]

    def _kinds(self, leaves: Items) -> list[str]:
        """A letter for each combination of these parts that matches some letter."""
        unlike = {
            tuple(self._matches(leaf, letter) for leaf in leaves): letter
            for letter in reversed(self._letters)
        }
        return list(unlike.values())

    def _matches(self, leaf: tuple[Any, Any], letter: str) -> bool:
        key = repr(leaf)
        if key not in self._matchers:
            alone = parser.SubPattern(self._parsed.state, [leaf])
            self._matchers[key] = compiler.compile(alone, self._flags)
        text: Any = letter.encode("latin-1") if self._is_bytes else letter
        return self._matchers[key].fullmatch(text) is not None

    def _repeats(self, items: Items, before: list[str]) -> Iterator[tuple[Items, list[str]]]:
        """The body of each repeat, and variants of the text before it."""
        before = list(before)
        for item in items:
            kind, value = item
            if kind in REPEATS and value[1] > LONG:
                yield list(value[2]), list(before)
            for part in _parts(item):
                yield from self._repeats(part, before)
            behind = kind is op.ASSERT and value[0] < 0
            for nth in range(VARIANTS):
                before[nth] += self._sample(list(value[1]) if behind else [item], nth)

    def _sample(self, items: Items, nth: int) -> str:
        """A text that these parts match; `nth` selects among the alternatives."""
        return "".join(self._sample_of(item, nth) for item in items)

    def _sample_of(self, item: tuple[Any, Any], nth: int) -> str:
        kind, value = item
        if kind in LEAVES:
            matching = [letter for letter in self._letters if self._matches(item, letter)]
            return matching[nth % len(matching)] if matching else ""
        if kind in REPEATS:
            times = max(value[0], nth % 2) if value[1] else 0
            return self._sample(list(value[2]), nth) * times
        if kind in ASSERTIONS:
            return ""
        parts = _parts(item)
        return self._sample(parts[nth % len(parts)], nth) if parts else ""


def _parts(item: tuple[Any, Any]) -> list[Items]:
    """The sequences within a part: several where the part is a choice."""
    kind, value = item
    if kind is op.BRANCH:
        return [list(branch) for branch in value[1]]
    if kind is op.ATOMIC_GROUP:
        return [list(value)]
    if kind in REPEATS | ASSERTIONS | {op.SUBPATTERN}:
        return [list(value[-1])]
    return [list(branch) for branch in value[1:] if branch] if kind is op.GROUPREF_EXISTS else []


def _leaves(items: Items) -> Items:
    """The parts that match a single letter, at any depth."""
    leaves: Items = []
    for item in items:
        leaves += [item] if item[0] in LEAVES else []
        for part in _parts(item):
            leaves += _leaves(part)
    return leaves


def _codes(items: Items) -> Iterator[int]:
    for kind, value in _leaves(items):
        if kind in {op.LITERAL, op.NOT_LITERAL}:
            yield value
        elif kind is op.IN:
            for inner, code in value:
                yield from code if inner is op.RANGE else [code] if inner is op.LITERAL else []
