import math

import numpy as np
import pytest

from agents.clean.body.model import ALONE, Model

#: Two trees: by the first feature, and by the first and then the second.
STORED = {
    "words": np.array([0, 2], dtype=np.int8),
    "scale": np.float32(0.5),
    "feature": np.array([[0, 0, 0, 0, 0], [0, 0, 1, 0, 0]], dtype=np.uint8),
    "threshold": np.array(
        [[1, np.inf, np.inf, np.inf, np.inf], [5, np.inf, 3, np.inf, np.inf]], dtype=np.float32
    ),
    "left": np.array([[1, 1, 2, 3, 4], [1, 1, 3, 3, 4]], dtype=np.uint8),
    "value": np.array([[0, -1, 1, 0, 0], [0, 0.25, 0, 2, 4]], dtype=np.float32),
    "base": np.float32(0.5),
    "depth": np.uint8(2),
}


@pytest.mark.parametrize(
    ("row", "odds"), [((1, 9), -0.25 - 0.0), ((2, 9), 1.75), ((6, 3), 3.5), ((6, 4), 5.5), ((-1, 0), -0.25)]
)
def test_a_row_goes_left_where_its_feature_is_at_most_the_threshold(
    row: tuple[float, float], odds: float
) -> None:
    [probable] = Model.of(STORED).judge(np.array([row], dtype=np.float32))
    assert probable == pytest.approx(1 / (1 + math.exp(-odds)))


def test_rows_are_judged_one_by_one() -> None:
    model = Model.load(ALONE)
    rows = np.random.default_rng(7).normal(size=(50, int(model.feature.max()) + 1)).astype(np.float32)
    together = model.judge(rows)
    assert [model.judge(row[None])[0] for row in rows] == together.tolist()


def test_the_model_that_ships_is_a_tree_in_each_row() -> None:
    model = Model.load(ALONE)
    leaf = np.isinf(model.threshold)
    node = np.arange(len(model.left))
    assert (model.left[leaf] == node[leaf]).all()
    assert (model.left[~leaf] > node[~leaf]).all()
    assert np.isfinite(model.words).all()
