"""What a text is before a model sees it: bounded, in pieces, without what is not language.

Characters keep their places, so that offsets in a piece are offsets in the text.
"""

import re
from collections.abc import Iterator

#: No word of a language with spaces, but base64, a URL or a row of signs. The tokenizer takes time with the
#: square of its length: 4,000 opening brackets 1.3 s, 100,000 of them more than 5 minutes.
NO_WORD = re.compile(r"\S{200,}")
#: The memory that a piece takes is bounded with it: a symbol may be a token, a token takes 16 KB.
PIECE = 10_000
PARAGRAPH = re.compile(r"\n\s*\n")
SPACE = re.compile(r"\s+")


def readable(text: str) -> str:
    """The text with what cannot be words blanked out; of the same length."""
    return NO_WORD.sub(lambda found: " " * len(found[0]), text)


def cut(text: str, most: int) -> str:
    """At most the first `most` characters, ending where a word does."""
    if len(text) <= most:
        return text
    ends = [found.start() for found in SPACE.finditer(text[: most + 1])]
    return text[: ends[-1] if ends else most]


def pieces(text: str, most: int = PIECE) -> Iterator[tuple[int, str]]:
    """The text in stretches of at most `most` characters, each with its place.

    It is cut between paragraphs; where one is too long, between words.
    """
    start = 0
    while len(text) - start > most:
        stretch = text[start : start + most]
        end = start + (_last(PARAGRAPH, stretch) or _last(SPACE, stretch) or most)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _last(gap: re.Pattern[str], text: str) -> int:
    """Where the last gap ends, or 0."""
    return max((found.end() for found in gap.finditer(text)), default=0)
