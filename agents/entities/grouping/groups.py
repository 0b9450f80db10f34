"""Mentions → groups of mentions of the same entity. Each mention is in exactly one group.

A group has mentions of the same name, and of the short forms that can mean only it: a last name, an acronym,
a name without its legal form, a slip of spelling. The order of the mentions makes no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from agents.entities.grouping import organisations, persons, places
from agents.entities.grouping.names import Name, key
from agents.entities.mentions import Mention
from agents.entities.types import TYPES


def group(mentions: Sequence[Mention], bearers: Mapping[Mention, str] | None = None) -> list[list[Mention]]:
    """The groups in the order of their first mention; in each, the mentions in their order.

    `bearers`: mentions of a shared last name, with the name of the person who is meant.
    """
    keys = {mention: (bearers or {}).get(mention, key(mention.text)) for mention in mentions}
    forms: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        forms[keys[mention]].append(mention)
    names = [_name(text, named) for text, named in sorted(forms.items())]
    full = persons.aliases(names) | organisations.aliases(names) | places.aliases(names)
    groups: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[_fullest(keys[mention], full)].append(mention)
    return list(groups.values())


def type_of(mentions: Iterable[Mention]) -> str:
    """The type that most of the mentions have; if several have as many, the first in the order of `TYPES`."""
    counts = Counter(mention.type for mention in mentions)
    return max(TYPES, key=lambda kind: counts[kind])


def _name(text: str, mentions: Sequence[Mention]) -> Name:
    own = [mention for mention in mentions if key(mention.text) == text] or mentions
    forms = Counter(" ".join(mention.text.split()) for mention in own)
    form = min(forms, key=lambda each: (each.isupper(), -forms[each], each))
    return Name(text, form, Counter(mention.type for mention in mentions), type_of(mentions))


def _fullest(name: str, full: dict[str, str]) -> str:
    """The name at the end of the chain of fuller names."""
    passed = {name}
    while (longer := full.get(name, name)) not in passed:
        passed.add(longer)
        name = longer
    return name
