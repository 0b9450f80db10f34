"""A time as it was written → ISO 8601 with the same precision. No time zone is invented."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parsedate_tz
from typing import Literal, Self

from streams.core.timestamps import utc

Precision = Literal["day", "minute", "second"]

ISO = re.compile(
    r"(?P<day>\d{4}-\d\d?-\d\d?|\d{4}/\d\d?/\d\d?|\d{8})"
    r"(?:[T ,]+(?P<hour>\d\d?):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,:]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d?(?::?\d\d)?)?)?",
    re.IGNORECASE,
)
PLAIN = re.compile(r"[\w .,:/+()-]{1,64}", re.ASCII)
WEEKDAY = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? \d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, minute or second. `text` is ISO 8601; it ends in an offset only where one was written."""

    text: str
    precision: Precision

    @classmethod
    def read(cls, written: str | None) -> Self | None:
        """The moment that `written` starts with (ISO 8601 and similar, RFC 5322); None for other text."""
        text = (written or "").strip()
        match = ISO.match(text)
        if match is None:
            return cls._rfc5322(text) if WEEKDAY.match(text) else None
        try:
            return cls._of(match)
        except ValueError:
            return None

    @property
    def day(self) -> str:
        """YYYY-MM-DD, in the zone it was written in."""
        return self.text[:10]

    def later_than(self, other: "Moment") -> bool:
        """Whether it is certainly later: by more than a day where one of the two is a day or has no zone."""
        mine, theirs = datetime.fromisoformat(self.text), datetime.fromisoformat(other.text)
        if mine.tzinfo is None or theirs.tzinfo is None:
            return mine.replace(tzinfo=None) - theirs.replace(tzinfo=None) > timedelta(days=1)
        return mine > theirs

    @classmethod
    def _of(cls, match: re.Match[str]) -> Self:
        day = _day(match["day"])
        if match["hour"] is None:
            return cls(day, "day")
        second = match["second"] or "00"
        zone = _zone(match["zone"])
        moment = f"{day}T{int(match['hour']):02}:{match['minute']}:{second}{zone}"
        if utc(moment) is None:
            raise ValueError(moment)
        # Software writes a date without a time as midnight.
        if (int(match["hour"]), int(match["minute"]), int(second)) == (0, 0, 0):
            return cls(day, "day")
        if match["second"] is None:
            return cls(f"{moment[:16]}{zone}", "minute")
        return cls(moment, "second")

    @classmethod
    def _rfc5322(cls, text: str) -> Self | None:
        parsed = parsedate_tz(text[:100])
        if parsed is None:
            return None
        offset = re.search(r"([+-]\d{4}|Z|UTC|GMT)\s*$", text)
        day = f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}"
        clock = f"{parsed[3]:02}:{parsed[4]:02}:{parsed[5]:02}" if re.search(r"\d:\d\d", text) else ""
        return cls.read(f"{day} {clock}{offset[1] if offset and clock else ''}".strip())


def as_written(time: str | None) -> str | None:
    """The time, unchanged, or None where the text is none."""
    return time if time and PLAIN.fullmatch(time) and Moment.read(time) else None


def _day(written: str) -> str:
    digits = [written[:4], written[4:6], written[6:]] if written.isdigit() else re.split("[-/]", written)
    return date(*map(int, digits)).isoformat()


def _zone(written: str | None) -> str:
    if not written:
        return ""
    if written.upper() in {"Z", "UTC", "GMT"}:
        return "Z"
    digits = re.sub(r"\D", "", written[1:])
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return "Z" if int(digits) == 0 else f"{written[0]}{int(hours):02}:{minutes}"
