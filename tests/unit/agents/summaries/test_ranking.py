import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.summaries.ranking import Vectors

SENTENCES = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=12)


def test_the_cosine_to_the_centroid_agrees_with_a_calculation_by_hand() -> None:
    # Two sentences without a common term: each is at 45 degrees to their mean.
    assert Vectors([["a"], ["b"]]).to_centroid() == pytest.approx([2**-0.5, 2**-0.5])


@given(SENTENCES.filter(bool))
def test_cosines_are_between_0_and_1_and_a_sentence_is_like_itself(sentences: list[list[str]]) -> None:
    vectors = Vectors(sentences)

    for cosines in (vectors.to_centroid(), vectors.to(0)):
        assert cosines.shape == (len(sentences),)
        assert np.all((cosines >= 0) & (cosines <= 1 + 1e-9))
    assert vectors.to(0)[0] == pytest.approx(1.0 if sentences[0] else 0.0)
