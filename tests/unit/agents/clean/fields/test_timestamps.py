from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.fields.timestamps import Moment

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NAIVE = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30))
MOMENTS = NAIVE | st.builds(lambda moment, zone: moment.replace(tzinfo=zone), NAIVE, ZONES)


@pytest.mark.parametrize(
    ("written", "text", "precision"),
    [
        ("2026-05-03", "2026-05-03", "day"),
        ("20260503", "2026-05-03", "day"),
        ("2026/5/3", "2026-05-03", "day"),
        ("2026-05-03T16:20", "2026-05-03T16:20", "minute"),
        ("2026-05-03 16:20 +0200", "2026-05-03T16:20+02:00", "minute"),
        ("2026-05-03T16:20:07.389Z", "2026-05-03T16:20:07Z", "second"),
        ("2026-05-03T16:20:07+00:00", "2026-05-03T16:20:07Z", "second"),
        ("2026-05-03T16:20:07-0530", "2026-05-03T16:20:07-05:30", "second"),
        ("2026-05-03T16:20:07+02", "2026-05-03T16:20:07+02:00", "second"),
        ("2026-05-03 16:20:07 CEST", "2026-05-03T16:20:07", "second"),
        ("2026-05-03T00:00:00+02:00", "2026-05-03", "day"),
        ("Sun, 03 May 2026 16:20:07 GMT", "2026-05-03T16:20:07Z", "second"),
        ("Sun, 3 May 2026 16:20:07 +0200", "2026-05-03T16:20:07+02:00", "second"),
        ("Sun, 3 May 2026 16:20:07 EST", "2026-05-03T16:20:07", "second"),
    ],
)
def test_a_time_is_kept_as_precisely_as_it_was_written(written: str, text: str, precision: str) -> None:
    assert Moment.read(written) == Moment(text, precision)  # type: ignore[arg-type]  # precision is one of its words, typed str


NOT_DATES = ["", None, "yesterday", "2026", "2026-13-01", "2026-02-30", "12:30", "Sunday"]


@pytest.mark.parametrize("written", [*NOT_DATES, "9999-12-31T23:59:59-23:59"])
def test_text_that_is_not_a_date_is_none(written: str | None) -> None:
    assert Moment.read(written) is None


@given(MOMENTS)
def test_a_moment_in_iso_8601_is_read_as_the_same_moment(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    read = Moment.read(moment.isoformat())

    assert read is not None
    if read.precision == "day":
        assert (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    else:
        assert datetime.fromisoformat(read.text) == moment


@given(st.text("0123456789-:TZ+ /,.abcSunMay", max_size=40))
def test_any_text_is_a_valid_date_or_none(written: str) -> None:
    read = Moment.read(written)

    assert read is None or datetime.fromisoformat(read.text)


@pytest.mark.parametrize(
    ("first", "second", "later"),
    [
        ("2026-05-03T10:00:01Z", "2026-05-03T10:00:00Z", True),
        ("2026-05-03T11:00:00+02:00", "2026-05-03T10:00:00Z", False),
        ("2026-05-04", "2026-05-03T10:00:00Z", False),
        ("2026-05-05", "2026-05-03T10:00:00Z", True),
        ("2026-05-04T09:00:00", "2026-05-03T10:00:00Z", False),
    ],
)
def test_later_than_allows_a_day_where_the_zone_or_the_hour_is_unknown(
    first: str, second: str, later: bool
) -> None:
    moment, reference = Moment.read(first), Moment.read(second)

    assert moment is not None
    assert reference is not None
    assert moment.later_than(reference) is later
