from hypothesis import given
from hypothesis import strategies as st

from agents.entities.pipelines.gliner import WORD, windows_of

TEXTS = st.text("ab-_. \n!é。", max_size=80)


def stretches(text: str, most: int) -> list[str]:
    return [text[start:end] for start, end in windows_of(text, most)]


def test_a_stretch_ends_with_a_sentence_where_that_is_possible() -> None:
    assert stretches("One two. Three four five. Six", 6) == ["One two.", "Three four five. Six"]
    assert stretches("One two three four five.", 3) == ["One two three", "four five."]
    assert stretches(" ", 3) == []


@given(TEXTS, st.integers(min_value=1, max_value=9))
def test_the_stretches_have_every_word_once_and_none_has_too_many(text: str, most: int) -> None:
    parts = stretches(text, most)

    assert [word for part in parts for word in WORD.findall(part)] == WORD.findall(text)
    assert all(0 < len(WORD.findall(part)) <= most for part in parts)
