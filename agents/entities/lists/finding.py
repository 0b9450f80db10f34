"""The names of an article in a language without a model."""

import re
from collections.abc import Iterator, Sequence

from agents.entities.lists.words import (
    BEFORE_ORGANISATION,
    BEFORE_PLACE,
    HEAD,
    INSIDE,
    LEGAL_FORM,
    NO_FIRST_NAME,
)
from agents.entities.mentions import Mention
from agents.entities.organisations.table import known
from agents.entities.people.first_names import is_frequent
from agents.entities.places.table import Places
from agents.entities.places.translations import country_in
from agents.entities.repair.acronyms import with_acronyms
from agents.entities.repair.agencies import with_agencies
from agents.entities.repair.marked import added, at
from agents.entities.repair.surnames import with_surnames

LETTER = r"[^\W\d_]"
TOKEN = re.compile(rf"{LETTER}[\w’'.-]*(?<![.'’-])|{LETTER}")
ACRONYM = re.compile(r"(?<![\w-])[A-ZÄÖÜÉÈÀÑÇ]{2,6}(?![\w-])")
ROMAN = re.compile("[IVXLCM]+")
MOST_WORDS = 4
SHORTEST_FIRST_NAME = 3
#: A smaller place is one only in a country where the language is spoken.
SMALL = 15_000
MEDIUM = 90_000
HOME = {
    "de": "DE AT CH LI LU",
    "fr": "FR BE CH CA LU",
    "es": "ES MX AR CO CL PE VE EC UY BO PY CR GT CU",
    "it": "IT CH",
    "pt": "PT BR AO MZ",
    "nl": "NL BE",
    "ca": "ES",
    "da": "DK",
    "sv": "SE FI",
    "et": "EE",
    "cs": "CZ",
    "sl": "SI",
    "sq": "AL",
    "vi": "VN",
    "sw": "TZ KE",
    "eu": "ES",
    "gl": "ES",
}

Token = re.Match[str]


