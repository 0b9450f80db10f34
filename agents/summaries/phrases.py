"""What an article is about in a few words each: its main names, and words that often stand together."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from agents.records import Entity

#: Values are no subject, and peoples rarely one.
SUBJECTS = frozenset(("person", "organisation", "place", "event", "work", "law", "product"))
WORD = re.compile(r"[^\W\d_][\w'’-]*")
BREAK = re.compile(r"[^\w\s'’-]|\n")
#: Words of fewer letters are mostly no part of a phrase: `of`, `the`, `und`.
SHORTEST = 4
LONGEST = 3
FEWEST = 2


def phrases(entities: Sequence[Entity], text: str, most: int) -> list[str]:
    """At most `most`: names by salience, and between them the most frequent of the repeated phrases."""
    names = [each.name for each in sorted(entities, key=lambda each: -each.salience) if each.type in SUBJECTS]
    repeated = [each for each in _repeated(text) if not any(_shares(each, name) for name in names)]
    half = max(most - len(repeated), (most + 1) // 2)
    return [*names[:half], *repeated][:most]


def _repeated(text: str) -> list[str]:
    """Two and three words that stand together more than once, without shorter ones in longer ones."""
    counts = Counter(each for stretch in BREAK.split(text.casefold()) for each in _runs(stretch))
    often = sorted(
        (each for each, count in counts.items() if count >= FEWEST),
        key=lambda each: (-counts[each], -len(each), each),
    )
    chosen: list[str] = []
    for each in often:
        if not any(each in longer or longer in each for longer in chosen):
            chosen.append(each)
    return chosen


def _runs(stretch: str) -> Iterator[str]:
    """Each two or three words of a stretch that are all long enough."""
    words = WORD.findall(stretch)
    for start in range(len(words)):
        for size in range(2, LONGEST + 1):
            run = words[start : start + size]
            if len(run) == size and all(len(word) >= SHORTEST for word in run):
                yield " ".join(run)


def _shares(phrase: str, name: str) -> bool:
    return not set(phrase.split()).isdisjoint(name.casefold().split())
