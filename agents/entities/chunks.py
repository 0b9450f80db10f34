"""How a text is prepared for a model: cut, in pieces, and without what is not language.

Characters keep their positions, so that offsets in a piece give offsets in the text.
"""

import re
from collections.abc import Iterator

#: Not a word of a language with spaces, but base64, a URL or a row of symbols. The tokenizer's time grows
#: with the square of its length: 4,000 opening brackets take 1.3 s, 100,000 of them more than 5 minutes.
NO_WORD = re.compile(r"\S{200,}")
#: Limits the memory for a piece: each symbol may be a token, and a token takes 16 KB.
PIECE = 10_000
PARAGRAPH = re.compile(r"\n\s*\n")
SPACE = re.compile(r"\s+")


def readable(text: str) -> str:
    """The text, with spaces for each character of what cannot be a word."""
    return NO_WORD.sub(lambda match: " " * len(match[0]), text)


def cut(text: str, most: int) -> str:
    """The first `most` characters at most, without a word that is cut off."""
    if len(text) <= most:
        return text
    ends = [space.start() for space in SPACE.finditer(text[: most + 1])]
    return text[: ends[-1] if ends else most]


def pieces(text: str, most: int = PIECE) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most `most` characters, each with its start.

    It is cut between paragraphs, and where a paragraph is too long, between words.
    """
    start = 0
    while len(text) - start > most:
        stretch = text[start : start + most]
        end = start + (_last(PARAGRAPH, stretch) or _last(SPACE, stretch) or most)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _last(gap: re.Pattern[str], text: str) -> int:
    """Where the last match of `gap` ends, or 0."""
    return max((match.end() for match in gap.finditer(text)), default=0)
