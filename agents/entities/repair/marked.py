"""Mentions of a text, of which no two overlap."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from agents.entities.mentions import Field, Mention

BY_START = attrgetter("start")


def added(mentions: Iterable[Mention], new: Iterable[Mention]) -> list[Mention]:
    """The mentions in their order, with those of the new ones that overlap none before them."""
    kept = sorted(mentions, key=BY_START)
    for each in new:
        place = bisect_left(kept, each.start, key=BY_START)
        if not any(_overlap(each, other) for other in kept[max(0, place - 1) : place + 1]):
            kept.insert(place, each)
    return kept


def replaced(mentions: Sequence[Mention], new: Iterable[Mention]) -> list[Mention]:
    """The mentions in their order, with the new ones in the place of those that they overlap."""
    return added(added([], new), mentions)


def at(field: Field, text: str, start: int, end: int, kind: str) -> Mention:
    return Mention(field, start, end, text[start:end], kind)


def _overlap(mention: Mention, other: Mention) -> bool:
    return mention.start < other.end and other.start < mention.end


def whole_words(text: str, names: Iterable[str], *, joints: str = "_-") -> Iterator[tuple[int, int]]:
    """Start and end of each place where one of the names stands as whole words; longer names first.

    Beside one of the `joints` a name is part of a longer word.
    """
    for name in sorted(names, key=lambda name: (-len(name), name)):
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            around = text[max(0, start - 1) : start] + text[end : end + 1]
            if not any(letter.isalnum() or letter in joints for letter in around):
                yield start, end
            start = text.find(name, end)
