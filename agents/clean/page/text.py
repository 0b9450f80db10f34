"""Text as it is kept: NFC, nothing invisible, one space between words, a blank line between paragraphs."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from unicodedata import normalize

# Control characters, lone surrogates, soft hyphens, zero-width spaces, fillers, bidi marks, non-characters.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
# An invisible copy of ASCII; the flags of England, Scotland and Wales are written with it.
TAGS = re.compile(
    "(\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]{3}\U000e007f)|[\U000e0000-\U000e007f]"
)
# Persian, Hindi and Mongolian need the zero-width joiners, emoji a joiner and a selector, some ideographs
# another selector. Joiners stay beside characters that they can join, selectors after those they can select.
JOINED = (
    "\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
    "\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
STRAY = re.compile(
    "[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef](?:"
    f"(?<=[\u200c\u200d])(?<![{JOINED}].)(?![{JOINED}])"
    "|(?<=[\ufe00-\ufe0f])(?<![^\\s\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef].)"
    f"|(?<=[\U000e0100-\U000e01ef])(?<![{IDEOGRAPHS}].))",
    re.DOTALL,
)
SPACE = re.compile(r"\s+")
# The characters of INVISIBLE, TAGS and STRAY that Python takes for printable.
UNUSUAL = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Written without spaces: Thai, Lao, Burmese, Khmer, kana, Han. A character counts as a word.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
# It has a letter or a digit. It is read once, from its beginning.
WORD = re.compile(r"(?<!\S)(?:[^\w\s]|_)*+[^\W_]\S*+")
# For `re`, Indic vowel signs and accents are not word characters.
PUNCTUATION = re.compile("[^\\w\u0300-\u036f\u0900-\u0fff\u1000-\u109f\u1780-\u17ff]+|_+")
# A shorter paragraph may be repeated for a reason: "No.", "Advertisement".
REPEATABLE_WORDS = 6


def line(value: object) -> str | None:
    """A field of one line, or None where it is not a string or has no visible character."""
    if not isinstance(value, str):
        return None
    spaced = " ".join(value.split())
    if spaced.isprintable() and not UNUSUAL.search(spaced):
        return normalize("NFC", spaced) or None
    seen = STRAY.sub("", TAGS.sub(r"\1", INVISIBLE.sub("", value)))
    return normalize("NFC", SPACE.sub(" ", seen)).strip() or None


def word_count(text: str) -> int:
    """How many words; in scripts without spaces between words, how many characters."""
    if text.isascii():
        return len(WORD.findall(text))
    spaced, characters = UNSPACED.subn(" ", text)
    return characters + len(WORD.findall(spaced))


def words(lines: Iterable[str]) -> int:
    """How many words the lines have together."""
    return sum(map(word_count, lines))


def paragraphs(
    lines: Iterable[str], *, without: Iterable[str | None] = (), each_once: bool = True
) -> list[str]:
    """The lines as paragraphs, without empty ones and those in `without`; repeats go if `each_once`."""
    seen = {fold(each) for each in without if each}
    kept: list[str] = []
    for each in lines:
        paragraph = line(each)
        if paragraph is None or fold(paragraph) in seen:
            continue
        if each_once and word_count(paragraph) >= REPEATABLE_WORDS:
            seen.add(fold(paragraph))
        kept.append(paragraph)
    return kept


def fold(text: str) -> str:
    """Only the letters and digits, in lower case, so that lines with the same words are equal."""
    return PUNCTUATION.sub("", text.casefold())


def content_hash(title: str | None, text: str) -> str:
    """32 hexadecimal digits for the title and the text."""
    return blake2b(f"{title or ''}\0{text}".encode(), digest_size=16).hexdigest()
