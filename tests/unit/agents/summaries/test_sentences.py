import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.summaries.sentences import split

PIECES = st.sampled_from(
    ["Mr. Berg left. ", "Who? ", "“No,” he said. ", "\n\n", "\n", "😀 ", "é", "第一句。", "نص. ", " "]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=30).map("".join)


def sentences(text: str, language: str | None = "en") -> list[str]:
    return [sentence.text for sentence in split(text, language, most=100, characters=10_000)]


def test_abbreviations_and_quotations_do_not_end_a_sentence() -> None:
    text = "Dr. Berg met Mr. Holm in the U.S. on Monday. “It is over. We go,” she said."

    assert sentences(text) == [
        "Dr. Berg met Mr. Holm in the U.S. on Monday.",
        "“It is over. We go,” she said.",
    ]


def test_a_sentence_does_not_cross_a_paragraph() -> None:
    assert sentences("The harbour\n\nopens today\n \nat noon.") == ["The harbour", "opens today", "at noon."]


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_sentences_without_spaces_are_parted(language: str) -> None:
    assert sentences("港口今天开放。市长来了。", language) == ["港口今天开放。", "市长来了。"]


@pytest.mark.parametrize("language", [None, "", "xx", "not-a-language"])
def test_an_unknown_language_is_split_as_english(language: str | None) -> None:
    assert sentences("It rains. Who knows?", language) == ["It rains.", "Who knows?"]


@given(TEXTS, st.sampled_from(["en", "de", "zh", "ar", "xx", None]))
def test_sentences_are_exact_in_order_and_apart(text: str, language: str | None) -> None:
    sentences = split(text, language, most=50, characters=1000)

    end = 0
    for sentence in sentences:
        assert end <= sentence.start < sentence.end <= len(text)
        assert sentence.text == text[sentence.start : sentence.end] == sentence.text.strip()
        end = sentence.end


def test_only_the_beginning_of_a_text_is_split() -> None:
    text = "It rains. " * 50

    assert len(split(text, "en", most=7, characters=10_000)) == 7
    assert max(sentence.end for sentence in split(text, "en", most=100, characters=35)) <= 35
