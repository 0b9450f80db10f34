"""A name where it stands in the article, freed of what is not part of it."""

import re
from dataclasses import dataclass
from typing import Literal

from agents.records import Span

Field = Literal["title", "text"]

LEADING = re.compile(r"""^(?:[\s"'“”‘’«»„(\[{<,;:—–*_-]+|the(?:\s+|$))+""", re.IGNORECASE)
#: Of a name that is read from its end, so that each character is read once: "'s" is "s'" there.
TRAILING = re.compile(r"""(?:s['’]|[\s"'“”‘’«»(\[{)\]}>,;:!?—–*_-])*+""", re.IGNORECASE)
LINE = re.compile(r"\s*[^\n]*")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a field of the article: code points `start` to `end`, with the type it has there."""

    field: Field
    start: int
    end: int
    text: str
    type: str

    @property
    def span(self) -> Span:
        return Span(field=self.field, start=self.start, end=self.end, text=self.text)


def mention(field: Field, whole: str, start: int, end: int, kind: str) -> Mention | None:
    """The mention at `start` to `end` of the field's `whole` text, or None where it is no name.

    Without "the" and quotation marks before it, "'s" and punctuation after it ("U.S." keeps its point),
    and what follows a line break. A stretch without a letter is no name.
    """
    line = LINE.match(whole, start, end)
    found = line[0] if line else ""
    kept = _without_end(found)
    name = LEADING.sub("", kept)
    start += len(kept) - len(name)
    if not any(character.isalpha() for character in name):
        return None
    return Mention(field, start, start + len(name), name, kind)


def _without_end(found: str) -> str:
    trailing = TRAILING.match(found[::-1])
    return found[: len(found) - trailing.end()] if trailing else found
