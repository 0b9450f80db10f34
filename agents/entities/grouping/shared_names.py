"""Whose last name it is, where two people of one article share it: `Mr. Keane`, `Ms. Keane`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from agents.entities.grouping.names import key
from agents.entities.grouping.persons import PERSON, is_short_for, person
from agents.entities.mentions import Mention
from agents.entities.people.first_names import MAN, WOMAN, Gender, gender

BEFORE = 20


def bearers(mentions: Sequence[Mention], text_of: Callable[[Mention], str]) -> dict[Mention, str]:
    """Mention of a shared last name → the name of the person who is meant.

    The title before it says who, or else that only one of them has been named so far.
    """
    full = _by_last_name(mentions)
    return {
        mention: key(whose[0].text)
        for mention in mentions
        if mention.type == PERSON and (named := full.get(key(mention.text)))
        if len(whose := list(_fitting(mention, named, text_of(mention)))) == 1
    }


def _by_last_name(mentions: Sequence[Mention]) -> dict[str, list[Mention]]:
    """Last names of several people, with the first mention of the full name of each."""
    named: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        own = person(mention.text)
        if mention.type == PERSON and len(own.words) > 1 and not own.several:
            others = named[own.words[-1]]
            if not any(_are_the_same(mention, other) for other in others):
                others.append(mention)
    return {last: own for last, own in named.items() if len(own) > 1}


def _are_the_same(mention: Mention, other: Mention) -> bool:
    own, its = person(mention.text), person(other.text)
    return is_short_for(own, its) or is_short_for(its, own)


def _fitting(mention: Mention, named: Sequence[Mention], text: str) -> Iterator[Mention]:
    before = text[max(0, mention.start - BEFORE) : mention.start]
    wanted: Gender | None = "m" if MAN.search(before) else "f" if WOMAN.search(before) else None
    if wanted is not None:
        fitting = [each for each in named if gender(each.text) in (wanted, None)]
        if len(fitting) == 1:
            yield from fitting
            return
    is_in_text = mention.field == "text"
    yield from (each for each in named if is_in_text and each.field == "text" and each.start < mention.start)
