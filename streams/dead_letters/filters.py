"""Select dead letters by name, reason, time, key and feed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from streams.core.message import Message
from streams.dead_letters.listing import DeadLetter
from streams.errors import ConfigError

AGE = re.compile(r"(\d{1,6})\s*(s|m|h|d|w)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def always(_: Message) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterFilter:
    """Conditions that all must hold; an empty one always does. Times are in milliseconds since 1970."""

    names: Sequence[str] = ()
    reasons: Sequence[str] = ()
    since: int | None = None
    until: int | None = None
    feed: str | None = None
    wanted: Callable[[Message], bool] = always
    """Whether a dead-letter record is of the article that is sought."""

    @property
    def everything(self) -> bool:
        return self == DeadLetterFilter()

    def takes(self, dead_letter: DeadLetter) -> bool:
        return (
            (not self.names or any(dead_letter.is_called(name) for name in self.names))
            and (not self.reasons or dead_letter.reason in self.reasons)
            and (self.since is None or dead_letter.at >= self.since)
            and (self.until is None or dead_letter.at <= self.until)
            and (self.feed is None or dead_letter.feed == self.feed)
        )


def moment(text: str, now: datetime | None = None) -> int:
    """RFC 3339 or an age (`90s`, `2h`, `3d`) -> milliseconds since 1970. Raises `ConfigError`."""
    age = AGE.fullmatch(text.strip())
    try:
        if age:
            time = (now or datetime.now(UTC)) - timedelta(**{UNITS[age[2]]: int(age[1])})
        else:
            time = datetime.fromisoformat(text.strip())
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        return max(0, round(time.timestamp() * 1000))
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            f"{text!r} is neither a time like 2026-11-25T08:00:00Z nor an age like 90s, 30m, 2h, 3d or 1w"
        ) from error
