"""Persons by their first names, by the words for what they do, and by their age."""

from collections.abc import Iterator, Sequence

from agents.entities.lists.tokens import TOKEN, Token
from agents.entities.lists.words import AGE, BEFORE_PERSON, HEAD, NO_FIRST_NAME, ROLE
from agents.entities.mentions import Mention
from agents.entities.people.first_names import is_first_name, is_frequent
from agents.entities.repair.marked import at

MOST_WORDS = 4
SHORTEST_FIRST_NAME = 3
#: How much of the text before a name is read.
BEFORE = 24


def persons(whole: str, runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
    lower = {token[0] for token in TOKEN.finditer(whole) if token[0].islower()}
    for run in runs:
        first = _first(whole, run, lower)
        if first is not None:
            rest = run[first : first + MOST_WORDS]
            last = max(i for i, token in enumerate(rest) if token[0][0].isupper())
            yield at("text", whole, rest[0].start(), rest[last].end(), "person")


def _first(whole: str, run: Sequence[Token], lower: set[str]) -> int | None:
    """Where in the run a person's name begins: a first name and what follows it, `Anneke de Vries`."""
    for i, token in enumerate(run[:-1]):
        if any(each[0][0].isupper() for each in run[i + 1 : i + MOST_WORDS]) and (
            _is_first_name(token[0], lower) or _is_person(whole, run, i)
        ):
            return i
    return None


def _is_person(whole: str, run: Sequence[Token], i: int) -> bool:
    """Whether the words beside the run say that two of its words are somebody's name."""
    if not 2 <= len(run) - i <= MOST_WORDS - 1 or any(HEAD.fullmatch(token[0]) for token in run[i:]):
        return False
    if i:
        return i == 1 and run[1][0][0].isupper() and bool(ROLE.fullmatch(run[0][0]))
    start = run[0].start()
    is_called_so = BEFORE_PERSON.search(whole, max(0, start - BEFORE), start) is not None
    is_aged = AGE.match(whole, run[-1].end()) is not None and not ROLE.fullmatch(run[0][0])
    return is_called_so or (is_aged and is_first_name(run[0][0])) or (is_aged and _has_unit(whole, run))


def _has_unit(whole: str, run: Sequence[Token]) -> bool:
    age = AGE.match(whole, run[-1].end())
    return age is not None and not age[0][-1].isdigit()


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
