"""Times as somebody else wrote them."""

from datetime import UTC, datetime


def utc(written: str | None) -> datetime | None:
    """RFC 3339 and its relatives → the moment in UTC; without a zone it counts as UTC.

    None for what is no time, or is outside of the years 1 to 9999 in UTC.
    """
    try:
        moment = datetime.fromisoformat((written or "").strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
