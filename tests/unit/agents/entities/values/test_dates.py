from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.values.dates import normal_date

#: A Saturday.
PUBLISHED = date(2017, 1, 14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan. 23", "2017-01-23"),
        ("Dec. 28", "2016-12-28"),
        ("14 August 2018", "2018-08-14"),
        ("August 14th, 2018", "2018-08-14"),
        ("2018-08-14", "2018-08-14"),
        ("January 2015", "2015-01"),
        ("late January", "2017-01"),
        ("December", "2016-12"),
        ("2009", "2009"),
        ("Friday", "2017-01-13"),
        ("Saturday", "2017-01-14"),
        ("last Saturday", "2017-01-07"),
        ("next Monday", "2017-01-16"),
        ("Tuesday night", "2017-01-10"),
        ("today", "2017-01-14"),
        ("yesterday", "2017-01-13"),
        ("last year", "2016"),
        ("next month", "2017-02"),
        ("last month", "2016-12"),
        ("this week", "2017-W02"),
        ("the first of December", "2016-12-01"),
        ("January the twenty-third", "2017-01-23"),
        ("the last week", "2017-W01"),
        ("a year ago", "2016"),
        ("three days ago", "2017-01-11"),
        ("two weeks ago", "2016-W52"),
        ("February 30", None),
        ("six-year", None),
        ("two weeks", None),
        ("27", None),
    ],
)
def test_a_date_is_resolved_against_the_day_of_publication_as_exactly_as_it_is_written(
    text: str, expected: str | None
) -> None:
    assert normal_date(text, PUBLISHED) == expected


@pytest.mark.parametrize("text", ["Friday", "Jan. 23", "last year", "December"])
def test_a_date_that_needs_the_day_of_publication_has_no_value_without_it(text: str) -> None:
    assert normal_date(text, None) is None


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-150, 150))
def test_a_day_without_its_year_is_the_nearest(published: date, days: int) -> None:
    day = published + timedelta(days=days)
    if (day.month, day.day) != (2, 29):
        assert normal_date(f"{day:%B} {day.day}", published) == day.isoformat()


@given(st.dates(), st.sampled_from(["yesterday", "three days ago", "next Monday", "last week", "May 9"]))
def test_a_date_near_the_ends_of_the_calendar_is_one_or_none(published: date, text: str) -> None:
    normal_date(text, published)


def test_before_the_first_day_there_is_none() -> None:
    assert normal_date("yesterday", date.min) is None


def test_a_weekday_ahead_is_the_next_one() -> None:
    assert normal_date("Friday", PUBLISHED, ahead=True) == "2017-01-20"
    assert normal_date("Saturday", PUBLISHED, ahead=True) == "2017-01-14"
    assert normal_date("last Friday", PUBLISHED, ahead=True) == "2017-01-13"
