"""Words with a capital letter that a model takes for names: months, greetings, a word that somebody says."""

import re
from collections.abc import Iterable, Iterator

from agents.entities.mentions import Mention

#: In the plural; the singular is a date.
TIMES = frozenset(
    (
        "mondays tuesdays wednesdays thursdays fridays saturdays sundays januaries februaries marches aprils"
        " mays junes julys augusts septembers octobers novembers decembers"
    ).split()
)
GREETINGS = frozenset(
    (
        "merry christmas|happy christmas|happy new year|happy birthday|happy easter|happy holidays"
        "|happy thanksgiving|season's greetings|seasons greetings|good morning|good afternoon|good evening"
        "|good night|eid mubarak|ramadan kareem|shana tova|happy diwali|happy hanukkah|congratulations"
        "|thank you|welcome"
    ).split("|")
)
OPENS = "“\"‘«„'"
#: After the words of somebody: `,” she said`.
SAID = re.compile(
    r"[,!?…]\s?[”\"’»“']\s(?:(?:(?:he|she|they|it)|[A-Z][\w’'-]{1,20}(?:\s[A-Z][\w’'-]{1,20}){0,2})\s)?"
    r"(?:said|says|shouted|whispered|answered|replied|asked|cried|called|muttered|added)\b"
)


def without_no_names(text: str, mentions: Iterable[Mention]) -> Iterator[Mention]:
    for mention in mentions:
        words = " ".join(mention.text.replace("’", "'").casefold().split())
        if words not in TIMES and words not in GREETINGS and not _is_spoken(text, mention):
            yield mention


def _is_spoken(text: str, mention: Mention) -> bool:
    """Whether a work's title is all that somebody says: `“Iron,” she said.`"""
    is_opened = text[max(0, mention.start - 1) : mention.start] in tuple(OPENS)
    return mention.type in ("work", "product") and is_opened and SAID.match(text, mention.end) is not None
