import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.mentions import mention


@pytest.mark.parametrize(
    ("found", "name"),
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
def test_what_is_not_part_of_the_name_is_left_out(found: str, name: str) -> None:
    whole = f"Yes {found} said"

    made = mention("text", whole, 4, 4 + len(found), "person")

    assert made is not None
    assert made.text == name
    assert whole[made.start : made.end] == name


@pytest.mark.parametrize("found", ["2026", "–", "the", "’s", "\n", "...", "", "  ", "$5"])
def test_a_stretch_without_a_name_is_none(found: str) -> None:
    assert mention("text", f"Yes {found} said", 4, 4 + len(found), "person") is None


@given(st.text(), st.data())
def test_a_mention_is_exactly_where_it_says_within_what_was_found(whole: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))

    made = mention("text", whole, start, end, "place")

    if made is not None:
        assert start <= made.start < made.end <= end
        assert whole[made.start : made.end] == made.text
        assert "\n" not in made.text
