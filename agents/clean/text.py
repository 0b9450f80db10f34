"""Text as it is kept: NFC, nothing invisible, one space between words, a blank line between paragraphs."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from html import unescape
from unicodedata import normalize

# Control characters, lone surrogates, soft hyphens, zero-width spaces, bidi overrides, non-characters. The
# zero-width joiners stay: Persian, Hindi and emoji are spelt with them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
SPACE = re.compile(r"\s+")
# Written without spaces: Thai, Lao, Burmese, Khmer, kana, Han. A character counts as a word.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
LEGIBLE = re.compile(r"[^\W_]")
# Indic vowel signs and accents are no word characters to `re`.
PUNCTUATION = re.compile("[^\\w\u0300-\u036f\u0900-\u0fff\u1000-\u109f\u1780-\u17ff]+|_+")
TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
MAX_FIELD = 20_000
# A shorter paragraph may stand twice with good reason: "No.", "Advertisement".
REPEATABLE_WORDS = 6


def line(value: object) -> str | None:
    """A field of one line, or None where it is not a string or nothing of it can be seen."""
    if not isinstance(value, str):
        return None
    return normalize("NFC", SPACE.sub(" ", INVISIBLE.sub("", value))).strip() or None


def plain(value: object) -> str | None:
    """A field of one line that was written as HTML: its tags go, its entities are decoded once."""
    if not isinstance(value, str):
        return None
    value = value[:MAX_FIELD]
    return line(unescape(TAG.sub(" ", value) if "<" in value else value))


def word_count(text: str) -> int:
    """Words; in scripts that do not part them by spaces, characters."""
    spaced = UNSPACED.sub(" ", text).split()
    return len(UNSPACED.findall(text)) + sum(1 for word in spaced if LEGIBLE.search(word))


def paragraphs(lines: Iterable[str], *, without: Iterable[str | None] = ()) -> list[str]:
    """The lines as paragraphs: empty ones, repeated ones and those in `without` are left out."""
    seen = {fold(each) for each in without if each}
    kept: list[str] = []
    for each in lines:
        paragraph = line(each)
        if paragraph is None or fold(paragraph) in seen:
            continue
        if word_count(paragraph) >= REPEATABLE_WORDS:
            seen.add(fold(paragraph))
        kept.append(paragraph)
    return kept


def fold(text: str) -> str:
    """The letters and digits alone, in lower case: two lines that say the same are equal so."""
    return PUNCTUATION.sub("", text.casefold())


def content_hash(title: str | None, text: str) -> str:
    """32 hexadecimal digits for what a reader reads: the title and the text."""
    return blake2b(f"{title or ''}\0{text}".encode(), digest_size=16).hexdigest()
