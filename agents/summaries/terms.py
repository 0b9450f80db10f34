"""The words of a sentence, in a form in which they can be compared.

Scripts without spaces between words give pairs of characters instead. The script decides, not the language,
so that a name in the Latin script in a Chinese article is one term.
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
#: Of ASCII, Latin-1, Arabic, Devanagari, the general and the CJK blocks. \W would include vowel signs.
PUNCTUATION = "!-/:-@\\[-`{-~¡-¿،؛؟۔।॥\u2010-\u205e\u3000-\u303f"
ONE_SIGN = re.compile(f"[{PUNCTUATION}]")
EDGES = "".join(ONE_SIGN.findall("".join(map(chr, range(0x3040)))))
POSSESSIVES = ("'s", "’s")


def normal(sentence: str) -> str:
    """The sentence in lower case, with single spaces and NFKC characters: the same for each copy of it."""
    return " ".join(unicodedata.normalize("NFKC", sentence).casefold().split())


def terms(sentence: str) -> list[str]:
    """Words in lower case, without punctuation and possessive; of unspaced scripts, pairs of characters."""
    collected: list[str] = []
    for unspaced, word in PIECES.findall(normal(sentence)):
        if unspaced:
            collected += [unspaced[i : i + 2] for i in range(max(len(unspaced) - 1, 1))]
        elif bare := _bare(word):
            collected.append(bare)
    return collected


def words(sentence: str) -> int:
    """How many words a reader would count; two characters of an unspaced script count as a word."""
    pieces = PIECES.findall(sentence)
    return sum((len(unspaced) + 1) // 2 if unspaced else _is_word(word) for unspaced, word in pieces)


def has_letters(sentence: str) -> bool:
    """Whether it has a letter: a row of stars or of figures has none."""
    return any(character.isalpha() for character in sentence)


def _bare(word: str) -> str:
    """Without a pattern: `[.]+$` reads a row of full stops again from each of them."""
    bare = word.strip(EDGES)
    return bare[:-2] if bare.endswith(POSSESSIVES) else bare


def _is_word(piece: str) -> bool:
    return any(character.isalnum() for character in piece)
