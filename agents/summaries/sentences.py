"""The sentences of a text, as spans of it. No sentence crosses a paragraph."""

import re
from collections.abc import Iterator
from itertools import islice

from sentencex import get_sentence_boundaries

from agents.records import Span

BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
FALLBACK = "en"


def split(text: str, language: str | None, *, most: int, characters: int) -> list[Span]:
    """The first `most` sentences within the first `characters`, in order, without space around them.

    An unknown language is split by the rules of English.
    """
    return list(islice(_sentences(text[:characters], language or FALLBACK), most))


def _sentences(text: str, language: str) -> Iterator[Span]:
    for at, paragraph in _paragraphs(text):
        for found in get_sentence_boundaries(language, paragraph):
            span = _trimmed(text, at + found["start_index"], at + found["end_index"])
            if span is not None:
                yield span


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Each paragraph and where it begins."""
    start = 0
    for gap in BLANK_LINE.finditer(text):
        yield start, text[start : gap.start()]
        start = gap.end()
    yield start, text[start:]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The stretch without the space around it, or None where nothing is left."""
    sentence = text[start:end]
    start += len(sentence) - len(sentence.lstrip())
    kept = sentence.strip()
    return Span(field="text", start=start, end=start + len(kept), text=kept) if kept else None
