"""Paragraphs of mixed letters: what pages show in place of the text to those who do not pay."""

import re
from collections.abc import Iterable

LETTERS = re.compile(r"[a-z\u00df-\u024f\u0370-\u052f]+")
"""Latin, Greek and Cyrillic, in lower case."""
WEB = re.compile(r"https?://\S++")
OPENING = 350
"""Characters of the beginning that teach what the language looks like."""
PAIRS = 250
"""Pairs of letters after it, at least."""
# This finds nothing on 1,225 pages; of 110 pages whose paragraphs after the fourth are in ROT13 it finds 104,
# and 56 with the letters of each word mixed. Of the pairs in a paragraph the opening has .62 or more in 999
# of 1,000; of the same in ROT13 .45 in the middle.
KNOWN_PAIRS = 0.7
KNOWN_WORDS = 0.1
"""The share of words of three to five letters that the opening has too."""


def without_scrambled(paragraphs: list[str]) -> tuple[list[str], bool]:
    """The paragraphs before the mixed ones, which go on to the end, and whether there are such."""
    end = 0
    length = 0
    while end < len(paragraphs) and length < OPENING:
        length += len(paragraphs[end])
        end += 1
    pairs, words = set(_pairs(paragraphs[:end])), set(_words(paragraphs[:end]))
    start = len(paragraphs)
    while start > end and _is_mixed(paragraphs[start - 1 : start], pairs, words, 0):
        start -= 1
    several = len(paragraphs) - start > 1
    mixed = several and length >= OPENING and _is_mixed(paragraphs[start:], pairs, words, PAIRS)
    return (paragraphs[:start], True) if mixed else (paragraphs, False)


def _is_mixed(paragraphs: list[str], pairs: set[str], words: set[str], fewest: int) -> bool:
    seen, short = list(_pairs(paragraphs)), list(_words(paragraphs))
    if len(seen) <= fewest:
        return False
    known = sum(pair in pairs for pair in seen) / len(seen)
    return known < KNOWN_PAIRS and sum(word in words for word in short) <= KNOWN_WORDS * len(short)


def _pairs(paragraphs: Iterable[str]) -> Iterable[str]:
    for paragraph in paragraphs:
        for word in LETTERS.findall(WEB.sub(" ", paragraph.casefold())):
            bounded = f" {word} "
            yield from (bounded[at : at + 2] for at in range(len(bounded) - 1))


def _words(paragraphs: Iterable[str]) -> Iterable[str]:
    for paragraph in paragraphs:
        yield from (
            word for word in LETTERS.findall(WEB.sub(" ", paragraph.casefold())) if 3 <= len(word) <= 5
        )
