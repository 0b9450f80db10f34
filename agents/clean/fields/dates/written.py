"""Dates as people write them, found in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from unicodedata import digit

from agents.clean.fields.dates import labels, months, zones
from agents.clean.fields.dates.calendars import ERAS, day_of, full_year
from agents.clean.fields.dates.place import Place
from agents.clean.fields.timestamps import Moment

MAX_TEXT = 2000
MAX_LINE = 80
MAX_LABEL = 20
"""Letters beside dates and their labels: the name of a town, of a paper."""
# Decimal digits of all scripts, the full-width signs of Chinese and Japanese, and marks of direction.
SIGNS: dict[int, str | None] = {
    code: str(digit(chr(code))) for code in range(0x80, 0x10000) if chr(code).isdecimal()
}
SIGNS |= dict(zip(map(ord, "：／．－，　،٬٫\u00a0\u202f\u2009\u2010\u2011"), ":/.-, ,,.   --", strict=True))
SIGNS |= dict.fromkeys((0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2069, 0xFEFF))

WORD = r"[^\s\d!-/:-@\[-`{-~·•–—|]"
YEAR = r"(?P<y>\d{4}(?!\d)|['’]\d\d(?!\d)|\d\d(?![\d:.,%]|\s?[^\W\d]))"
NUMERIC = re.compile(
    r"(?<![\d.,/$€£-])(?<!\d:)(?:"
    r"(?P<y>\d{4})\s?(?P<s>[-/.年년])\s?(?P<m>\d{1,2})\s?(?:(?P=s)|[月월])\s?(?P<d>\d{1,2})(?!\d)"
    r"|(?P<a>\d{1,2})\s?(?P<t>[-/.])\s?(?P<b>\d{1,2})\s?(?P=t)\s?(?P<z>(?:19|2[056]|1[34])\d\d|\d\d)"
    r"(?![\d/-]|[.,:]\d))"
)
DAY_FIRST = re.compile(
    r"(?<![\d.,/$€£-])(?<!\d:)(?P<d>\d{1,2})(?:(?:st|nd|rd|th|er|re|[º°ª])(?![^\W\d_]))?+"
    rf"(?P<w>(?:[\s.,-]{{0,3}}+{WORD}{{1,18}}+){{1,4}})[\s.,'’-]{{0,3}}?{YEAR}"
)
MONTH_FIRST = re.compile(
    rf"(?<!{WORD})(?P<w>{WORD}{{2,15}}+)\.?[\s-]{{0,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s?[,\s.-]\s?{YEAR}"
)
YEAR_FIRST = re.compile(
    rf"(?<![\d.,/-])(?<!\d:)(?P<y>\d{{4}})\.?(?:\s(?:m|gada|оны)\.?)?[\s,.-]{{1,2}}(?P<w>{WORD}{{3,15}}+)\.?[\s-]{{1,2}}"
    r"(?P<d>\d{1,2})(?!\d)"
)
VIETNAMESE = re.compile(
    r"(?P<d>\d{1,2})\s(?:tháng|thg)\s?(?P<m>\d{1,2})(?:,\s?|\snăm\s|\s)(?P<y>\d{4})", re.I
)
ERA = re.compile(
    rf"(?P<era>{'|'.join(ERAS)})\s?(?P<y>元|\d{{1,3}})\s?年\s?(?P<m>\d{{1,2}})\s?月\s?(?P<d>\d{{1,2}})\s?日"
)
CLOCK = re.compile(
    r"(?:T|[\s,.|@(/·•일号日)–—-]{0,4}(?:\([^\W\d]\)\s?|г\.?,?\s)?"
    r"(?:(?P<before>오전|오후|上午|下午|晚上|午前|午後)\s?|[^\W\d]{1,7}[.:]?\s{1,2})?)"
    r"(?P<h>\d{1,2})\s?[:.h時时시點点]\s?(?P<min>\d\d)(?!\d|[./-]\d)[分분]?(?::(?P<sec>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[ap]\.?\s?m\b|μ\.?\s?μ|π\.?\s?μ|م|ص)?\.?\s?\(?"
    r"(?P<zone>(?:GMT|UTC)[+-]\d\d?(?::?\d\d)?|[+-]\d\d:?\d\d|[A-ZМСК]{1,4}(?![^\W\d_]))?",
    re.IGNORECASE,
)
CLOCK_BEFORE = re.compile(
    r"(?<![\d:.])(?P<h>\d{1,2})[:.](?P<min>\d\d)(?P<sec>)(?P<before>)\s?(?P<half>[ap]\.?m\.?)?\s?(?P<zone>[A-Z]{2,4})?"
    r"[\s,|·–—-]{1,3}(?:on\s|\w{3,9},?\s)?$",
    re.IGNORECASE,
)
AFTERNOON = {"오후", "下午", "晚上", "午後", "p", "م"}
HOUR_WINDOW = 40


@dataclass(frozen=True, slots=True)
class Written:
    """A date, and where it begins and ends in the text with plain digits and signs."""

    start: int
    end: int
    moment: Moment


def plain_signs(text: str) -> str:
    """The text with the digits and signs of ASCII, and without marks of direction."""
    return text[:MAX_TEXT] if text.isascii() else text[:MAX_TEXT].translate(SIGNS)


def dates_in(text: str, place: Place) -> list[Written]:
    """The dates in a text of plain signs, in its order; those that overlap another are left out."""
    dates: list[Written] = []
    end = 0
    for start, stop, day in sorted(_days(text, place)):
        if start >= end:
            moment, end = _with_time(text, start, stop, day, place)
            dates.append(Written(start, end, moment))
    return dates


def is_date_line(text: str) -> bool:
    """Whether a short line says little beside dates: `Published on 20 March 2026 at 6:30`."""
    plain = plain_signs(text)
    dates = dates_in(plain, Place()) if len(plain) <= MAX_LINE else []
    if not dates or labels.label_before(plain[: dates[0].start]) == "other":
        return False
    rest = without_dates(plain, dates)
    return labels.letters_beside(rest) <= MAX_LABEL and not labels.is_sentence(rest)


def without_dates(plain: str, dates: list[Written]) -> str:
    ends = [0, *(each.end for each in dates)]
    starts = [*(each.start for each in dates), len(plain)]
    return " ".join(plain[end:start] for end, start in zip(ends, starts, strict=True))


def _days(text: str, place: Place) -> Iterator[tuple[int, int, date]]:
    for match in NUMERIC.finditer(text):
        day = _numeric(match, place)
        if day:
            yield match.start(), match.end(), day
    for pattern in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST):
        for match in pattern.finditer(text):
            if day := _in_words(match["y"], match["w"], match["d"], place):
                yield match.start(), match.end(), day
    for pattern in (VIETNAMESE, ERA):
        for match in pattern.finditer(text):
            year = match["y"].replace("元", "1")
            first = ERAS.get(match["era"], 0) if pattern is ERA else 0
            if day := day_of(first + int(year), int(match["m"]), int(match["d"])):
                yield match.start(), match.end(), day


def _numeric(match: re.Match[str], place: Place) -> date | None:
    if match["y"]:
        return _day(match["y"], int(match["m"]), int(match["d"]), place)
    first, second = int(match["a"]), int(match["b"])
    # With stops, no country writes the month first.
    month_first = place.month_first and match["t"] != "."
    orders = ((first, second), (second, first)) if month_first else ((second, first), (first, second))
    days = [day for month, number in orders if (day := _day(match["z"], month, number, place))]
    past = [day for day in days if place.latest is None or day.isoformat() <= place.latest]
    known = (day for day in past if day.isoformat() in place.known)
    return next(iter((*known, *past, *days)), None)


def _in_words(year: str, words: str, day: str, place: Place) -> date | None:
    number = months.month(words, place.language)
    if number is not None:
        return _day(year.lstrip("'’"), number, int(day), place, gregorian=True)
    number = months.persian_month(words)
    return day_of(int(year.lstrip("'’")), number, int(day), persian=True) if number else None


def _day(year: str, month: int, day: int, place: Place, *, gregorian: bool = False) -> date | None:
    full = full_year(year, buddhist=place.buddhist)
    return day_of(full, month, day, persian=place.persian and full < 1500 and not gregorian)


def _with_time(text: str, start: int, end: int, day: date, place: Place) -> tuple[Moment, int]:
    """The date with the time of day beside it, and where that ends."""
    after = CLOCK.match(text, end, end + HOUR_WINDOW)
    clock = after or CLOCK_BEFORE.search(text, max(0, start - HOUR_WINDOW), start)
    moment = _at(day, clock, place) if clock else None
    if moment is None:
        return Moment(day.isoformat(), "day"), end
    return moment, after.end() if after else end


def _at(day: date, clock: re.Match[str], place: Place) -> Moment | None:
    hour = int(clock["h"])
    half = (clock["before"] or clock["half"] or "")[:1].lower()
    late = (clock["before"] or half) in AFTERNOON or (clock["half"] or "").startswith("μ")
    if clock["before"] or clock["half"]:
        hour = hour % 12 + 12 * late
    zone = clock["zone"] or ""
    written = re.search(r"[+-].+", zone)
    offset = written[0] if written else zones.offset(zone, place.country)
    second = f":{clock['sec']}" if clock["sec"] else ""
    return Moment.read(f"{day.isoformat()}T{hour:02}:{clock['min']}{second}{offset}")
