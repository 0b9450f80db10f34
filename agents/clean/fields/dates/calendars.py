"""The calendars that news pages date by, as days of ours."""

from collections.abc import Mapping
from datetime import date, timedelta

BUDDHIST = 543
BUDDHIST_YEARS = range(1995 + BUDDHIST, 2101 + BUDDHIST)
PERSIAN_YEARS = range(1374, 1479)
# The first day of the Persian year 1374; its first six months have 31 days, the others 30.
NOWRUZ_1374 = date(1995, 3, 21)
LONG_MONTHS = 6
#: The year before the first of each era; years of the Republic of China are written like those of an era.
ERAS: Mapping[str, int] = {"昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911}


def day_of(year: int, month: int, day: int, *, persian: bool = False) -> date | None:
    """The day; None where there is none. A year of the Buddhist calendar is known by its number."""
    try:
        if persian:
            return _persian(year, month, day)
        return date(year - BUDDHIST if year in BUDDHIST_YEARS else year, month, day)
    except ValueError:
        return None


def full_year(written: str, *, buddhist: bool = False) -> int:
    """`24` is 2024, `97` is 1997, and `67` in Thai is 2567."""
    year = int(written)
    if len(written) > 2:
        return year
    if buddhist:
        return year + 2500
    return year + (2000 if year < 70 else 1900)


def _persian(year: int, month: int, day: int) -> date:
    if year not in PERSIAN_YEARS or not 1 <= month <= 12 or not 1 <= day <= 31 - (month > LONG_MONTHS):
        raise ValueError(year, month, day)
    leaps = sum(_is_leap(each) for each in range(PERSIAN_YEARS.start, year))
    passed = 31 * min(month - 1, LONG_MONTHS) + 30 * max(0, month - 1 - LONG_MONTHS) + day - 1
    return NOWRUZ_1374 + timedelta(365 * (year - PERSIAN_YEARS.start) + leaps + passed)


def _is_leap(year: int) -> bool:
    """By the cycle of 33 years, which is right for all of `PERSIAN_YEARS`."""
    return (25 * year + 11) % 33 < 8
