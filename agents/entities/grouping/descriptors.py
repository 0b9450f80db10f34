"""What the article calls a person or an organisation: `President-elect`, `the mayor of Lund`, `27`."""

import re
from collections.abc import Iterator, Sequence

from agents.entities.mentions import Mention
from agents.entities.repair.words import TITLE

#: Up to four words, of which the last is a title, right before a name.
WORDS_BEFORE = re.compile(r"(?<![\w'’.-])(?:[\w'’.-]++\s++){1,5}$")
AGE = re.compile(r",\s(?:aged\s)?(\d{1,3})(?=[,.;)])|\s\((\d{1,2})\)")
APPOSITION = re.compile(
    r",\s((?:an?|the|his|her|its|their|[A-Z][\w.-]{1,30}['’]s?)\s[^,.;:!?()\n“”\"]{3,60})(?=[,.;:!?\n])"
)
#: `President-elect`, `Governor-General`.
AFTER_TITLE = re.compile(r"-(?:elect|designate|general|select)$", re.IGNORECASE)
ARTICLES = ("The", "A", "An")
MOST = 4


def descriptors(mentions: Sequence[Mention], title: str, text: str) -> list[str]:
    """Each once, in the order of the mentions."""
    words_for_it: dict[str, None] = {}
    for mention in mentions:
        whole = title if mention.field == "title" else text
        for each in (*_before(whole, mention), *_after(whole, mention)):
            words_for_it.setdefault(each)
    return list(words_for_it)[:MOST]


def _before(whole: str, mention: Mention) -> Iterator[str]:
    """The title right before the name, with what belongs to it: `Turkish Foreign Minister`."""
    match = WORDS_BEFORE.search(whole, max(0, mention.start - 60), mention.start)
    if match is None or mention.type != "person":
        return
    words = match[0].split()
    kept: list[str] = []
    for word in reversed(words):
        is_title = bool(TITLE.fullmatch(AFTER_TITLE.sub("", word))) or (
            kept and word[0].isupper() and word not in ARTICLES and not word.endswith((".", ",", "’s", "'s"))
        )
        if not is_title:
            break
        kept.append(word)
    if kept and (len(kept) > 1 or kept[0][0].isupper()):
        yield " ".join(reversed(kept))


def _after(whole: str, mention: Mention) -> Iterator[str]:
    if mention.type == "person" and (age := AGE.match(whole, mention.end)):
        yield age[1] or age[2]
        return
    if apposition := APPOSITION.match(whole, mention.end):
        yield apposition[1].strip()
