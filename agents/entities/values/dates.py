"""Dates as news writes them → ISO 8601, as exact as they are written: `2026-11-03`, `2026-11`, `2026`."""

import re
from datetime import date, timedelta

from agents.entities.values.amounts import ONES

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: i
    for i, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
FULL = re.compile(
    rf"(?:(?P<m1>{MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y1>\d{{4}}))?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{MONTH})\.?(?:,?\s+(?P<y2>\d{{4}}))?)(?!\d)",
    re.IGNORECASE,
)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH_YEAR = re.compile(
    rf"(?:(?P<part>early|mid|late|last|this|next|in)[\s-]+)?(?P<month>{MONTH})\.?(?:,?\s+(?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:(?:early|mid|late|in|the year)[\s-]+)*(1[5-9]\d\d|20\d\d)")
WEEKDAY = re.compile(
    rf"(?:(?P<part>last|this|next|early|late|on)\s+)?(?P<day>{'|'.join(WEEKDAYS)})(?:\s+(?:morning|afternoon"
    rf"|evening|night))?",
    re.IGNORECASE,
)
RELATIVE = re.compile(
    r"(?P<part>last|this|next)\s+(?P<unit>week|month|year)|(?P<day>today|tonight|yesterday|tomorrow)",
    re.IGNORECASE,
)
AGO = re.compile(
    r"(?P<number>an?|\d{1,3}|" + "|".join(ONES[1:]) + r")\s+(?P<unit>day|week|month|year)s?\s+ago",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"the\s++", re.IGNORECASE)
#: `the first of December`, `December the twenty-first`.
IN_WORDS = {
    name: str(number)
    for number, name in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
        " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
        " twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth"
        " twenty-ninth thirtieth thirty-first".split(),
        start=1,
    )
}
ORDINAL = re.compile(rf"\b(?:the\s+)?({'|'.join(sorted(IN_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
DAYS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
STEPS = {"last": -1, "this": 0, "next": 1}


def normal_date(text: str, published: date | None, *, ahead: bool = False) -> str | None:
    """The date in ISO 8601, resolved against the day of publication; None where it is no point in time.

    `ahead`: a weekday is the next one, where it would be the last.
    """
    text = ARTICLE.sub("", " ".join(text.strip(" ,.").split()), count=1) if text else text
    if ISO.fullmatch(text):
        return text
    try:
        return (
            _full(ORDINAL.sub(lambda match: IN_WORDS[match[1].casefold()], text), published)
            or _month(text, published)
            or _year(text)
            or (_relative(text, published, ahead=ahead) if published else None)
        )
    except OverflowError:
        # Before the year 1, or after 9999.
        return None


def _full(text: str, published: date | None) -> str | None:
    match = FULL.search(text)
    if match is None:
        return None
    month = MONTHS[(match["m1"] or match["m2"]).casefold()]
    day, year = int(match["d1"] or match["d2"]), match["y1"] or match["y2"]
    try:
        if year is not None:
            return date(int(year), month, day).isoformat()
        return None if published is None else _nearest(month, day, published).isoformat()
    except ValueError:
        return None


def _nearest(month: int, day: int, published: date) -> date:
    return min(_near(month, day, published), key=lambda each: abs(each - published))


def _near(month: int, day: int, published: date) -> list[date]:
    """The day in the year of publication, the one before and the one after."""
    years = (published.year - 1, published.year, published.year + 1)
    return [date(year, month, day) for year in years if month != 2 or day != 29 or year % 4 == 0]


def _month(text: str, published: date | None) -> str | None:
    match = MONTH_YEAR.fullmatch(text)
    if match is None:
        return None
    month = MONTHS[match["month"].casefold()]
    if match["year"]:
        return f"{match['year']}-{month:02}"
    if published is None or text.casefold() == "may":
        return None
    return f"{_nearest(month, 15, published).year}-{month:02}"


def _year(text: str) -> str | None:
    match = YEAR.fullmatch(text)
    return match[1] if match else None


def _relative(text: str, published: date, *, ahead: bool) -> str | None:
    if match := WEEKDAY.fullmatch(text):
        return _weekday(match, published, ahead=ahead).isoformat()
    if match := AGO.fullmatch(text):
        number = 1 if match["number"].casefold() in ("a", "an") else _number(match["number"])
        return _unit(match["unit"].casefold(), -number, published)
    match = RELATIVE.fullmatch(text)
    if match is None:
        return None
    if match["day"]:
        return (published + timedelta(days=DAYS[match["day"].casefold()])).isoformat()
    return _unit(match["unit"].casefold(), STEPS[match["part"].casefold()], published)


def _weekday(match: re.Match[str], published: date, *, ahead: bool) -> date:
    """The last such day up to the day of publication; with `next`, the first after it."""
    back = (published.weekday() - WEEKDAYS[match["day"].casefold()]) % 7
    part = (match["part"] or "").casefold()
    if part == "next" or (ahead and back and part != "last"):
        return published + timedelta(days=7 - back)
    return published - timedelta(days=back or (7 if part == "last" else 0))


def _number(written: str) -> int:
    return int(written) if written.isdigit() else ONES.index(written.casefold())


def _unit(unit: str, step: int, published: date) -> str | None:
    if unit == "day":
        return (published + timedelta(days=step)).isoformat()
    if unit == "year":
        return str(published.year + step)
    if unit == "month":
        months = published.year * 12 + published.month - 1 + step
        return f"{months // 12}-{months % 12 + 1:02}"
    year, week, _ = (published + timedelta(weeks=step)).isocalendar()
    return f"{year}-W{week:02}"
