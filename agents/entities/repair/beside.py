"""Types that the words right beside a name say: `the ferry X`, `X, the company's director`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.entities.mentions import Mention
from agents.entities.organisations.table import known
from agents.entities.people.first_names import is_first_name, is_frequent
from agents.entities.places.demonyms import country_of, is_demonym
from agents.entities.places.rivers import RIVERS
from agents.entities.repair.words import TITLE

#: How much of the text before and after a name is read.
BEFORE, AFTER = 40, 90
VESSEL = re.compile(
    r"\b(?:the|an?|its|their|his|her)\s(?:[a-z-]{2,20}\s)?(?:ship|vessel|cutter|ferry|trawler|tanker|frigate"
    r"|destroyer|freighter|yacht|schooner|submarine|icebreaker|tugboat|steamer|lifeboat|spacecraft|satellite"
    r"|rocket|locomotive)\s$"
)
#: What gets a name and is an `it` is no person.
NAMED_IT = re.compile(r"\b(?:called|named|christened|dubbed|nicknamed)\sit\s$|\bit\sthe\s(?:nick)?name\s$")
#: Before names of places, of which there are several: `the villages of Asker and Moss`.
SEVERAL = re.compile(
    r"\b(?:villages|towns|cities|hamlets|suburbs|districts|provinces|islands|counties|ports|settlements"
    r"|communes)\s(?:of|like|around|near|including|such as)\s$"
)
JOINT = re.compile(r",\s|,?\s(?:and|or)\s")
RIVER = re.compile(r"\b(?:the|The|River|river)\s$")
WITHIN = re.compile(r"\b(?:in|In|under|across|Across|throughout|outside|near)\s$")
#: After the name of who leads it: `the Obama administration`.
LED = re.compile(r"\s(?:administration|presidency|government|regime|cabinet|family|brothers|era)\b")
#: `, the company's managing director`, up to what follows its noun.
APPOSITION = re.compile(
    r",\s(?:an?|the|its|his|her|their)(?:\s[\w’'-]{1,20}){1,6}?(?=\s(?:of|at|for|in|with|from|to|on|who|that"
    r"|which|whose|based)\s|[,.;:\n])"
)
#: Types that small places are taken for.
UNSURE = ("person", "organisation", "group")
#: Nouns for what acts like a company.
COMPANY = frozenset(
    (
        "company firm agency bank airline maker manufacturer retailer brewer publisher newspaper broadcaster"
        " operator insurer charity union cooperative co-operative start-up startup contractor lender"
        " carmaker automaker supplier wholesaler conglomerate nonprofit non-profit think-tank"
    ).split()
)


def with_types_beside(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, those of a name that words beside one of them say something of with that type."""
    kinds: dict[str, str] = {}
    for mention, kind in (*_single(text, mentions), *_listed(text, mentions)):
        kinds.setdefault(mention.text, kind)
    return [replace(each, type=kinds.get(each.text, each.type)) for each in mentions]


def _single(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, str]]:
    for mention in mentions:
        before = text[max(0, mention.start - BEFORE) : mention.start]
        kind = _by_before(before, mention) or _by_apposition(text, mention) or _by_office(text, mention)
        if kind is not None:
            yield mention, kind


def _by_before(before: str, mention: Mention) -> str | None:
    if mention.type in ("person", "work") and (VESSEL.search(before) or NAMED_IT.search(before)):
        return "product"
    if mention.text in RIVERS and RIVER.search(before):
        return "place"
    is_region = mention.type == "group" and " " not in mention.text and not is_demonym(mention.text)
    return "place" if is_region and WITHIN.search(before) else None


def _by_office(text: str, mention: Mention) -> str | None:
    is_name = mention.type == "organisation" and " " not in mention.text and mention.text[1:].islower()
    is_free = is_name and not known(mention.text) and not country_of(mention.text)
    return "person" if is_free and LED.match(text, mention.end) else None


def _by_apposition(text: str, mention: Mention) -> str | None:
    match = APPOSITION.match(text, mention.end, mention.end + AFTER)
    words = mention.text.split()
    if match is None or len(words) < 2 or known(mention.text):
        return None
    noun = match[0].split()[-1]
    if mention.type != "person" and is_frequent(words[0]) and TITLE.fullmatch(noun):
        return "person"
    may_be_person = mention.type == "person" and is_first_name(words[0])
    return "organisation" if mention.type != "group" and not may_be_person and noun in COMPANY else None


def _lists(text: str, mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Mentions that stand together: `Asker, Moss and Ås`."""
    chain: list[Mention] = []
    for mention in mentions:
        if chain and not JOINT.fullmatch(text, chain[-1].end, mention.start):
            yield chain
            chain = []
        chain.append(mention)
    if chain:
        yield chain


def _listed(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, str]]:
    """Places among places: after `villages of`, and where all others of a list are places."""
    for chain in _lists(text, mentions):
        before = text[max(0, chain[0].start - BEFORE) : chain[0].start]
        others = [mention for mention in chain if mention.type != "place"]
        is_odd = len(chain) > 2 and len(others) == 1 and _may_be_place(others[0])
        for mention in others:
            if mention.type in UNSURE and (SEVERAL.search(before) or is_odd):
                yield mention, "place"


def _may_be_place(mention: Mention) -> bool:
    return mention.text[1:].islower() and " " not in mention.text and not known(mention.text)
