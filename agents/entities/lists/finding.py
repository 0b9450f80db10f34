"""The names of an article in a language without a model."""

import re
from collections.abc import Iterator, Sequence

from agents.entities.lists.organisations import organisations
from agents.entities.lists.persons import persons
from agents.entities.lists.places import PlaceFinder, landmarks
from agents.entities.lists.tokens import Token, runs
from agents.entities.lists.words import BEFORE_VESSEL, EVENT_HEAD
from agents.entities.mentions import Mention
from agents.entities.places.table import Places
from agents.entities.repair.acronyms import with_acronyms
from agents.entities.repair.agencies import with_agencies
from agents.entities.repair.datelines import with_datelines
from agents.entities.repair.marked import added, at, whole_words
from agents.entities.repair.surnames import with_surnames

ACRONYM = re.compile(r"(?<![\w-])[A-ZÄÖÜÉÈÀÑÇ]{2,6}(?![\w-])")
ROMAN = re.compile("[IVXLCM]+")
#: How much of the text before a name is read.
BEFORE = 24
MOST_WORDS = 3


class ListFinder:
    """Finds names without a model, in languages that are written in the Latin script."""

    name = "lists"

    def __init__(self, places: Places, language: str) -> None:
        self.places, self._finder = places, PlaceFinder(places, language)

    def find(self, title: str, text: str) -> list[Mention]:
        whole = f"{title}\n\n{text}" if title else text
        start = len(whole) - len(text)
        return [
            _moved(each, start, len(title))
            for each in self.in_whole(whole)
            if not _is_between(each, start, len(title))
        ]

    def in_whole(self, whole: str) -> list[Mention]:
        every = list(runs(whole))
        mentions: list[Mention] = []
        rules = (
            landmarks,
            _events,
            _vessels,
            organisations,
            self._finder.countries,
            persons,
            self._finder.cities,
            self._acronyms,
        )
        for rule in rules:
            mentions = added(mentions, rule(whole, every))
        mentions = with_surnames(whole, added(mentions, _elsewhere(whole, mentions)))
        mentions = with_datelines(whole, mentions, self.places)
        return with_acronyms(whole, with_agencies(whole, mentions))

    def _acronyms(self, whole: str, _runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
        for match in ACRONYM.finditer(whole):
            around = whole[max(0, match.start() - 15) : match.end() + 15]
            if (
                not ROMAN.fullmatch(match[0])
                and not around.isupper()
                and not self._finder.is_city(match[0].title())
            ):
                yield at("text", whole, match.start(), match.end(), "organisation")


def _events(whole: str, runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
    """`Hogueras de San Juan`."""
    for run in runs:
        heads = [token for token in run[:-1] if EVENT_HEAD.fullmatch(token[0])]
        if heads:
            yield at("text", whole, heads[0].start(), run[-1].end(), "event")


def _vessels(whole: str, runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
    """What stands after `Frachter` or `navire`."""
    for run in runs:
        for i in range(min(2, len(run))):
            start = run[i].start()
            if BEFORE_VESSEL.search(whole, max(0, start - BEFORE), start):
                yield at("text", whole, start, run[-1].end(), "product")
                break


def _elsewhere(whole: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Where names of several words stand besides, without what they were found by."""
    kinds = {mention.text: mention.type for mention in mentions if " " in mention.text}
    for start, end in whole_words(whole, kinds):
        yield at("text", whole, start, end, kinds[whole[start:end]])


def _is_between(mention: Mention, start: int, title: int) -> bool:
    return mention.start < start and mention.end > title


def _moved(mention: Mention, start: int, title: int) -> Mention:
    if mention.start >= start:
        return Mention("text", mention.start - start, mention.end - start, mention.text, mention.type)
    return Mention("title", mention.start, mention.end, mention.text, mention.type)
