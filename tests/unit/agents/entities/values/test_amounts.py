import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.values.amounts import normal_money, normal_percent, normal_quantity
from agents.entities.values.finding import normal_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$3 million", "3000000 USD"),
        ("$1,200.50", "1200.5 USD"),
        ("€4,5 billion", "4500000000 EUR"),
        ("£4.10", "4.1 GBP"),
        ("2,600 cedis", "2600 GHS"),
        ("NZ$560,000", "560000 NZD"),
        ("1.1 trillion won", "1100000000000 KRW"),
        ("half a million dollars", "500000 USD"),
        ("three hundred and twenty euros", "320 EUR"),
        ("50 cents", "0.5 USD"),
        ("USD 40m", "40000000 USD"),
        ("N4.7 billion", "4700000000 NGN"),
        ("RM1,900", "1900 MYR"),
        ("KES 40m", "40000000 KES"),
        ("millions", None),
        ("40", None),
    ],
)
def test_money_has_an_amount_and_a_currency(text: str, expected: str | None) -> None:
    assert normal_money(text) == expected


def test_a_percentage_and_a_quantity_are_numbers() -> None:
    assert normal_percent("4.5 percent") == "4.5"
    assert normal_percent("forty per cent") == "40"
    assert normal_percent("most") is None
    assert normal_quantity("120 km") == "120 km"
    assert normal_quantity("nine acres") == "9 acres"
    assert normal_quantity("1.2 million tonnes") == "1200000 tonnes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3:30 p.m.", "15:30"),
        ("4:17 a.m.", "04:17"),
        ("12 a.m.", "00:00"),
        ("12 pm", "12:00"),
        ("20.44", "20:44"),
        ("11pm", "23:00"),
        ("25:00", None),
        ("the morning", None),
        ("two hours", None),
    ],
)
def test_a_time_of_day_is_in_24_hours(text: str, expected: str | None) -> None:
    assert normal_time(text) == expected


@given(st.text(max_size=40))
def test_any_text_has_a_value_or_none(text: str) -> None:
    for normal in (normal_money, normal_percent, normal_quantity, normal_time):
        assert normal(text) is None or normal(text)
