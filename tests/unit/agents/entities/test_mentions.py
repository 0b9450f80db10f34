import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.mentions import mention


@pytest.mark.parametrize(
    ("stretch", "name"),
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
def test_words_and_signs_around_the_name_are_left_out(stretch: str, name: str) -> None:
    whole = f"Yes {stretch} said"

    trimmed = mention("text", whole, 4, 4 + len(stretch), "person")

    assert trimmed is not None
    assert trimmed.text == name
    assert whole[trimmed.start : trimmed.end] == name


@pytest.mark.parametrize("stretch", ["2026", "–", "the", "’s", "\n", "...", "", "  ", "$5"])
def test_a_stretch_without_a_name_is_none(stretch: str) -> None:
    assert mention("text", f"Yes {stretch} said", 4, 4 + len(stretch), "person") is None


@given(st.text(), st.data())
def test_a_mention_has_exact_offsets_within_the_stretch(whole: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))

    trimmed = mention("text", whole, start, end, "place")

    if trimmed is not None:
        assert start <= trimmed.start < trimmed.end <= end
        assert whole[trimmed.start : trimmed.end] == trimmed.text
        assert "\n" not in trimmed.text
