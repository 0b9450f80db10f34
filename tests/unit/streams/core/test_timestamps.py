"""Times are written as RFC 3339 in UTC with milliseconds, and can be read again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.core.timestamps import EPOCH, LAST_MILLISECOND, rfc3339, utc


@given(st.integers(0, LAST_MILLISECOND))
def test_what_is_written_is_read_as_the_same_time(milliseconds: int) -> None:
    assert utc(rfc3339(milliseconds)) == EPOCH + timedelta(milliseconds=milliseconds)


def test_a_time_has_milliseconds_and_the_zone_of_utc() -> None:
    assert rfc3339(1_772_528_400_000) == "2026-03-03T09:00:00.000Z"


@given(st.integers(max_value=-1) | st.integers(LAST_MILLISECOND + 1))
def test_a_time_that_no_date_can_hold_becomes_the_nearest(milliseconds: int) -> None:
    assert rfc3339(milliseconds) in {"1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"}
