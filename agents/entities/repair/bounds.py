"""Where a name begins and ends: without titles, nationalities and first words of sentences before it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agents.entities.mentions import Mention
from agents.entities.people.first_names import is_first_name, is_frequent
from agents.entities.places.demonyms import country_of, is_demonym
from agents.entities.repair.words import NEVER, OPENING, TITLE

WORD = re.compile(r"\S+")
#: Scores and times that a model took into a team's or a place's name: `Pirates 10-0`.
SCORE = re.compile(r"(?<!\s)\s++\d++[:-]\d[\d:.-]*+$")
#: Two names, as in a credit: `Jane Roe/Reuters`.
SLASH = re.compile(r"(?<!\s)\s*+/\s*+|(?<=[.\w])[-–](?=[A-Z])")
#: `U.S.-Russia` is two countries, `Jean-Pierre` is one name.
HYPHEN = re.compile(r"[-–]")
#: Words of titles that are first names too, and before a name nearly always titles.
TITLES_FIRST = frozenset(
    (
        "general major president king pope lord lady judge bishop cardinal sheikh sheik imam sergeant"
        " queen dr sister father officer mr mrs ms miss sir dame col capt gen lt sgt rev justice"
    ).split()
)
#: Last words of names that a person's name has not: `Queen Alexandra Hospital`.
INSTITUTION = frozenset(
    (
        "hospital school college university academy institute library museum theatre theater cathedral"
        " foundation trust prize award hotel centre center society clinic gallery"
    ).split()
)
#: Of places; some are surnames too: `Wayne Bridge`.
BUILT = frozenset("bridge park street road avenue square station airport stadium church".split())
#: With a nationality before them they are the names of public bodies and of companies: `Polish Railways`.
BODIES = frozenset(
    (
        "waters railways railroads rail roads motorways highways forests forestry airlines airways airports"
        " post posts telecom television radio broadcasting lottery steel gas oil petroleum power electricity"
        " energy grid shipping lines ports customs tobacco sugar navy"
    ).split()
)
LETTER = re.compile(r"[^\W\d_]")


def bounded(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions with their bounds set right; of one that is two names, both."""
    for mention in mentions:
        for part in _divided(mention):
            kept = _trimmed(part)
            if kept is not None:
                yield kept


def _divided(mention: Mention) -> Iterator[Mention]:
    at = 0
    for gap in SLASH.finditer(mention.text):
        if HYPHEN.fullmatch(gap[0]) and not _are_countries(mention.text, gap):
            continue
        yield _cut(mention, at, gap.start())
        at = gap.end()
    yield _cut(mention, at, len(mention.text))


def _are_countries(text: str, hyphen: re.Match[str]) -> bool:
    sides = text[: hyphen.start()], text[hyphen.end() :]
    return all(country_of(side) or is_demonym(side) for side in sides)


def _trimmed(mention: Mention) -> Mention | None:
    """The mention without what is before and after the name; None where nothing is left."""
    words = list(WORD.finditer(mention.text))
    mention = replace(mention, type=_kind([word[0] for word in words], mention.type))
    first = 0
    while first < len(words) and _is_before(words[first][0], mention, is_last=first == len(words) - 1):
        first += 1
    if first == len(words):
        return None
    end = len(mention.text)
    if mention.type in ("organisation", "place") and (score := SCORE.search(mention.text)):
        end = score.start()
    kind = mention.type
    if first and TITLE.fullmatch(words[first - 1][0]) and kind in ("organisation", "place"):
        kind = "person"
    kept = replace(_cut(mention, words[first].start(), end), type=kind)
    return kept if LETTER.search(kept.text) else None


def _kind(words: Sequence[str], kind: str) -> str:
    """The type that the words of a name say, whatever the model says."""
    last = words[-1].casefold() if len(words) > 1 else ""
    if kind == "person" and (last in INSTITUTION or (last in BODIES and is_demonym(words[0]))):
        return "organisation"
    if last in INSTITUTION or (last in BUILT and (TITLE.fullmatch(words[0]) or not is_first_name(words[0]))):
        return "place" if kind == "person" else kind
    return "person" if _is_titled_person(words) else kind


def _is_titled_person(words: Sequence[str]) -> bool:
    """Whether a title and a first name say that it is a person."""
    return len(words) > 2 and bool(TITLE.fullmatch(words[0])) and is_frequent(words[1])


def _is_before(word: str, mention: Mention, *, is_last: bool) -> bool:
    """Whether the word is none of the name's, where it is its first."""
    if word.lower() in NEVER:
        return not word.isupper()
    if is_last:
        return False
    if mention.type != "person":
        return False
    if is_first_name(word) and word.lower() not in TITLES_FIRST:
        return False
    return word.lower() in OPENING or bool(TITLE.fullmatch(word)) or is_demonym(word)


def _cut(mention: Mention, start: int, end: int) -> Mention:
    return replace(
        mention, start=mention.start + start, end=mention.start + end, text=mention.text[start:end]
    )
