"""Parse times that others have written."""

from datetime import UTC, datetime


def utc(written: str | None) -> datetime | None:
    """RFC 3339 and similar forms → the time in UTC; without a time zone it counts as UTC.

    None if it is not a time, or is outside of the years 1 to 9999 in UTC.
    """
    try:
        moment = datetime.fromisoformat((written or "").strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
