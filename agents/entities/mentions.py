"""A name at its place in the article, without what is not part of it."""

import re
from dataclasses import dataclass
from typing import Literal

from agents.records import Span

Field = Literal["title", "text"]

LEADING = re.compile(r"""^(?:[\s"'“”‘’«»„(\[{<,;:—–*_-]+|the(?:\s+|$))+""", re.IGNORECASE)
#: For a name in reverse, so that each character is read once: "'s" is "s'" there.
TRAILING = re.compile(r"""(?:s['’]|[\s"'“”‘’«»(\[{)\]}>,;:!?—–*_-])*+""", re.IGNORECASE)
LINE = re.compile(r"\s*[^\n]*")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a field of the article: code points `start` to `end`, and its type there."""

    field: Field
    start: int
    end: int
    text: str
    type: str

    @property
    def span(self) -> Span:
        return Span(field=self.field, start=self.start, end=self.end, text=self.text)


def mention(field: Field, whole: str, start: int, end: int, kind: str) -> Mention | None:
    """The mention at `start` to `end` of the field's `whole` text, or None where it has no letter.

    "the" and quotation marks before the name are left out, "'s" and punctuation after it ("U.S." keeps its
    full stop), and everything after a line break.
    """
    line = LINE.match(whole, start, end)
    kept = _without_end(line[0] if line else "")
    name = LEADING.sub("", kept)
    start += len(kept) - len(name)
    if not any(character.isalpha() for character in name):
        return None
    return Mention(field, start, start + len(name), name, kind)


def value_mention(field: Field, whole: str, start: int, end: int, kind: str) -> Mention | None:
    """A date or an amount at `start` to `end` as it is written: `the 1990s`, `49%`; None if empty."""
    line = LINE.match(whole, start, end)
    text = (line[0] if line else "").rstrip()
    kept = text.lstrip()
    start += len(text) - len(kept)
    if not any(character.isalnum() for character in kept):
        return None
    return Mention(field, start, start + len(kept), kept, kind)


def _without_end(name: str) -> str:
    trailing = TRAILING.match(name[::-1])
    return name[: len(name) - trailing.end()] if trailing else name
