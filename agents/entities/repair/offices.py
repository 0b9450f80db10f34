"""What belongs to the name of an office, and is no organisation by itself: `Secretary of State`."""

import re
from collections.abc import Iterable, Iterator

from agents.entities.mentions import Mention

OFFICE = re.compile(
    r"\b(?:[Ss]ecretary|[Mm]inister|[Cc]hancellor|[Cc]ommissioner|[Dd]irector|[Aa]ttorney|[Ss]peaker|[Pp]resident)"
    r"\s+(?:of|for)\s+(?:the\s+)?$"
)
#: What follows `Secretary of` without being the name of anything that acts.
SUBJECTS = frozenset(
    "State Defense Defence Labor Labour Energy Education Health Commerce Transportation Transport Agriculture"
    " Interior Justice Finance Culture Trade Industry Environment Housing".split()
)


def without_offices(text: str, mentions: Iterable[Mention]) -> Iterator[Mention]:
    for mention in mentions:
        before = text[max(0, mention.start - 30) : mention.start]
        if mention.text not in SUBJECTS or not OFFICE.search(before):
            yield mention
