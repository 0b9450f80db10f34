"""Mentions → who is who: the mentions of one entity together, each mention in exactly one group.

What is put together is the same name, and a last name with the full name of the one person who bears it.
The order of the mentions has no say in that.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from agents.entities.mentions import Mention
from agents.entities.names import Person, is_short_for, key, person
from agents.entities.types import TYPES

PERSON = TYPES[0]


def group(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """The groups in the order of their first mention; in each, the mentions in their order."""
    names: defaultdict[str, list[Mention]] = defaultdict(list)
    for one in mentions:
        names[key(one.text)].append(one)
    full = _full_names(names)
    groups: defaultdict[str, list[Mention]] = defaultdict(list)
    for one in mentions:
        name = key(one.text)
        groups[full.get(name, name)].append(one)
    return list(groups.values())


def type_of(mentions: Iterable[Mention]) -> str:
    """The type that most of the mentions have; of equals the first in the order of `TYPES`."""
    counts = Counter(one.type for one in mentions)
    return max(TYPES, key=lambda kind: counts[kind])


def _full_names(names: dict[str, list[Mention]]) -> dict[str, str]:
    """Short name → the full name of the only person that it can stand for. From the longest name down."""
    parts = {name: person(name) for name, mentions in names.items() if _may_be_person(mentions)}
    bearers: defaultdict[str, list[str]] = defaultdict(list)
    full: dict[str, str] = {}
    for name in sorted(parts, key=lambda name: (-len(parts[name].words), -len(name), name)):
        longer = _bearers(parts[name], bearers[parts[name].words[-1]], parts)
        if len(longer) == 1:
            full[name] = longer[0]
        elif type_of(names[name]) == PERSON:
            bearers[parts[name].words[-1]].append(name)
    return full


def _bearers(short: Person, candidates: list[str], parts: dict[str, Person]) -> list[str]:
    return [name for name in candidates if is_short_for(short, parts[name])]


def _may_be_person(mentions: list[Mention]) -> bool:
    """Whether a name may be a person's: models often take a lone last name for something else.

    "Trump" is an organisation in two of three mentions to one model, beside "Donald Trump". A name that is
    mostly something else stays that: "Ford" the company beside "Bill Ford".
    """
    counts = Counter(one.type for one in mentions)
    persons = counts.pop(PERSON, 0)
    return 2 * persons >= max(counts.values(), default=0) and persons > 0
