import pytest

from agents.summaries.terms import has_letters, normal, terms, words


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The Board’s plan (2026) costs $3.5.", ["the", "board", "plan", "2026", "costs", "3.5"]),
        ("“Stop!” — she said", ["stop", "she", "said"]),
        ("don't", ["don't"]),
        ("市长来了。", ["市长", "长来", "来了"]),
        ("港", ["港"]),
        ("Anna来了", ["anna", "来了"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("* * *", []),
        ("", []),
    ],
)
def test_terms_are_words_without_endings_or_pairs_of_characters(sentence: str, expected: list[str]) -> None:
    assert terms(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [("One, two — three.", 3), ("港口今天开放", 3), ("Anna 来了", 2), ("* * *", 0), ("", 0)],
)
def test_words_are_counted_as_a_reader_would(sentence: str, expected: int) -> None:
    assert words(sentence) == expected


def test_case_and_spacing_do_not_change_the_normal_form() -> None:
    assert normal("The  Harbour\nopens") == normal("the harbour OPENS") == "the harbour opens"


def test_a_row_of_stars_or_digits_has_no_letters() -> None:
    assert not has_letters("*** 12-3 ***")
    assert has_letters("来")
