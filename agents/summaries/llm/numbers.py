"""The numbers of a text as values, so that `1,200`, `1.200` and `1 200` are the same, and so are `5m` and `5
million`."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

#: Word → power of ten. `billion` is more in some languages, but within an article it is always the same.
POWERS = {
    **dict.fromkeys(("hundred", "hundert"), 2),
    **dict.fromkeys(("thousand", "tausend", "mille", "mil", "mila", "duizend", "k"), 3),
    **dict.fromkeys(("million", "millions", "millionen", "millón", "millones", "milione", "milioni"), 6),
    **dict.fromkeys(("milhão", "milhões", "miljoen", "mio", "mln", "mn", "m"), 6),
    **dict.fromkeys(("billion", "billions", "milliarde", "milliarden", "milliard", "milliards"), 9),
    **dict.fromkeys(("miliardo", "miliardi", "miljard", "bilhão", "bilhões", "mrd", "bn", "b"), 9),
    **dict.fromkeys(("trillion", "trillions", "tn", "trn"), 12),
}
#: A letter may also be a unit (`5m` high): such a number counts with the power and without.
MOST_DOUBTFUL = 1
WORDS = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety".split(),
        (*range(2, 20), *range(20, 100, 10)),
        strict=True,
    )
)
_POWER = "|".join(sorted(POWERS, key=len, reverse=True))
_WORD = "|".join(sorted(WORDS, key=len, reverse=True))
NUMBER = re.compile(
    r"(?:(?P<grouped>\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,5}(?!\d))(?P<cents>[.,]\d{1,9})?"
    r"|(?P<whole>\d{1,40})(?P<decimals>[.,]\d{1,9})?"
    rf"|\b(?P<word>{_WORD})\b)"
    rf"(?:[\s-]?(?P<power>{_POWER})\b)?(?:\s(?P<second>{_POWER})\b)?",
    re.IGNORECASE,
)
DATE = re.compile(r"(?<!\d)\d{1,4}[.]\d{1,2}[.]\d{1,4}(?!\d)")


def stated(text: str) -> set[Decimal]:
    """The numbers that an article gives, in each way in which they may be read."""
    plain = _plain(text)
    dates = {Decimal(part) for date in DATE.findall(plain) for part in date.split(".")}
    doubtful = {value for match in NUMBER.finditer(plain) for value in _values(match)}
    # `12 500` may be a number, or two.
    apart = {
        Decimal(part)
        for match in NUMBER.finditer(plain)
        if " " in (match["grouped"] or "")
        for part in match["grouped"].split(" ")
        if part.isdecimal()
    }
    return dates | doubtful | apart


def numbers(text: str) -> Iterator[Decimal]:
    """The numbers of a summary, each read in the most likely way. `one` is rarely a number, and left out."""
    for match in NUMBER.finditer(_plain(text)):
        yield _values(match)[-1]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _values(match: "re.Match[str]") -> list[Decimal]:
    """The value of a number, after the one without its power where that is doubtful."""
    value = _value(match)
    power = sum(POWERS[match[part].lower()] for part in ("power", "second") if match[part])
    scaled = value.scaleb(power)
    if match["power"] and len(match["power"]) <= MOST_DOUBTFUL:
        return [value, scaled]
    return [scaled]


def _value(match: "re.Match[str]") -> Decimal:
    if match["word"]:
        return Decimal(WORDS[match["word"].lower()])
    digits = match["whole"] or "".join(sign for sign in match["grouped"] if sign.isdecimal())
    part = match["decimals"] or match["cents"] or ""
    return Decimal(digits + part.replace(",", "."))
