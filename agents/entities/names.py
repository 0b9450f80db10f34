"""Names in a form in which those of the same article can be compared."""

import re
from typing import NamedTuple

#: Words before a name that are no part of it. Models include some of them: "President Trump".
HONORIFIC = re.compile(
    r"mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|reverend|pope|king|queen|prince|princess"
    r"|president|chancellor|premier|minister|secretary|senator|sen|congressman|congresswoman|rep|governor"
    r"|gov|mayor|judge|justice|general|gen|colonel|col|captain|capt|major|lieutenant|lt|sergeant|sgt|officer"
)
#: They distinguish father and son: "Donald Trump Jr."
GENERATION = re.compile(r"jr|sr|ii|iii|iv")
#: "Bill and Hillary Clinton" are two.
JOINERS = frozenset(("and", "&", "or", "/"))
APOSTROPHES = str.maketrans("’‘ʼ`", "''''")


def key(text: str) -> str:
    """The name in lower case, with single spaces and plain apostrophes."""
    return " ".join(text.translate(APOSTROPHES).casefold().split())


class Person(NamedTuple):
    """The parts of a person's name: ("michael", "t", "flynn"), and "jr" if it has that."""

    words: tuple[str, ...]
    generation: str = ""

    @property
    def several(self) -> bool:
        """Whether more than one person is named."""
        return not JOINERS.isdisjoint(self.words)


def person(text: str) -> Person:
    """The parts of a name without honorifics, unless it has nothing else."""
    words = [word.strip(".,") or word for word in re.split(r"\s+", key(text))]
    while len(words) > 1 and HONORIFIC.fullmatch(words[0]):
        words = words[1:]
    generation = words.pop() if len(words) > 1 and GENERATION.fullmatch(words[-1]) else ""
    return Person(tuple(words), generation)


def is_short_for(short: Person, full: Person) -> bool:
    """Whether `short` may be another way to write `full`.

    "Flynn", "T. Flynn" and "Michael Flynn" are short for "Michael T. Flynn", and "van Gogh" is for "Vincent
    van Gogh". "Donald Trump" is not short for "Donald Trump Jr.", but "Trump" is.
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
