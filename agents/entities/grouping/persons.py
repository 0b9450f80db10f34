"""Which names of persons are short for others: `Flynn` and `Mike Flynn` for `Michael T. Flynn`."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from agents.entities.grouping.names import Name, differ_by_one, key

PERSON = "person"
#: Words before a name that are no part of it. Models include some of them: "President Trump".
HONORIFIC = re.compile(
    r"mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|reverend|pope|king|queen|prince|princess"
    r"|president|chancellor|premier|minister|secretary|senator|sen|congressman|congresswoman|rep|governor"
    r"|gov|mayor|judge|justice|general|gen|colonel|col|captain|capt|major|lieutenant|lt|sergeant|sgt|officer"
    r"|herr|frau|mme|madame|monsieur|señora?|signora?"
)
#: They distinguish father and son: "Donald Trump Jr."
GENERATION = re.compile(r"jr|sr|ii|iii|iv")
#: "Bill and Hillary Clinton" are two.
JOINERS = frozenset(("and", "&", "or", "/"))
#: First names and what their bearers are mostly called.
NICKNAMES = {
    "william": "bill billy will",
    "robert": "bob bobby rob",
    "richard": "dick rick rich",
    "james": "jim jimmy jamie",
    "john": "jack johnny",
    "joseph": "joe joey",
    "michael": "mike mick",
    "thomas": "tom tommy",
    "edward": "ed eddie ted ned",
    "charles": "charlie chuck",
    "anthony": "tony",
    "christopher": "chris",
    "nicholas": "nick",
    "alexander": "alex sasha",
    "benjamin": "ben",
    "samuel": "sam",
    "daniel": "dan danny",
    "matthew": "matt",
    "andrew": "andy drew",
    "david": "dave",
    "stephen": "steve",
    "steven": "steve",
    "gregory": "greg",
    "jeffrey": "jeff",
    "kenneth": "ken",
    "ronald": "ron",
    "donald": "don",
    "timothy": "tim",
    "patrick": "pat paddy",
    "peter": "pete",
    "lawrence": "larry",
    "elizabeth": "liz beth betty lizzie",
    "margaret": "maggie peggy meg",
    "katherine": "kate kathy katie",
    "catherine": "kate cathy",
    "susan": "sue",
    "jennifer": "jen jenny",
    "deborah": "debbie",
    "patricia": "pat patty",
    "barbara": "barb",
    "victoria": "vicky",
    "francisco": "paco pancho",
    "josé": "pepe",
    "giuseppe": "beppe",
    "aleksandr": "sasha",
    "vladimir": "volodya",
}
#: A slip of spelling is one letter in a last name of this length, which stands there correctly too.
SLIP_LENGTH = 5


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


def aliases(names: Sequence[Name]) -> dict[str, str]:
    """Short name → the full name of the only person that it can stand for. Longer names are read first."""
    parts = {name.key: person(name.key) for name in names if _may_be_person(name.types)}
    kinds = {name.key: name.type for name in names}
    bearers: defaultdict[str, list[str]] = defaultdict(list)
    full: dict[str, str] = {}
    for name in sorted(parts, key=lambda name: (-len(parts[name].words), -len(name), name)):
        longer = _only(name, parts, bearers)
        if longer is not None:
            full[name] = longer
        elif kinds[name] == PERSON:
            for word in {parts[name].words[-1], parts[name].words[0]}:
                bearers[word].append(name)
    return full | _slips(names, parts, full)


def _only(name: str, parts: dict[str, Person], bearers: dict[str, list[str]]) -> str | None:
    """The only person whose name this can be short for: by the last name, else by the first name alone."""
    own = parts[name]
    by_last = [each for each in bearers.get(own.words[-1], ()) if is_short_for(own, parts[each])]
    if len(by_last) == 1:
        return by_last[0]
    if by_last or len(own.words) > 1:
        return None
    by_first = [each for each in bearers.get(own.words[0], ()) if _is_first_name_of(own, parts[each])]
    return by_first[0] if len(by_first) == 1 else None


def is_short_for(short: Person, full: Person) -> bool:
    """Whether `short` may be another way to write `full`.

    "Flynn", "T. Flynn" and "Mike Flynn" are short for "Michael T. Flynn", and "van Gogh" is for "Vincent
    van Gogh". "Donald Trump" is not short for "Donald Trump Jr.", but "Trump" is.
    """
    if len(short.words) > len(full.words) or full.several or short.several or short.words == full.words:
        return short.words == full.words and short.generation == full.generation
    if short.generation != full.generation and len(short.words) > 1:
        return False
    return full.words[-len(short.words) :] == short.words or _skips_middle_names(short.words, full.words)


def _skips_middle_names(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    if len(short) < 2 or short[-1] != full[-1] or not _same_first_name(short[0], full[0]):
        return False
    left = iter(full[1:-1])
    return all(any(_same_or_initial(word, other) for other in left) for word in short[1:-1])


def _same_first_name(name: str, other: str) -> bool:
    return (
        name == other or name in NICKNAMES.get(other, "").split() or other in NICKNAMES.get(name, "").split()
    )


def _same_or_initial(word: str, other: str) -> bool:
    return word == other or (len(word) == 1 and other.startswith(word))


def _is_first_name_of(short: Person, full: Person) -> bool:
    return len(full.words) > 1 and not full.several and _same_first_name(short.words[0], full.words[0])


def _slips(names: Sequence[Name], parts: dict[str, Person], full: dict[str, str]) -> dict[str, str]:
    """A last name that stands there once, one letter from that of the only person with such a name."""
    slips: dict[str, str] = {}
    bearers = [name for name in names if name.type == PERSON and len(parts[name.key].words) > 1]
    for name in names:
        if name.key in full or name.mentions > 1 or name.key not in parts or len(parts[name.key].words) > 1:
            continue
        fitting = [
            each.key for each in bearers if _is_slip(parts[name.key].words[0], parts[each.key].words[-1])
        ]
        if len({full.get(each, each) for each in fitting}) == 1:
            slips[name.key] = fitting[0]
    return slips


def _is_slip(short: str, last: str) -> bool:
    return len(short) >= SLIP_LENGTH and short[0] == last[0] and differ_by_one(short, last)


def _may_be_person(types: Counter[str]) -> bool:
    """Whether a name may be a person's: models often take a last name alone for something else.

    To one model "Trump" is an organisation in two of three mentions, although the text has "Donald Trump". A
    name that is mostly something else stays that: "Ford" the company in a text with "Bill Ford".
    """
    others = Counter({kind: count for kind, count in types.items() if kind != PERSON})
    return 2 * types[PERSON] >= max(others.values(), default=0) and types[PERSON] > 0
