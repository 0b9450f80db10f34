"""The scores of the bench of extractors are those of the benchmarks that its sets are from."""

import pytest

from bench.extraction.scores import (
    f1_of_means,
    mean_of_f1s,
    means,
    precision_recall,
    same_characters,
    spearman,
)

GOLD = "the ferry to the island sails at nine"


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        (GOLD, 1, (1.0, 1.0)),
        ("The Ferry", 1, (0.0, 0.0)),
        ("the ferry, the ferry", 1, (3 / 4, 3 / 8)),
        ("nine at sails island the to ferry the", 1, (1.0, 1.0)),
        ("nine at sails island the to ferry the", 4, (0.0, 0.0)),
        ("the ferry to the island", 4, (1.0, 2 / 5)),
        ("ads: the ferry to the island", 4, (2 / 3, 2 / 5)),
        ("the ferry", 4, (0.0, 0.0)),
        ("", 1, (0.0, 0.0)),
        ("", 4, (0.0, 0.0)),
    ],
)
def test_precision_and_recall_count_runs_of_words_as_often_as_they_stand_there(
    text: str, size: int, expected: tuple[float, float]
) -> None:
    assert precision_recall(text, GOLD, size) == pytest.approx(expected)


def test_a_text_shorter_than_a_run_is_one_run() -> None:
    assert precision_recall("no ferry", "no ferry", 4) == (1.0, 1.0)


def test_f1_of_shingles_is_that_of_the_means_and_f1_of_words_the_mean_of_the_pages() -> None:
    scores = [(1.0, 0.5), (0.5, 1.0), (0.0, 0.0)]
    assert means(scores) == (0.5, 0.5)
    assert f1_of_means(scores) == 0.5
    assert mean_of_f1s(scores) == pytest.approx(4 / 9)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([1, 2, 3], [10, 200, 3000], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 2, 4], [1, 3, 2, 4], 4.5 / (4.5 * 5) ** 0.5),
        ([0, 0, 0], [1, 2, 3], 0.0),
    ],
)
def test_spearman_compares_ranks_and_equal_values_share_one(
    left: list[float], right: list[float], expected: float
) -> None:
    assert spearman(left, right) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("Bürger hören, größer", "Bürger hören: größer", True),
        ("größer, „so“ und «so»", "Bürger hören: größer", True),
        ("Bu\u0308rger ho\u0308ren", "Bürger hören: größer", True),
        ("Bürger hören, größer".encode().decode("cp1252"), "Bürger hören, größer", False),
        ("北京市民".encode("gb18030").decode("latin-1"), "北京市民", False),
        ("B�rger h�ren", "Bürger hören, größer", False),
        ("plain", "plain", None),
        ("Zoë sings", "Zoë sings", None),
        ("", "Bürger hören, größer", None),
    ],
)
def test_a_text_read_by_the_wrong_charset_has_other_characters(
    text: str, gold: str, expected: bool | None
) -> None:
    assert same_characters(text, gold) is expected
