"""Decides for each block whether it belongs to the story: boosted trees over the features, weights for words.

Trained by bench/train_clean.py; docs/design/extraction.md says how, and how well it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from agents.clean.body.blocks import Block
from agents.clean.body.features import Evidence, Numbers, features, tokens, with_learnt

FILE = "model.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """`words` has a weight a token. The rest has a row a tree and a column a node: a block whose feature is at
    most the threshold goes left; a leaf leads to itself, and has its value in log-odds."""

    words: Numbers
    feature: npt.NDArray[np.intp]
    threshold: Numbers
    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]
    value: Numbers
    base: float
    depth: int

    @classmethod
    def load(cls) -> Self:
        """The model that ships with the package."""
        with resources.files(__package__).joinpath(FILE).open("rb") as file, np.load(file) as stored:
            return cls.of(stored)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The model from its arrays, which are kept as small as they can be."""
        return cls(
            words=stored["words"].astype(np.float32) * stored["scale"],
            feature=stored["feature"].astype(np.intp),
            threshold=stored["threshold"],
            left=stored["left"].astype(np.intp),
            right=stored["right"].astype(np.intp),
            value=stored["value"],
            base=float(stored["base"]),
            depth=int(stored["depth"]),
        )

    def probabilities(self, blocks: Sequence[Block], evidence: Evidence) -> npt.NDArray[np.float64]:
        """One a block, 0 to 1."""
        learnt = np.array([self.words[tokens(block)].sum() for block in blocks])
        return self.judge(with_learnt(features(blocks, evidence), learnt))

    def judge(self, rows: Numbers) -> npt.NDArray[np.float64]:
        trees, node = np.arange(len(self.feature)), np.zeros((len(rows), len(self.feature)), dtype=np.intp)
        blocks = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[blocks, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        odds = self.base + self.value[trees, node].sum(axis=1, dtype=np.float64)
        return 1 / (1 + np.exp(-odds))
