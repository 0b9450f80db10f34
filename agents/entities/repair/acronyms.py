"""An acronym in brackets after the full name of an organisation, and wherever else it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.entities.mentions import Mention
from agents.entities.repair.marked import added, at, whole_words

BRACKETS = re.compile(r"\s?\(\s?(?:the\s)?([A-Z][A-Za-z&.-]{1,9})\s?\)")
SMALL = frozenset(
    ["of", "and", "for", "the", "in", "on", "at", "to", "de", "la", "le", "des", "du", "et", "y"]
)


def with_acronyms(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, with those of acronyms added and made organisations."""
    acronyms = {acronym for mention in mentions for acronym in _acronym(text, mention)}
    if not acronyms:
        return list(mentions)
    typed = [replace(each, type="organisation") if each.text in acronyms else each for each in mentions]
    new = (at("text", text, start, end, "organisation") for start, end in whole_words(text, acronyms))
    return added(typed, new)


def _acronym(text: str, mention: Mention) -> Iterator[str]:
    """The acronym after the name, where its letters are the initials."""
    match = BRACKETS.match(text, mention.end)
    if mention.type != "organisation" or match is None:
        return
    if sum(letter.isupper() for letter in match[1]) > 1 and is_acronym(match[1], mention.text):
        yield match[1]


def is_acronym(short: str, full: str) -> bool:
    """Whether the letters of `short` are, in order, those that words of `full` begin with.

    Of four and more, one may be missing: `DAX` is not the `Dow Jones Average`.
    """
    words = [word for word in re.split(r"[\s\-/]+", full) if word]
    if len(words) < 2:
        return False
    letters = [letter for letter in short.upper() if letter.isalpha()]
    every = "".join(word[0].upper() for word in words)
    large = "".join(word[0].upper() for word in words if word.casefold() not in SMALL)
    wanted = "".join(letters)
    return wanted in (every, large) or (
        len(wanted) > 2 and _in_order(wanted, every) >= len(wanted) - (len(wanted) > 3)
    )


def _in_order(wanted: str, letters: str) -> int:
    """How many of the wanted letters stand in `letters` in this order."""
    at = matching = 0
    for letter in wanted:
        place = letters.find(letter, at)
        if place >= 0:
            at, matching = place + 1, matching + 1
    return matching
