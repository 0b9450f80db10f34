"""Dates as software writes them: in JSON-LD, meta tags and attributes."""

import re
from datetime import UTC, datetime

from agents.clean.fields.dates.calendars import day_of
from agents.clean.fields.dates.place import Place
from agents.clean.fields.dates.written import dates_in, plain_signs
from agents.clean.fields.timestamps import Moment

EPOCH = re.compile(r"(\d{9,10})(?:\d{3}){0,3}(?:\.\d{1,9})?")
COMPACT = re.compile(r"((?:19|20)\d{6})(\d\d)(\d\d)(\d\d)?")
# `Tue Mar 10 07:30:00 EST 2026` of Java, and `Tue Mar 10 2026 07:30:00 GMT+0100 (CET)` of JavaScript.
JAVA = re.compile(
    r"[A-Za-z]{3,9},? (?P<month>[A-Za-z]{3,9}) (?P<day>\d\d?)(?: (?P<early>\d{4}))?"
    r" (?P<clock>\d\d:\d\d(?::\d\d)?) ?(?P<zone>[A-Z]{0,5}(?:[+-]\d\d:?\d\d)?)(?: (?P<year>\d{4}))?"
)
# Years of two digits come first here: `14-12-29`.
SHORT_YEAR = re.compile(r"\d\d-\d\d-\d\d(?!\d)")
MAX_WRITTEN = 100


def read(value: object, place: Place) -> Moment | None:
    """The moment that a value names; None where it names none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = plain_signs(str(value).strip())[:MAX_WRITTEN]
    if COMPACT.fullmatch(text) or EPOCH.fullmatch(text):
        return _numbers(text)
    if SHORT_YEAR.match(text) and f"20{text[:8]}" <= (place.latest or "2070"):
        text = f"20{text}"
    java = JAVA.match(text)
    if java and (java["early"] or java["year"]):
        text = f"{java['day']} {java['month']} {java['early'] or java['year']} {java['clock']} {java['zone']}"
    else:
        moment = Moment.read(text)
        if moment and (corrected := _in_our_calendar(moment, place)):
            return corrected
    dates = dates_in(text, place)
    return dates[0].moment if dates else None


def _numbers(text: str) -> Moment | None:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970; or year, month, day, hour and minute."""
    if compact := COMPACT.fullmatch(text):
        day, hour, minute, second = compact.groups()
        if moment := Moment.read(f"{day} {hour}:{minute}" + (f":{second}" if second else "")):
            return moment
    seconds = EPOCH.fullmatch(text)
    if seconds is None:
        return None
    return Moment.read(datetime.fromtimestamp(int(seconds[1]), UTC).isoformat())


def _in_our_calendar(moment: Moment, place: Place) -> Moment | None:
    year, month, number = map(int, moment.day.split("-"))
    day = day_of(year, month, number, persian=place.persian and year < 1500)
    return Moment(day.isoformat() + moment.text[10:], moment.precision) if day else None
