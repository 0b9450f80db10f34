"""The words of a sentence, as they are compared with those of others.

Scripts that put no space between words give pairs of characters instead; the script decides, not the
language, so that a name in Latin letters in a Chinese article is one term.
"""

import re
import unicodedata

UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U00020000-\U0003ffff"
)
PIECES = re.compile(rf"([{UNSPACED}]+)|([^\s{UNSPACED}]+)")
#: Of ASCII, Latin-1, Arabic, Devanagari, the general and the CJK blocks. \W would take vowel signs too.
PUNCTUATION = "!-/:-@\\[-`{-~¡-¿،؛؟۔।॥\u2010-\u205e\u3000-\u303f"
ONE_SIGN = re.compile(f"[{PUNCTUATION}]")
EDGES = "".join(ONE_SIGN.findall("".join(map(chr, range(0x3040)))))
POSSESSIVES = ("'s", "’s")


def normal(sentence: str) -> str:
    """The sentence without what sets apart two prints of the same: case, spacing, forms of a character."""
    return " ".join(unicodedata.normalize("NFKC", sentence).casefold().split())


def terms(sentence: str) -> list[str]:
    """Words without case, punctuation around them and possessive; pairs of characters of unspaced scripts."""
    found: list[str] = []
    for unspaced, word in PIECES.findall(normal(sentence)):
        if unspaced:
            found += [unspaced[i : i + 2] for i in range(max(len(unspaced) - 1, 1))]
        elif bare := _bare(word):
            found.append(bare)
    return found


def words(sentence: str) -> int:
    """How many words a reader would count; two characters of an unspaced script are taken for one."""
    pieces = PIECES.findall(sentence)
    return sum((len(unspaced) + 1) // 2 if unspaced else _is_word(word) for unspaced, word in pieces)


def has_letters(sentence: str) -> bool:
    """Whether it says anything: a row of stars or of figures does not."""
    return any(character.isalpha() for character in sentence)


def _bare(word: str) -> str:
    """Not by a pattern: `[.]+$` reads a row of points from each of them on."""
    bare = word.strip(EDGES)
    return bare[:-2] if bare.endswith(POSSESSIVES) else bare


def _is_word(piece: str) -> bool:
    return any(character.isalnum() for character in piece)
