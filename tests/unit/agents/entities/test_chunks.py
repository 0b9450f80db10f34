from hypothesis import given
from hypothesis import strategies as st

from agents.entities.chunks import cut, pieces, readable

TEXTS = st.text(alphabet=st.sampled_from("ab \n😀é"), max_size=300)


@given(TEXTS, st.integers(1, 50))
def test_the_pieces_joined_are_the_text_and_none_is_too_long(text: str, most: int) -> None:
    parts = list(pieces(text, most))

    assert "".join(part for _, part in parts) == text
    assert all(text[at : at + len(part)] == part and len(part) <= most for at, part in parts)


def test_pieces_are_cut_between_paragraphs_rather_than_between_words() -> None:
    parts = list(pieces("one two\n\nthree four five", 12))

    assert parts == [(0, "one two\n\n"), (9, "three four "), (20, "five")]


@given(TEXTS, st.integers(1, 50))
def test_a_cut_text_is_the_beginning_of_the_text(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most
    assert text.startswith(cut(text, most))


def test_a_text_is_not_cut_within_a_word() -> None:
    assert cut("Anna Berg met", 7) == "Anna"
    assert cut("Anna Berg met", 9) == "Anna Berg"
    assert cut("Anna Berg", 9) == "Anna Berg"


def test_a_long_run_that_is_not_a_word_is_blanked_and_the_rest_keeps_its_place() -> None:
    assert readable(f"Anna {'(' * 5000} Berg") == f"Anna {' ' * 5000} Berg"
    assert readable("Anna Berg") == "Anna Berg"
