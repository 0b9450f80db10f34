"""What a name is when it is compared with others of the same article."""

import re
from typing import NamedTuple

#: Words before a name that are no part of it. Models take some of them for it: "President Trump".
HONORIFIC = re.compile(
    r"mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|reverend|pope|king|queen|prince|princess"
    r"|president|chancellor|premier|minister|secretary|senator|sen|congressman|congresswoman|rep|governor"
    r"|gov|mayor|judge|justice|general|gen|colonel|col|captain|capt|major|lieutenant|lt|sergeant|sgt|officer"
)
#: They tell father and son apart: "Donald Trump Jr."
GENERATION = re.compile(r"jr|sr|ii|iii|iv")
#: "Bill and Hillary Clinton" are two.
JOINERS = frozenset(("and", "&", "or", "/"))
APOSTROPHES = str.maketrans("’‘ʼ`", "''''")


def key(text: str) -> str:
    """The name without case, spacing and form of apostrophes."""
    return " ".join(text.translate(APOSTROPHES).casefold().split())


class Person(NamedTuple):
    """The parts of a person's name: ("michael", "t", "flynn"), and "jr" where it is there."""

    words: tuple[str, ...]
    generation: str = ""

    @property
    def several(self) -> bool:
        """Whether more than one person is named."""
        return not JOINERS.isdisjoint(self.words)


def person(text: str) -> Person:
    """The parts of a name, without honorifics, unless nothing else is there."""
    words = [word.strip(".,") or word for word in re.split(r"\s+", key(text))]
    while len(words) > 1 and HONORIFIC.fullmatch(words[0]):
        words = words[1:]
    generation = words.pop() if len(words) > 1 and GENERATION.fullmatch(words[-1]) else ""
    return Person(tuple(words), generation)


def is_short_for(short: Person, full: Person) -> bool:
    """Whether `short` may be another way to write `full`.

    "Flynn", "T. Flynn" and "Michael Flynn" are short for "Michael T. Flynn"; "van Gogh" is for
    "Vincent van Gogh".
    "Donald Trump" is not short for "Donald Trump Jr."; "Trump" is.
    """
    if len(short.words) > len(full.words) or full.several or short.several:
        return False
    if short.generation != full.generation and len(short.words) > 1:
        return False
    return full.words[-len(short.words) :] == short.words or _skips_middle_names(short.words, full.words)


def _skips_middle_names(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    if len(short) < 2 or (short[0], short[-1]) != (full[0], full[-1]):
        return False
    left = iter(full[1:-1])
    return all(any(_same_or_initial(word, other) for other in left) for word in short[1:-1])


def _same_or_initial(word: str, other: str) -> bool:
    return word == other or (len(word) == 1 and other.startswith(word))
