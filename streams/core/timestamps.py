"""Times as text (RFC 3339): to parse what others have written, and to write those of Kafka."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The end of the year 9999: the last time that a date can hold.
LAST_MILLISECOND = 253_402_300_799_999


def utc(written: str | None) -> datetime | None:
    """RFC 3339 and similar forms → the time in UTC; without a time zone it counts as UTC.

    None if it is not a time, or is outside of the years 1 to 9999 in UTC.
    """
    try:
        moment = datetime.fromisoformat((written or "").strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def rfc3339(milliseconds: int) -> str:
    """Milliseconds since 1970 → `2026-03-03T09:00:00.123Z`. What no date can hold becomes the nearest."""
    moment = EPOCH + timedelta(milliseconds=min(max(0, milliseconds), LAST_MILLISECOND))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
