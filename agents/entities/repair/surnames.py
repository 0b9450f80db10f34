"""A surname alone is a person where the full name stands in the article."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agents.entities.mentions import Mention
from agents.entities.repair.marked import added, at, whole_words

PERSON = "person"
GENERATION = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
SHORTEST = 3
#: Words before a place and never before a person that a sentence is about.
IN = re.compile(
    r"(?:\b(?:in|at|near|outside|around|across|throughout|into|downtown|northern|southern|eastern|western|central)\s++)$",
    re.IGNORECASE,
)


def with_surnames(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, with those of surnames alone added, or made persons."""
    surnames = _surnames(mentions)
    if not surnames:
        return list(mentions)
    mentions = _relatives(mentions, surnames)
    known = [replace(each, type=PERSON) if _is_surname(each, surnames, text) else each for each in mentions]
    return added(known, _places(text, surnames))


def _relatives(mentions: Sequence[Mention], surnames: set[str]) -> list[Mention]:
    """The mentions, those persons that have a surname of the article, and a first name that stands alone."""
    alone = {each.text for each in mentions if each.type == PERSON and " " not in each.text}
    return [
        replace(each, type=PERSON) if _is_relative(each.text.split(), alone, surnames) else each
        for each in mentions
    ]


def _is_relative(words: Sequence[str], alone: set[str], surnames: set[str]) -> bool:
    return len(words) == 2 and words[0] in alone and words[1] in surnames


def _surnames(mentions: Iterable[Mention]) -> set[str]:
    """Last words, and last two, of the persons' names of several words."""
    names: set[str] = set()
    for mention in mentions:
        words = mention.text.split()
        if words and GENERATION.fullmatch(words[-1]):
            words = words[:-1]
        if mention.type != PERSON or len(words) < 2:
            continue
        if len(words[-1]) >= SHORTEST and words[-1][0].isupper():
            names.add(words[-1])
        if len(words) > 2:
            names.add(" ".join(words[-2:]))
    return names


def _is_surname(mention: Mention, surnames: set[str], text: str) -> bool:
    return mention.text in surnames and not (
        mention.type == "place" and IN.search(text, max(0, mention.start - 20), mention.start)
    )


def _places(text: str, surnames: set[str]) -> Iterator[Mention]:
    """All places of the surnames in the text, as whole words that no other capital word follows."""
    for start, end in whole_words(text, surnames):
        if not IN.search(text, max(0, start - 20), start):
            yield at("text", text, start, end, PERSON)
