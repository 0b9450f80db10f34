"""Which dead letters a filter selects, and how times may be written."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dead_letters.filters import DeadLetterFilter, moment
from streams.dead_letters.listing import DeadLetter
from streams.errors import ConfigError

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def dead_letter(**changes: object) -> DeadLetter:
    place = {"record": "news.raw/3/17", "place": "news.dead.clean/0/4", "offset": 4, "raw": "news.raw/3/17"}
    failure = {"stage": "clean", "reason": "failed", "error": "boom", "at": 1000}
    fields = {**place, **failure, "key": b"k", "version": "", "size": 3, "feed": "north", **changes}
    return DeadLetter(**fields)  # type: ignore[arg-type]  # fields of any type, by name


@pytest.mark.parametrize("name", ["news.raw/3/17", "news.dead.clean/0/4", "4"])
def test_a_dead_letter_is_selected_by_each_of_its_three_names(name: str) -> None:
    assert DeadLetterFilter(names=["news.raw/0/0", name]).takes(dead_letter())
    other = dead_letter(record="news.raw/3/18", place="news.dead.clean/0/5", offset=5)
    assert not DeadLetterFilter(names=[name]).takes(other)


def test_a_dead_letter_must_match_every_filter_that_is_set() -> None:
    assert DeadLetterFilter().takes(dead_letter())
    every = DeadLetterFilter(reasons=["invalid", "failed"], since=1000, until=1000, feed="north")
    assert every.takes(dead_letter())
    for other in (
        DeadLetterFilter(reasons=["invalid"]),
        DeadLetterFilter(since=1001),
        DeadLetterFilter(until=999),
        DeadLetterFilter(feed="south"),
        DeadLetterFilter(names=["5"], reasons=["failed"]),
    ):
        assert not other.takes(dead_letter())


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2h", NOW - timedelta(hours=2)),
        ("90s", NOW - timedelta(seconds=90)),
        ("30m", NOW - timedelta(minutes=30)),
        ("3 d", NOW - timedelta(days=3)),
        ("1w", NOW - timedelta(days=7)),
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11-24T10:00:00+02:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00:00Z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
    ],
)
def test_a_time_is_rfc_3339_or_an_age(text: str, when: datetime) -> None:
    assert moment(text, NOW) == when.timestamp() * 1000


@pytest.mark.parametrize("text", ["", "yesterday", "2", "h", "-2h", "2026-13-01", "999999w"])
def test_any_other_time_is_an_error_of_one_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match="is neither a time"):
        moment(text, NOW)


@given(st.text(max_size=12))
def test_no_text_raises_another_error(text: str) -> None:
    with suppress(ConfigError):
        assert moment(text, NOW) >= 0
