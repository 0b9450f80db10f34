"""What a receiver's answer means for the record that it answers.

    2xx                       taken
    400, 409, 413, 415, 422   the receiver will not have this record: rejected
    all other                 the receiver is away, wrongly set up or busy: the record is sent again

401, 403, 404, 410, 429 or 503 would meet every record alike, so they blame none; a 500 may be what the
receiver makes of this record.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

REJECTIONS = frozenset({400, 409, 413, 415, 422})
#: Said of the sender, the way or the hour, not of the record. So are redirects that are not followed.
ALIKE = frozenset({401, 402, 403, 404, 405, 407, 408, 410, 425, 429, 502, 503, 504})
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The receiver has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class No:
    """The receiver will not have this record."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The receiver cannot have any just now; it may have said for how many seconds."""

    reason: str
    wait: float = 0.0
    alike: bool = False
    """Whether any record would be answered so: then it says nothing of this one."""


Answer = Taken | No | Later


def judge(status: int, retry_after: str | None = None, said: str = "") -> Answer:
    """What a status means. `said` is the beginning of the answer's body."""
    if 200 <= status < 300:
        return Taken()
    reason = f"it answers {_named(status)}"
    if status in REJECTIONS:
        return No(reason=f"{reason}: {said}" if said else reason)
    redirect = 300 <= status < 400
    if redirect:
        reason += ", a redirect that is not followed: 307 and 308 would be"
    return Later(reason=reason, wait=_seconds(retry_after), alike=redirect or status in ALIKE)


def _seconds(retry_after: str | None) -> float:
    """`Retry-After` as seconds or as a date, from 0 to 60; 0 where it cannot be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), LONGEST_WAIT)


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
