"""Names in a headline.

A headline In Title Case misleads a model: of about 35 names that it found in such headlines of 180 news pages
and not in their texts, 5 were right ("The Future Of Banking Is Broke" was an organisation). In headlines in
sentence case most were right. What the text calls a name is one in the headline too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from agents.entities.coreference import PERSON
from agents.entities.mentions import Mention

#: So much of the longer words begins with a capital letter in a headline that is in title case.
SHARE = 2 / 3
LONGER = re.compile(r"[^\W\d_]{4,}")
SHORTEST_LAST_NAME = 3


def headline_names(title: str, found: Sequence[Mention], in_text: Sequence[Mention]) -> list[Mention]:
    """The mentions in `title`: names of the text, and what the model `found` beside them in sentence case."""
    known = _known(title, in_text)
    if is_title_case(title):
        return known
    new = [one for one in found if not any(_overlap(one, other) for other in known)]
    return sorted([*known, *new], key=lambda one: one.start)


def is_title_case(title: str) -> bool:
    """Whether capital letters say nothing: most of three or more longer words have them."""
    words = LONGER.findall(title)
    return len(words) > 2 and sum(word[0].isupper() for word in words) >= SHARE * len(words)


def _known(title: str, in_text: Sequence[Mention]) -> list[Mention]:
    """Where names of the text stand in the title, longer ones before what is part of them; in their order."""
    kinds = _names(in_text)
    if title.isupper():
        kinds = {name.upper(): kind for name, kind in kinds.items()}
    known: list[Mention] = []
    for name in sorted(kinds, key=lambda name: (-len(name), name)):
        for start in _places(title, name):
            one = Mention("title", start, start + len(name), name, kinds[name])
            if not any(_overlap(one, other) for other in known):
                known.append(one)
    return sorted(known, key=lambda one: one.start)


def _places(title: str, name: str) -> Iterator[int]:
    """Where `name` stands as a whole word or words."""
    start = title.find(name)
    while start >= 0:
        around = title[max(start - 1, 0) : start] + title[start + len(name) : start + len(name) + 1]
        if not any(character.isalnum() for character in around):
            yield start
        start = title.find(name, start + 1)


def _names(in_text: Sequence[Mention]) -> dict[str, str]:
    """Each name of the text, and the last names of persons, with the type it has most often."""
    counts: dict[str, Counter[str]] = {}
    for one in in_text:
        counts.setdefault(one.text, Counter())[one.type] += 1
        last = one.text.split()[-1]
        if one.type == PERSON and len(last) >= SHORTEST_LAST_NAME:
            counts.setdefault(last, Counter())[PERSON] += 1
    return {name: min(kinds, key=lambda kind: (-kinds[kind], kind)) for name, kinds in counts.items()}


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end
