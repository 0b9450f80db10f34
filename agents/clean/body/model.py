"""Decides for each block whether it belongs to the story: boosted trees over the features, weights for words.

Trained by bench/train_clean.py; docs/design/extraction.md says how, and how well it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from agents.clean.body.features import Column, Numbers, Page, tokens

FILE = "model.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """`words` has a weight a token. The rest has a row a tree and a column a node: a block whose feature is at
    most the threshold goes left; a leaf leads to itself, and has its value in log-odds."""

    words: Numbers
    feature: npt.NDArray[np.int32]
    threshold: Numbers
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
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
            feature=stored["feature"].astype(np.int32),
            threshold=stored["threshold"],
            left=stored["left"].astype(np.int32),
            right=stored["right"].astype(np.int32),
            value=stored["value"],
            base=float(stored["base"]),
            depth=int(stored["depth"]),
        )

    def probabilities(self, page: Page) -> npt.NDArray[np.float64]:
        """One a block, 0 to 1."""
        probable = np.zeros(len(page.blocks))
        if page.open.any():
            probable[page.open] = self.judge(page.features(self.learnt(page)))
        return probable

    def learnt(self, page: Page) -> Column:
        """What the words and names of each block weigh; 0 for one that is not looked at."""
        pairs = zip(page.blocks, page.open, strict=True)
        return np.array([self.words[tokens(block)].sum() if used else 0.0 for block, used in pairs])

    def judge(self, rows: Numbers) -> npt.NDArray[np.float64]:
        """The probabilities of rows of features."""
        trees, nodes = self.feature.shape
        root = np.arange(trees, dtype=np.int32) * nodes
        own, node = np.arange(len(rows), dtype=np.int32)[:, None] * rows.shape[1], root
        flat = rows.ravel()
        for _ in range(self.depth):
            goes_left = flat.take(own + self.feature.take(node)) <= self.threshold.take(node)
            node = root + np.where(goes_left, self.left.take(node), self.right.take(node))
        odds = self.base + self.value.take(node).sum(axis=1, dtype=np.float64)
        return 1 / (1 + np.exp(-odds))
