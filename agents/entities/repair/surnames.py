"""A surname alone is a person where the full name stands in the article."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agents.entities.mentions import Mention
from agents.entities.places.table import Places

PERSON = "person"
GENERATION = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
SHORTEST = 3
#: Words before a place and never before a person that a sentence is about.
IN = re.compile(
    r"(?:\b(?:in|at|near|outside|around|across|throughout|into|downtown|northern|southern|eastern|western|central)\s+)$",
    re.IGNORECASE,
)
CAPITAL_AFTER = re.compile(r"\s*(?:[-/&]\s*)?[A-Z]\w")
WORD_BEFORE = re.compile(r"(\S+)\s+$")


def with_surnames(text: str, mentions: Sequence[Mention], places: Places) -> list[Mention]:
    """The mentions, with those of surnames alone added, or made persons."""
    surnames = _surnames(mentions, places)
    if not surnames:
        return list(mentions)
    known = [replace(each, type=PERSON) if _is_surname(each, surnames, text) else each for each in mentions]
    taken = sorted((mention.start, mention.end) for mention in known)
    new = [
        each for each in _places(text, surnames) if not any(s < each.end and each.start < e for s, e in taken)
    ]
    return sorted([*known, *new], key=lambda mention: mention.start)


def _surnames(mentions: Iterable[Mention], places: Places) -> set[str]:
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
    pattern = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(surnames, key=len, reverse=True)))})(?![\w-])"
    )
    for match in pattern.finditer(text):
        if not IN.search(text, max(0, match.start() - 20), match.start()):
            yield Mention("text", match.start(), match.end(), match[0], PERSON)
