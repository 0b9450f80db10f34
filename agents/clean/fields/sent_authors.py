"""The authors that a scraper sends, as names: feeds write `ann@a.example (Ann Lee)` and `Lee, Ann`."""

import re
from collections.abc import Iterable

from agents.clean.fields.byline import is_name
from agents.clean.page.markup import plain

# RSS 2.0: the address, and the name in brackets. Mail: the name, and the address in angle brackets.
NAMED_ADDRESS = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,100}>?\s{0,5}\(([^()]{1,200})\)")
ADDRESS = re.compile(r"[^\s@<>(),;]{1,64}@[^\s@<>(),;]{1,100}|<[^<>@\s]{1,64}@[^<>\s]{1,100}>")
EMPTY = re.compile(r"\(\s{0,5}\)")
PARTICLE = re.compile(
    r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ben|ibn|zu|zur|ter|ten|o')", re.IGNORECASE
)
SUFFIX = re.compile(r"(?:jr|sr|[ivx]+|ph\.?d|m\.?d|dr|prof)\.?", re.IGNORECASE)
BETWEEN = re.compile(r";|(?<!\s)\s++(?:and|und|et|e|y|&)\s++")
MAX_AUTHOR = 500
MAX_AUTHORS = 100


def names(authors: Iterable[str]) -> list[str]:
    """The names, without addresses and with the given name first; what cannot be read is kept."""
    return [name for author in list(authors)[:MAX_AUTHORS] for name in _names(author[:MAX_AUTHOR]) if name]


def _names(author: str) -> list[str]:
    named = NAMED_ADDRESS.sub(r" \1 ", author)
    bare = EMPTY.sub("", plain(ADDRESS.sub(" ", named)) or "").strip(" ,;\"'")
    several = [each.strip() for each in BETWEEN.split(bare)]
    ordered = [_given_name_first(each) for each in several]
    if all(ordered) and len(several) > 1:
        return [each for each in ordered if each]
    return _pairs(bare) or [_given_name_first(each) or each.strip() for each in bare.split(";")]


def _pairs(authors: str) -> list[str]:
    """The names in `Lee, Ann, Roe, Tom`."""
    parts = authors.split(",")
    pairs = [f"{last},{first}" for last, first in zip(parts[::2], parts[1::2], strict=False)]
    ordered = [_given_name_first(pair) for pair in pairs]
    return [each for each in ordered if each] if len(parts) % 2 == 0 and all(ordered) else []


def _given_name_first(author: str) -> str | None:
    """`Lee, Ann` is one person, `Ann Lee, Tom Roe` are two: None for these."""
    parts = [part.strip() for part in author.split(",")]
    if len(parts) != 2 or not _is_surname(parts[0]) or not _is_given_name(parts[1]):
        return None
    return f"{parts[1]} {parts[0]}"


def _is_surname(part: str) -> bool:
    """One word that begins with a capital, with particles or without: `van der Berg`."""
    words = [word for word in part.split() if not PARTICLE.fullmatch(word)]
    return len(words) == 1 and words[0][0].isupper() and is_name(f"{words[0]} {words[0]}")


def _is_given_name(part: str) -> bool:
    """One word, and initials: `Ann`, `Ann M.`, `A. M.`."""
    words = part.split()
    short = [word.strip(".") for word in words]
    capital = all(word[:1].isupper() and (len(word) <= 2 or not word.isupper()) for word in short)
    return (
        1 <= len(words) <= 3
        and capital
        and all(len(word) <= 2 for word in short[1:])
        and not SUFFIX.fullmatch(part)
    )