class ListFinder:
    """Finds names without a model, in languages that are written in the Latin script."""

    name = "lists"
    notice: str | None = None

    def __init__(self, places: Places, language: str) -> None:
        self.places, self._language = places, language
        self._home = HOME.get(language, language.upper()).split()

    def find(self, title: str, text: str) -> list[Mention]:
        whole = f"{title}\n\n{text}" if title else text
        start = len(whole) - len(text)
        return [
            _moved(each, start, len(title))
            for each in self.in_whole(whole)
            if not _is_between(each, start, len(title))
        ]

    def in_whole(self, whole: str) -> list[Mention]:
        runs = list(_runs(whole))
        mentions: list[Mention] = []
        for rule in (self._countries, self._organisations, self._persons, self._places_in, self._acronyms):
            mentions = added(mentions, rule(whole, runs))
        mentions = with_surnames(whole, mentions)
        return with_acronyms(whole, with_agencies(whole, mentions))

    def _countries(self, whole: str, runs: Sequence[list[Token]]) -> Iterator[Mention]:
        for run in runs:
            for size in (3, 2, 1):
                for words in _windows(run, size):
                    if country_in(self._language, _text(whole, words)):
                        yield at("text", whole, words[0].start(), words[-1].end(), "place")

    def _organisations(self, whole: str, runs: Sequence[list[Token]]) -> Iterator[Mention]:
        for run in runs:
            if BEFORE_ORGANISATION.search(whole, max(0, run[0].start() - 16), run[0].start()):
                yield at("text", whole, run[0].start(), run[-1].end(), "organisation")
            for i, token in enumerate(run):
                if HEAD.fullmatch(token[0]) and len(run) > i + 1:
                    yield at("text", whole, token.start(), run[-1].end(), "organisation")
                    break
                if i and LEGAL_FORM.fullmatch(token[0]):
                    yield at("text", whole, run[0].start(), token.end(), "organisation")
            for size in (3, 2, 1):
                for words in _windows(run, size):
                    if known(_text(whole, words)) and len(_text(whole, words)) > 2:
                        yield at("text", whole, words[0].start(), words[-1].end(), "organisation")

    def _persons(self, whole: str, runs: Sequence[list[Token]]) -> Iterator[Mention]:
        """A first name and what follows it: `Ulrike Brandt`, `Anneke de Vries`."""
        lower = {token[0] for token in TOKEN.finditer(whole) if token[0].islower()}
        for run in runs:
            for i, token in enumerate(run[:-1]):
                rest = run[i + 1 : i + MOST_WORDS]
                if _is_first_name(token[0], lower) and any(each[0][0].isupper() for each in rest):
                    last = max(j for j, each in enumerate(rest) if each[0][0].isupper())
                    yield at("text", whole, token.start(), rest[last].end(), "person")
                    break

    def _places_in(self, whole: str, runs: Sequence[list[Token]]) -> Iterator[Mention]:
        """Large cities, and small ones after a word such as `in`, wherever they then stand."""
        named = [at("text", whole, run[0].start(), run[-1].end(), "place") for run in runs]
        candidates = [mention for mention in named if self._size(mention.text)]
        sure = {mention.text for mention in candidates if self._is_sure(whole, mention)}
        yield from (mention for mention in candidates if mention.text in sure)

    def _is_sure(self, whole: str, mention: Mention) -> bool:
        """Whether it stands after a word such as `in`, or is known and begins no sentence."""
        before = whole[max(0, mention.start - 12) : mention.start]
        is_within = before.rstrip(" ")[-1:].isalnum()
        return bool(BEFORE_PLACE.search(before)) or (is_within and self._is_known(mention.text))

    def _is_known(self, name: str) -> bool:
        """Whether a city needs no word before it; one that is also a first name does."""
        return self._size(name) >= MEDIUM and not is_frequent(name)

    def _size(self, name: str) -> int:
        """How many people live in the largest city of the name that may be meant; 0 where there is none."""
        if len(name) < 3 or not name[0].isupper():
            return 0
        cities = [place for place in self.places.named(name) if place.kind == "city"]
        near = [
            place.population for place in cities if place.country in self._home or place.population >= MEDIUM
        ]
        return max(near, default=0)

    def _acronyms(self, whole: str, runs: Sequence[list[Token]]) -> Iterator[Mention]:
        for match in ACRONYM.finditer(whole):
            around = whole[max(0, match.start() - 15) : match.end() + 15]
            if not ROMAN.fullmatch(match[0]) and not around.isupper() and not self._size(match[0].title()):
                yield at("text", whole, match.start(), match.end(), "organisation")


def _runs(whole: str) -> Iterator[list[Token]]:
    """Words with capital letters that stand together, with the small words inside them."""
    run: list[Token] = []
    end = -1
    for token in TOKEN.finditer(whole):
        joined = run and whole[end : token.start()] in (" ", "\u00a0", "’", "'", "d’", "d'", "l’")
        if run and not joined:
            yield _stripped(run)
            run = []
        if token[0][0].isupper() or (run and INSIDE.fullmatch(token[0])):
            run.append(token)
        elif run:
            yield _stripped(run)
            run = []
        end = token.end()
    if run:
        yield _stripped(run)


def _stripped(run: list[Token]) -> list[Token]:
    """Without small words at the end."""
    last = max(i for i, token in enumerate(run) if token[0][0].isupper())
    return run[: last + 1]


def _windows(run: Sequence[Token], size: int) -> Iterator[Sequence[Token]]:
    for start in range(len(run) - size + 1):
        yield run[start : start + size]


def _text(whole: str, words: Sequence[Token]) -> str:
    return whole[words[0].start() : words[-1].end()]


def _is_first_name(word: str, lower: set[str]) -> bool:
    small = word.casefold()
    return (
        len(word) >= SHORTEST_FIRST_NAME
        and word[0].isupper()
        and not word.isupper()
        and small not in NO_FIRST_NAME
        and small not in lower
        and all(is_frequent(part) for part in word.split("-"))
    )


def _is_between(mention: Mention, start: int, title: int) -> bool:
    return mention.start < start and mention.end > title


def _moved(mention: Mention, start: int, title: int) -> Mention:
    if mention.start >= start:
        return Mention("text", mention.start - start, mention.end - start, mention.text, mention.type)
    return Mention("title", mention.start, mention.end, mention.text, mention.type)
