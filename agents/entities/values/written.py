"""Amounts and times of day by how they are written, where a model takes part of them or another type."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from agents.entities.mentions import Mention
from agents.entities.repair.marked import added, at
from agents.entities.values.amounts import CODES, SIGNS
from agents.entities.values.kinds import VALUES

FIGURES = r"\d(?:[\d.,]{0,20}\d)?"
ABOUT = (
    r"(?:(?:about|around|nearly|almost|roughly|approximately|some|up to|at least|at most|as much as"
    r"|as little as|more than|less than|over|under|another|an estimated|an additional|an extra|close to"
    r"|well over) )?"
)
SCALE = r"(?:[ -]?(?:hundred|thousand|million|billion|trillion|lakh|crore)s?|[ ]?(?:bn|mn|tn|m|k))\b"
SIGN = rf"(?:{'|'.join(re.escape(sign) for sign in SIGNS)}|GH¢|¢|K?Sh\.? ?|Rs\.? ?|RM ?|Rp\.? ?)"
#: One capital letter is a currency only before what no road or robot is numbered with.
INITIAL = rf"[NRPK](?=\d{{1,3}}(?:,\d{{3}}|(?:\.\d{{1,2}})?{SCALE}))"
CODE = rf"(?:{CODES}) ?"
CURRENCY = (
    r"(?:(?:U\.?S\.?|American|Australian|Canadian|Hong Kong|Singapore|New Zealand|Swiss|Swedish|Norwegian"
    r"|Danish|Icelandic|Pakistani|Sri Lankan|Nepalese|Mexican|Argentine|Philippine|Chilean|Colombian|Kenyan"
    r"|Ugandan|Tanzanian|Kuwaiti|Iraqi|Serbian|Jamaican|Taiwan) )?"
    r"(?:dollars?|euros?|yen|yuan|renminbi|rupees?|roubles?|rubles?|lira|liras|naira|rand|reais|zlotys?|forints?"
    r"|francs?|krona|kronor|kroner|hryvnias?|shekels?|baht|ringgit|rupiah|dong|taka|cedis?|tenge|dirhams?|riyals?"
    r"|rials?|pesos?|soles|shillings?|dinars?|crowns?|pence|cents?)\b"
)
IN_WORDS = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ])?"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
START = r"(?<![\w.,$€£¥₹-])"
PERCENT = re.compile(
    rf"{START}{ABOUT}(?:{FIGURES}|\b{IN_WORDS})(?:(?: to |-|–| and ){FIGURES})?"
    r"(?:\s?%|(?: |-)?(?:per ?cent(?:age points?)?|pc|pct)\b)",
    re.IGNORECASE,
)
MONEY = re.compile(
    rf"{START}{ABOUT}(?:(?:{SIGN}|{INITIAL}|{CODE}){FIGURES}(?:{SCALE})?(?: {CURRENCY})?"
    rf"|{FIGURES}(?:{SCALE})? {CURRENCY}|{FIGURES}{SCALE} (?:pounds|won)\b|\d{{1,2}}p\b)"
)
PART_OF_DAY = re.compile(
    r"\b(?:(?:late|early|late on|early on) )?"
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[Yy]esterday|[Tt]omorrow)"
    r" (?:morning|afternoon|evening|night)\b"
)
CLOCK = re.compile(
    rf"{START}(?:(?:about|around|just before|just after|shortly before|shortly after) )?"
    r"\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]m\b|[ap]\.m\.)"
)
SAYS_PERCENT = re.compile(r"%|\b(?:per ?cent|pc\b|pct\b|percentage)", re.IGNORECASE)
HOURS = re.compile(r"(?:hours?|minutes?|seconds?)$")
#: No part of an amount, though a model may take them for one.
RESTRICTING = re.compile(r"(?:only|just|exactly|merely)\s+", re.IGNORECASE)
#: A name longer by more than this has the amount within it: `the Million Dollar 500`.
LONGER = 3
BY_END = attrgetter("end")
KINDS = (("percent", PERCENT), ("money", MONEY), ("time", CLOCK), ("time", PART_OF_DAY))


def with_written(whole: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The values and names in their order, with what is written as an amount or a time of day.

    A model's own bounds stay where it has the type and all of what is written.
    """
    mentions = [_plain(each) for each in mentions]
    written = added([], _written(whole))
    kept = [each for each in mentions if all(_holds(each, other) for other in _touched(each, written))]
    return added(kept, written)


def _touched(mention: Mention, written: Sequence[Mention]) -> Iterator[Mention]:
    """The written values that share some of its words."""
    place = bisect_left(written, mention.start, key=BY_END)
    while place < len(written) and written[place].start < mention.end:
        if mention.start < written[place].end:
            yield written[place]
        place += 1


def _written(whole: str) -> Iterator[Mention]:
    for kind, pattern in KINDS:
        for match in pattern.finditer(whole):
            yield at("text", whole, match.start(), match.end(), kind)


def _holds(mention: Mention, written: Mention) -> bool:
    """Whether the mention has all of it, as the same type or as a longer name."""
    inside = mention.start <= written.start and written.end <= mention.end
    is_longer_name = mention.type not in VALUES and len(mention.text) > len(written.text) + LONGER
    return inside and (mention.type == written.type or is_longer_name)


def _plain(mention: Mention) -> Mention:
    """A value without what restricts it; a date of hours is a time."""
    if mention.type not in VALUES:
        return mention
    lead = RESTRICTING.match(mention.text)
    start = lead.end() if lead else 0
    kind = "time" if mention.type == "date" and HOURS.search(mention.text) else mention.type
    if kind == "percent" and not SAYS_PERCENT.search(mention.text):
        kind = "quantity"
    return Mention(mention.field, mention.start + start, mention.end, mention.text[start:], kind)
