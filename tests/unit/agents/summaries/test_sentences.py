import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.summaries.sentences import split

PIECES = st.sampled_from(
    ["Mr. Berg left. ", "Who? ", "“No,” he said. ", "\n\n", "\n", "😀 ", "é", "第一句。", "نص. ", " "]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=30).map("".join)


def sentences(text: str, language: str | None) -> list[str]:
    return [sentence.text for sentence in split(text, language, most=100, characters=10_000)]


NAMES = "Dr. Berg met Mr. Holm in the U.S. on Monday."
SAID = "“It is over. We go,” she said."


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (f"{NAMES} {SAID}", "en", [NAMES, SAID]),
        ("The harbour\n\nopens today\n \nat noon.", "en", ["The harbour", "opens today", "at noon."]),
        ("港口今天开放。市长来了。", "zh", ["港口今天开放。", "市长来了。"]),
        ("港口今天开放。市长来了。", "ja", ["港口今天开放。", "市长来了。"]),
        *(("Mr. Berg? No.", unknown, ["Mr. Berg?", "No."]) for unknown in (None, "", "xx", "not-a-language")),
    ],
    ids=["abbreviations and quotations", "paragraphs", "Chinese", "Japanese", *["unknown as English"] * 4],
)
def test_a_text_is_split_where_its_sentences_end(
    text: str, language: str | None, expected: list[str]
) -> None:
    assert sentences(text, language) == expected


@given(TEXTS, st.sampled_from(["en", "de", "zh", "ar", "xx", None]))
def test_sentences_have_exact_offsets_are_in_order_and_do_not_overlap(
    text: str, language: str | None
) -> None:
    end = 0
    for sentence in split(text, language, most=50, characters=1000):
        assert end <= sentence.start < sentence.end <= len(text)
        assert sentence.text == text[sentence.start : sentence.end] == sentence.text.strip()
        end = sentence.end


def test_only_the_beginning_of_a_text_is_split() -> None:
    text = "It rains. " * 50

    assert len(split(text, "en", most=7, characters=10_000)) == 7
    assert max(sentence.end for sentence in split(text, "en", most=100, characters=35)) <= 35
