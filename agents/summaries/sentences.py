"""The sentences of a text, as spans. No sentence goes beyond its paragraph."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from sentencex import get_sentence_boundaries

from agents.records import Span

BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
FALLBACK = "en"
HEADING_WORDS = 12
#: What opens an agency's story, also where it is glued to the first word: `Seoul, South Korea (CNN)The man`.
DATELINE = re.compile(
    r"(?:[A-Z\u00c0-\u00de][\w.'’-]{0,30}(?:[ ,]{1,2}[A-Z\u00c0-\u00de\d][\w.'’-]{0,30}){0,7}\s?)?"
    r"\([A-Z][\w./ ]{1,25}\)\s{0,2}(?:--|[-–—:])?\s{0,2}(?=[\w\"“‘'])"
    r"|[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de.'’ -]{2,30}(?:,\s[A-Z][\w. ]{1,30})?\s?(?:--|[–—])"
    r"\s{1,2}(?=[\w\"“‘'])"
)
#: sentencex 1.0.32 panics on a single letter, one of these and a full stop: "Plan B\u202f."
PLAIN_SPACE = dict.fromkeys(
    map(ord, "\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"), " "
) | dict.fromkeys(range(8192, 8203), " ")


def split(text: str, language: str | None, *, most: int, characters: int) -> list[Span]:
    """The first `most` sentences of the first `characters`, without space around them.

    Text in an unknown language is split by the rules of English.
    """
    return list(islice(_sentences(text[:characters], language or FALLBACK), most))


def _sentences(text: str, language: str) -> Iterator[Span]:
    for at, paragraph in _paragraphs(text):
        for sentence in get_sentence_boundaries(language, paragraph.translate(PLAIN_SPACE)):
            begin = at + sentence["start_index"]
            if sentence["start_index"] == 0 and (line := DATELINE.match(text, begin)):
                begin = min(line.end(), at + sentence["end_index"])
            span = _trimmed(text, begin, at + sentence["end_index"])
            if span is not None:
                yield span


def headings(text: str, sentences: Sequence[Span]) -> set[int]:
    """The places of short paragraphs without a full stop, where most sentences of the article have one."""
    open_ended = {place for place, each in enumerate(sentences) if each.text[-1:].isalnum()}
    if 2 * len(open_ended) > len(sentences):
        return set()
    return {place for place in open_ended if _is_short_paragraph(text, sentences[place])}


def _is_short_paragraph(text: str, sentence: Span) -> bool:
    before = text[max(0, sentence.start - 2) : sentence.start]
    after = text[sentence.end : sentence.end + 2]
    is_alone = not before.strip("\n") and not after.strip("\n")
    return is_alone and len(sentence.text.split()) <= HEADING_WORDS


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Each paragraph and where it begins."""
    start = 0
    for gap in BLANK_LINE.finditer(text):
        yield start, text[start : gap.start()]
        start = gap.end()
    yield start, text[start:]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The sentence without the space around it, or None where nothing is left."""
    sentence = text[start:end]
    start += len(sentence) - len(sentence.lstrip())
    kept = sentence.strip()
    return Span(field="text", start=start, end=start + len(kept), text=kept) if kept else None
