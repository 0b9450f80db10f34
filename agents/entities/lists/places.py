"""Countries, regions, cities, rivers and landmarks, by tables and by the words before them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.entities.lists.tokens import Token, parts, windows
from agents.entities.lists.words import (
    BEFORE_LANDMARK,
    BEFORE_PLACE,
    LANDMARK_HEAD,
    NO_DISTRICT,
    OPENING_TOWN,
)
from agents.entities.mentions import Mention
from agents.entities.people.first_names import is_frequent
from agents.entities.places.home import home_of
from agents.entities.places.regions import country_of_region
from agents.entities.places.rivers import RIVERS
from agents.entities.places.table import Places
from agents.entities.places.translations import country_in
from agents.entities.repair.marked import at

#: A smaller place is one only in a country where the language is spoken.
MEDIUM = 90_000
#: How much of the text before a name is read.
BEFORE = 40
MOST_WORDS = 3
#: Before a river, and before other names of the kind never.
ARTICLES = frozenset("der die den dem le la les l’ l' el il lo o a de het".split())
BETWEEN = frozenset((", ", " und ", " et ", " y ", " e ", " en ", " i ", " oder ", " ou ", " o "))


def landmarks(whole: str, runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
    """`golfe de Gascogne`, `Explanada de España`."""
    for run in runs:
        start = run[0].start()
        before = BEFORE_LANDMARK.search(whole, max(0, start - BEFORE), start)
        heads = [token for token in run[:-1] if LANDMARK_HEAD.fullmatch(token[0])]
        if before is not None or heads:
            first = before.start() if before is not None else heads[0].start()
            yield at("text", whole, first, run[-1].end(), "place")


class PlaceFinder:
    """Finds the places of an article in `language`."""

    def __init__(self, places: Places, language: str) -> None:
        self._places, self._language, self._home = places, language, home_of(language)

    def countries(self, whole: str, runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
        for run in runs:
            for size in range(MOST_WORDS, 0, -1):
                for words in windows(run, size):
                    yield from self._country(whole, words[0].start(), words[-1].end())

    def _country(self, whole: str, start: int, end: int) -> Iterator[Mention]:
        name = whole[start:end]
        if self._is_country(name) or (name in RIVERS and _word_before(whole, start) in ARTICLES):
            yield at("text", whole, start, end, "place")
        elif self._language == "de" and name.endswith("s") and self._is_country(name[:-1]):
            yield at("text", whole, start, end - 1, "place")

    def _is_country(self, name: str) -> bool:
        return country_in(self._language, name) is not None or country_of_region(name) is not None

    def cities(self, whole: str, runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
        """Large cities, and small ones after a word such as `in`, wherever they then stand."""
        named = [
            at("text", whole, part[0].start(), part[-1].end(), "place") for run in runs for part in parts(run)
        ]
        districts = [each for each in named if self._is_district(whole, each)]
        candidates = [mention for mention in named if self._size(mention.text)]
        sure = {mention.text for mention in candidates if self._is_sure(whole, mention)}
        sure |= {name for name in (self._opening(whole),) if name}
        sure |= _joined(whole, candidates, sure)
        yield from (mention for mention in candidates if mention.text in sure)
        yield from districts

    def _opening(self, whole: str) -> str | None:
        """The town that the text opens with."""
        start = whole.find("\n\n") + 2 if "\n\n" in whole else 0
        town = OPENING_TOWN.match(whole, start) if self._language == "de" else None
        return town[1] if town is not None and self._size(town[1]) else None

    def _is_district(self, whole: str, mention: Mention) -> bool:
        """`Hamburg-Altona`, after a word such as `in`."""
        city, hyphen, rest = mention.text.partition("-")
        is_part = bool(hyphen) and rest[:1].isupper() and rest not in NO_DISTRICT
        is_large = is_part and self._size(city) >= MEDIUM
        return is_large and not self._size(mention.text) and _is_after_in(whole, mention)

    def _is_sure(self, whole: str, mention: Mention) -> bool:
        """Whether it stands after a word such as `in`, or is known and begins no sentence."""
        before = whole[max(0, mention.start - 12) : mention.start]
        is_within = before.rstrip(" ")[-1:].isalnum() or before[-1:] in ("’", "'")
        return _is_after_in(whole, mention) or (is_within and self._is_known(mention.text))

    def _is_known(self, name: str) -> bool:
        """Whether a city needs no word before it; one that is also a first name does."""
        return self._size(name) >= MEDIUM and not is_frequent(name)

    def _size(self, name: str) -> int:
        """How many people live in the largest city of the name that may be meant; 0 where there is none."""
        if len(name) < 3 or not name[0].isupper():
            return 0
        cities = [place for place in self._places.named(name) if place.kind == "city"]
        near = [
            place.population for place in cities if place.country in self._home or place.population >= MEDIUM
        ]
        return max(near, default=0)

    def is_city(self, name: str) -> bool:
        return self._size(name) > 0


def _joined(whole: str, candidates: Sequence[Mention], sure: set[str]) -> set[str]:
    """The names that stand in a list with one that is sure: `in Bozen, Verona und Bologna`."""
    joined = set(sure)
    for first, second in pairwise(candidates):
        if whole[first.end : second.start] in BETWEEN and first.text in joined:
            joined.add(second.text)
    return joined


def _is_after_in(whole: str, mention: Mention) -> bool:
    return BEFORE_PLACE.search(whole, max(0, mention.start - 12), mention.start) is not None


def _word_before(whole: str, start: int) -> str:
    words = whole[max(0, start - 6) : start].split()
    return words[-1].casefold() if words else ""
