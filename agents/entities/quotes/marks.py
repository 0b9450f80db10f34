"""Stretches in quotation marks, in every typography: “”, "", «», „“, »«, ‘’, '', 「」.

Only the outermost: a quotation in a quotation is part of it. One that goes over paragraphs, each opened by a
mark and only the last closed, is one.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Opening mark → the marks that may close it.
DOUBLE = {
    "“": '”"',
    "„": '“”"',
    "”": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"”',
    "``": "''",
}
SINGLE = {"‘": "’'", "'": "'’", "‚": "‘’"}
#: Two apostrophes, as some agencies and old systems write a double mark.
PAIR = {"''": "''"}
OPENERS = re.compile(r"``|''|[“„”«»‹「『\"‘'‚]")
LINE_END = re.compile(r"\n\s*+")
BEFORE_OPENING = frozenset(" \t\n\u00a0\u202f\u2009([{-–—/:¿¡“\"‘'«„")
LETTER_AFTER = re.compile(r"\w")
#: No opening mark, but a letter left out: `'90s`, `'em`.
ELISION = re.compile(
    r"['’‘](?:\d\ds?\b|em\b|til\b|tis\b|twas\b|n'|cause\b|round\b|bout\b|s\b|t\b|ll\b|re\b|ve\b|d\b|m\b)",
    re.IGNORECASE,
)
#: A stretch of more characters is a mark that was forgotten, and no quotation.
LONGEST = 6_000


class Quoted(NamedTuple):
    """`start` to `end` is what stands between the marks; `opened` and `closed` include them."""

    opened: int
    start: int
    end: int
    closed: int


def quoted(text: str) -> list[Quoted]:
    """The outermost stretches in marks, in their order."""
    return list(_scan(text))


def _scan(text: str) -> Iterator[Quoted]:
    at = 0
    while match := OPENERS.search(text, at):
        mark = match[0]
        at = match.end()
        if not _opens(text, match.start(), at, mark):
            continue
        stretch = _until_closed(text, match.start(), at, mark)
        if stretch is not None:
            yield stretch
            at = stretch.closed


def _opens(text: str, start: int, after: int, mark: str) -> bool:
    """Whether the mark at `start` opens: after a space or a bracket, and with no space after it."""
    before, following = text[start - 1 : start], text[after : after + 1]
    if before and before not in BEFORE_OPENING:
        return False
    if mark in SINGLE and ELISION.match(text, start):
        return False
    if mark in "«»" or mark == "„":
        return bool(following.strip()) or following in "\u00a0\u202f "
    return bool(following) and not following.isspace() and following not in ".,;:)"


def _until_closed(text: str, opened: int, start: int, mark: str) -> Quoted | None:
    """The stretch from the opening mark on, over as many paragraphs as begin with it."""
    at = start
    limit = min(len(text), start + LONGEST)
    while at < limit:
        line = LINE_END.search(text, at)
        end = min(line.start() if line else len(text), limit)
        closing = _closing(text, at, end, mark)
        if closing is not None:
            return Quoted(opened, *_inner(text, start, closing), closing + (2 if mark in ("``", "''") else 1))
        if line is None or not text.startswith(mark, line.end()):
            return _open_ended(text, opened, start, end) if mark in DOUBLE else None
        at = line.end() + len(mark)
    return None


def _closing(text: str, at: int, end: int, mark: str) -> int | None:
    """Where the mark that closes is, between `at` and `end`."""
    if mark in SINGLE:
        return _closing_single(text, at, end, SINGLE[mark])
    if mark in PAIR or mark == "``":
        place = text.find("''", at, end)
        return place if place >= 0 else None
    closers = DOUBLE[mark]
    depth = 0
    for place in range(at, end):
        letter = text[place]
        if letter in closers and not (mark == '"' and _opens_again(text, place)):
            if depth == 0:
                return place
            depth -= 1
        elif letter == mark and mark not in closers:
            depth += 1
    return None


def _opens_again(text: str, place: int) -> bool:
    """Whether a straight mark opens another stretch, so that the one before it was no opening mark."""
    return text[place - 1 : place].isspace() and LETTER_AFTER.match(text, place + 1) is not None


def _closing_single(text: str, at: int, end: int, closers: str) -> int | None:
    """The first mark that is surely no apostrophe; of `the workers' pay`, only where no other follows."""
    unsure = None
    nested = 0
    for place in range(at, end):
        letter, before = text[place], text[place - 1]
        if letter in "“”":
            nested += 1 if letter == "“" else -1
        elif letter in closers and not LETTER_AFTER.match(text, place + 1) and not before.isspace():
            if before != "s" and (before not in '”"' or nested <= 0):
                return place
            unsure = place if unsure is None else unsure
        elif letter in "‘'" and before.isspace() and unsure is not None:
            return unsure
    return unsure


def _open_ended(text: str, opened: int, start: int, end: int) -> Quoted | None:
    """The rest of the paragraph, where nothing closes the stretch and it is more than a stray mark."""
    inner = text[start:end].strip()
    if len(inner.split()) < 4 or not inner[0].isupper():
        return None
    return Quoted(opened, *_inner(text, start, end), end)


def _inner(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    first = start + len(inner) - len(inner.lstrip()) if inner.strip() else start
    return first, first + len(inner.strip())
