"""The parts of an article that was published as text: headline, byline, captions, paragraphs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from agents.clean.page.text import line, word_count

SENTENCE_END = re.compile(r"[.!?…。！？:;,][\"'”’»)]*$")
BYLINE = re.compile(r"^(?:by|von|par|por)\s+[^\W\d_]", re.IGNORECASE)
MAX_HEADLINE_WORDS = 25
MAX_CAPTION_WORDS = 8
MAX_LEADING = 3


@dataclass(frozen=True, slots=True)
class Body:
    """Headline, bylines, captions and paragraphs of an article. `method` is that of `Extraction`."""

    title: str | None = None
    byline: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    method: str = "text"


def split(text: str, title: str | None) -> Body:
    """A first line that does not end a sentence is the headline; short lines like it, next, are captions."""
    lines = [each for each in map(line, blocks(text)) if each]
    first = next(iter(lines), "")
    if title is None and len(lines) > 1 and _is_heading(first, MAX_HEADLINE_WORDS):
        title, lines = first, lines[1:]
    leading = 0
    while leading < min(MAX_LEADING, len(lines) - 1) and _is_heading(lines[leading], MAX_CAPTION_WORDS):
        leading += 1
    before = lines[:leading] if title else []
    return Body(
        title=title,
        byline=[each for each in before if BYLINE.match(each)],
        captions=[each for each in before if not BYLINE.match(each)],
        lines=lines[len(before) :],
    )


def blocks(text: str) -> Iterable[str]:
    """Paragraphs: separated by blank lines if there are any (lines may be wrapped then), else one a line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.split(r"\n[^\S\n]*\n\s*", text) if re.search(r"\n[^\S\n]*\n", text) else text.split("\n")


def _is_heading(text: str, words: int) -> bool:
    return word_count(text) <= words and not SENTENCE_END.search(text)
