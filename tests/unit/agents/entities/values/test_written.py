"""Amounts and times of day are taken whole, by how they are written."""

import pytest

from agents.entities.mentions import Mention
from agents.entities.values.written import with_written


def of_model(text: str, part: str, kind: str) -> list[Mention]:
    start = text.index(part)
    return [Mention("text", start, start + len(part), part, kind)]


def taken(text: str, mentions: list[Mention] | None = None) -> list[tuple[str, str]]:
    return [(each.text, each.type) for each in with_written(text, mentions or [])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Inflation fell to 4.2 per cent in May.", ("4.2 per cent", "percent")),
        ("Turnout was about 61%.", ("about 61%", "percent")),
        ("It rose by twenty-five percent.", ("twenty-five percent", "percent")),
        ("The gap is 2.5 percentage points.", ("2.5 percentage points", "percent")),
        ("She paid $31 for it.", ("$31", "money")),
        ("A loan of Sh340 million was agreed.", ("Sh340 million", "money")),
        ("It cost more than €1.7bn.", ("more than €1.7bn", "money")),
        ("They owe 402 billion tenge.", ("402 billion tenge", "money")),
        ("He was fined R800,000 in court.", ("R800,000", "money")),
        ("A loaf is 52p now.", ("52p", "money")),
        ("They met at 7.20am.", ("7.20am", "time")),
        ("It opened at about 6:30 p.m. and closed.", ("about 6:30 p.m.", "time")),
        ("Fire broke out late Tuesday night.", ("late Tuesday night", "time")),
    ],
)
def test_what_is_written_as_an_amount_or_a_time_is_one(text: str, expected: tuple[str, str]) -> None:
    assert taken(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ["The N12 is closed.", "It has 1080p video.", "Peel 40 carrots.", "Room R2 won 402 games.", "A 3-1 win."],
)
def test_other_numbers_are_none(text: str) -> None:
    assert taken(text) == []


def test_a_model_may_take_more_but_no_less() -> None:
    text = "Prices rose by some 4% a month, it paid $31, only 9 euros."
    more = of_model(text, "some 4% a month", "percent")
    assert taken(text, more)[0] == ("some 4% a month", "percent")
    assert taken(text, of_model(text, "31", "money"))[1] == ("$31", "money")
    assert taken(text, of_model(text, "only 9 euros", "money"))[-1] == ("9 euros", "money")


def test_what_is_no_name_is_an_amount() -> None:
    text = "The county owes Sh52.9 billion, a sum as in The Sh1 Million Riddle."
    mentions = [*of_model(text, "Sh52.9 billion", "place"), *of_model(text, "The Sh1 Million Riddle", "work")]
    assert taken(text, mentions) == [("Sh52.9 billion", "money"), ("The Sh1 Million Riddle", "work")]


def test_a_date_of_hours_is_a_time() -> None:
    text = "It took two and a half hours."
    assert taken(text, of_model(text, "two and a half hours", "date")) == [("two and a half hours", "time")]
