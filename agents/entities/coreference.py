"""Mentions → groups of mentions of the same entity. Each mention is in exactly one group.

A group has mentions of the same name, and of a last name with the full name of the only person who has it.
The order of the mentions makes no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from agents.entities.mentions import Mention
from agents.entities.names import is_short_for, key, person
from agents.entities.types import TYPES

PERSON = TYPES[0]


def group(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """The groups in the order of their first mention; in each, the mentions in their order."""
    names: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        names[key(mention.text)].append(mention)
    full = _full_names(names)
    groups: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        name = key(mention.text)
        groups[full.get(name, name)].append(mention)
    return list(groups.values())


def type_of(mentions: Iterable[Mention]) -> str:
    """The type that most of the mentions have; if several have as many, the first in the order of `TYPES`."""
    counts = Counter(mention.type for mention in mentions)
    return max(TYPES, key=lambda kind: counts[kind])


def _full_names(names: dict[str, list[Mention]]) -> dict[str, str]:
    """Short name → the full name of the only person that it can stand for. Longer names are read first."""
    parts = {name: person(name) for name, mentions in names.items() if _may_be_person(mentions)}
    bearers: defaultdict[str, list[str]] = defaultdict(list)
    full: dict[str, str] = {}
    for name in sorted(parts, key=lambda name: (-len(parts[name].words), -len(name), name)):
        candidates = bearers[parts[name].words[-1]]
        longer = [candidate for candidate in candidates if is_short_for(parts[name], parts[candidate])]
        if len(longer) == 1:
            full[name] = longer[0]
        elif type_of(names[name]) == PERSON:
            candidates.append(name)
    return full


def _may_be_person(mentions: list[Mention]) -> bool:
    """Whether a name may be a person's: models often take a last name alone for something else.

    To one model "Trump" is an organisation in two of three mentions, although the text has "Donald Trump". A
    name that is mostly something else stays that: "Ford" the company in a text with "Bill Ford".
    """
    counts = Counter(mention.type for mention in mentions)
    persons = counts.pop(PERSON, 0)
    return 2 * persons >= max(counts.values(), default=0) and persons > 0
