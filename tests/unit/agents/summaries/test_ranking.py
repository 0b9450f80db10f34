from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.summaries.ranking import Vectors, choose, scores

SENTENCES = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=12)


def chosen(*sentences: str, most: int = 2, weight: float = 0.0, unworthy: tuple[int, ...] = ()) -> list[int]:
    return choose(
        [sentence.split() for sentence in sentences],
        worthy=[place not in unworthy for place in range(len(sentences))],
        most=most,
        position_weight=weight,
        alike=0.6,
    )


@pytest.mark.parametrize(
    ("sentences", "options", "expected"),
    [
        (["x y", "harbour plan cost", "u v", "plan harbour vote"], {}, [1, 3]),
        (["x y", "harbour plan", "u v", "plan vote"], {"most": 1}, [1]),
        (["x y", "harbour plan", "u v", "plan vote"], {"most": 1, "weight": 20.0}, [0]),
        (["harbour plan cost", "x y", "harbour plan cost a"], {}, [0, 1]),
        (["harbour plan cost", "plan harbour", "x y", "u v"], {"unworthy": (0, 1)}, [2, 3]),
        (["harbour plan cost", "x y"], {"unworthy": (0, 1)}, [0, 1]),
        (["a b", "c d", "e f"], {}, [0, 1]),
        (["", ""], {}, [0, 1]),
        ([], {}, []),
    ],
    ids=[
        *("nearest", "nearest without a weight", "the opening with a weight", "none much like a chosen one"),
        *("unworthy last", "only unworthy", "of equal ones the earlier", "without words", "none"),
    ],
)
def test_the_sentences_nearest_to_all_are_chosen_in_document_order(
    sentences: list[str], options: dict[str, Any], expected: list[int]
) -> None:
    assert chosen(*sentences, **options) == expected


def test_the_cosine_to_the_centroid_agrees_with_a_calculation_by_hand() -> None:
    # Two sentences without a common term: each is at 45 degrees to their mean.
    assert Vectors([["a"], ["b"]]).to_centroid() == pytest.approx([2**-0.5, 2**-0.5])
    assert scores(Vectors([["a"], ["b"]]), 2.0) == pytest.approx([2.12132, 1.414214])


@given(SENTENCES.filter(bool))
def test_cosines_are_between_0_and_1_and_a_sentence_is_like_itself(sentences: list[list[str]]) -> None:
    vectors = Vectors(sentences)

    for cosines in (vectors.to_centroid(), vectors.to(0)):
        assert cosines.shape == (len(sentences),)
        assert np.all((cosines >= 0) & (cosines <= 1 + 1e-9))
    assert vectors.to(0)[0] == pytest.approx(1.0 if sentences[0] else 0.0)


@given(SENTENCES, st.integers(1, 5))
def test_the_choice_is_in_order_without_repeats_and_within_the_limit(
    sentences: list[list[str]], most: int
) -> None:
    places = choose(sentences, worthy=[True] * len(sentences), most=most, position_weight=2.0, alike=0.6)

    assert places == sorted(set(places))
    assert len(places) <= min(most, len(sentences))
    assert bool(places) is bool(sentences)


@given(SENTENCES)
def test_a_higher_limit_only_adds_sentences(sentences: list[list[str]]) -> None:
    few, more = (
        choose(sentences, worthy=[True] * len(sentences), most=most, position_weight=2.0, alike=0.6)
        for most in (2, 4)
    )

    assert set(few) <= set(more)
