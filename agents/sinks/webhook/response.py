"""What the status of an answer means for the record.

    2xx                       accepted
    400, 409, 413, 415, 422   rejected
    all other                 the receiver is unavailable, misconfigured or busy: the record is sent again

401, 403, 404, 410, 429 or 503 would be the answer to any record, so the record is not the cause; of a 500 it
may be.
"""

from dataclasses import dataclass
from http import HTTPStatus

from agents.retry_after import retry_after as seconds_to_wait

REJECTIONS = frozenset({400, 409, 413, 415, 422})
#: About the sender, the network or the moment, and not about the record, like redirects that are not
#: followed.
ALIKE = frozenset({401, 402, 403, 404, 405, 407, 408, 410, 425, 429, 502, 503, 504})
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The receiver has the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The receiver will never accept the record."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLater:
    """The receiver does not accept the record now; it may have asked to wait for some seconds."""

    reason: str
    wait: float = 0.0
    alike: bool = False
    """Whether any record would get this answer, so that this record is not the cause."""


Answer = Accepted | Rejected | RetryLater


def judge(status: int, retry_after: str | None = None, quoted: str = "") -> Answer:
    """What a status means. `quoted` is the beginning of the answer's body."""
    if 200 <= status < 300:
        return Accepted()
    reason = f"it answers {_named(status)}"
    if status in REJECTIONS:
        return Rejected(reason=f"{reason}: {quoted}" if quoted else reason)
    redirect = 300 <= status < 400
    if redirect:
        reason += ", a redirect that is not followed: 307 and 308 would be"
    return RetryLater(
        reason=reason, wait=seconds_to_wait(retry_after, LONGEST_WAIT), alike=redirect or status in ALIKE
    )


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
