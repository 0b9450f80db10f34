import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.mentions import mention


@pytest.mark.parametrize(
    ("span", "name"),
    [
        ("the Harbour Board", "Harbour Board"),
        ("The Harbour Board's", "Harbour Board"),
        ("the States’", "States"),
        ("“Anna Berg,”", "Anna Berg"),
        ("U.S.", "U.S."),
        ("Theresa Holm", "Theresa Holm"),
        ("Anna Berg\n\nHarbour", "Anna Berg"),
        ("\n\nAnna Berg", "Anna Berg"),
        ("@annaberg", "@annaberg"),
    ],
)
def test_what_is_not_part_of_the_name_is_left_out(span: str, name: str) -> None:
    whole = f"Yes {span} said"

    result = mention("text", whole, 4, 4 + len(span), "person")

    assert result is not None
    assert result.text == name
    assert whole[result.start : result.end] == name


@pytest.mark.parametrize("span", ["2026", "–", "the", "’s", "\n", "...", "", "  ", "$5"])
def test_a_stretch_without_a_name_is_none(span: str) -> None:
    assert mention("text", f"Yes {span} said", 4, 4 + len(span), "person") is None


@given(st.text(), st.data())
def test_a_mention_is_exactly_where_it_says_within_what_was_found(whole: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))

    result = mention("text", whole, start, end, "place")

    if result is not None:
        assert start <= result.start < result.end <= end
        assert whole[result.start : result.end] == result.text
        assert "\n" not in result.text
