"""Names in a headline: those of the text, and what the model finds beside them.

A headline In Title Case misleads a model: in such headlines of 180 news pages the stock model found about 35
names that the texts do not have, and 5 of them were right ("The Future Of Banking Is Broke" was none).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from agents.entities.grouping.persons import PERSON
from agents.entities.mentions import Mention
from agents.entities.repair.marked import added, at, whole_words

#: The share of longer words with a capital letter from which on a headline is in title case.
SHARE = 2 / 3
LONGER = re.compile(r"[^\W\d_]{4,}")
SHORTEST_LAST_NAME = 3


def headline_names(title: str, in_title: Sequence[Mention], in_text: Sequence[Mention]) -> list[Mention]:
    """The mentions in `title`: names of the text, and in sentence case those of the model (`in_title`)."""
    known = _known(title, in_text)
    if is_title_case(title):
        return known
    return added(known, in_title)


def is_title_case(title: str) -> bool:
    """Whether capital letters mean nothing: most of three or more longer words have them."""
    words = LONGER.findall(title)
    return len(words) > 2 and sum(word[0].isupper() for word in words) >= SHARE * len(words)


def _known(title: str, in_text: Sequence[Mention]) -> list[Mention]:
    """The mentions in the title of names of the text, in their order. Longer names are found first."""
    kinds = _names(in_text)
    if title.isupper():
        kinds = {name.upper(): kind for name, kind in kinds.items()}
    return added(
        [],
        (
            at("title", title, *place, kinds[title[slice(*place)]])
            for place in whole_words(title, kinds, joints="")
        ),
    )


def _names(in_text: Sequence[Mention]) -> dict[str, str]:
    """The names of the text, and the last names of persons, with the most frequent type of each."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mention in in_text:
        counts[mention.text][mention.type] += 1
        last = mention.text.split()[-1]
        if mention.type == PERSON and len(last) >= SHORTEST_LAST_NAME:
            counts[last][PERSON] += 1
    return {name: min(kinds, key=lambda kind: (-kinds[kind], kind)) for name, kinds in counts.items()}
