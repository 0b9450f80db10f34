"""The header `Retry-After` of HTTP (RFC 9110, 10.2.3), as clients of other people's servers read it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after(text: str | None, longest: float) -> float:
    """Seconds or a date, as seconds from 0 to `longest`; 0 where there is none or it cannot be read."""
    text = (text or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), longest)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), longest)
