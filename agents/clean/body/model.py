"""Decides for each block whether it belongs to the story: boosted trees over the features, weights for words.

Trained by bench/train_clean.py; docs/design/extraction.md says how, and how well it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from agents.clean.body.features import Numbers, Page
from agents.clean.body.witnesses import Column

#: The model that knows only the page, and the one that knows what trafilatura keeps of it.
ALONE, ASKED = "alone.npz", "asked.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """`words` has a weight a token. The nodes of all trees are in one column, from one of `roots` each.

    A block whose feature is over the threshold goes to the node after `left`. A leaf leads to itself, and has
    its value in log-odds.
    """

    words: Numbers
    roots: npt.NDArray[np.intp]
    feature: npt.NDArray[np.intp]
    threshold: Numbers
    left: npt.NDArray[np.intp]
    value: Numbers
    base: float
    depth: int

    @classmethod
    def load(cls, name: str) -> Self:
        """One of the models that ship with the package."""
        with resources.files(__package__).joinpath(name).open("rb") as file, np.load(file) as stored:
            return cls.of(stored)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The model from its arrays, which are kept as small as they can be."""
        trees, nodes = stored["left"].shape
        roots = np.arange(trees) * nodes
        return cls(
            words=stored["words"].astype(np.float32) * stored["scale"],
            roots=roots,
            feature=stored["feature"].astype(np.intp).ravel(),
            threshold=stored["threshold"].ravel(),
            left=(stored["left"] + roots[:, None]).astype(np.intp).ravel(),
            value=stored["value"].ravel(),
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
        positions = page.tokens()
        flat = list(chain.from_iterable(positions))
        owners = np.repeat(np.arange(len(positions)), [len(each) for each in positions])
        learnt: Column = np.bincount(owners, weights=self.words[flat], minlength=len(positions)).astype(float)
        return learnt

    def judge(self, rows: Numbers) -> npt.NDArray[np.float64]:
        """The probabilities of rows of features."""
        node = self.roots
        own, flat = np.arange(len(rows))[:, None] * rows.shape[1], rows.ravel()
        for _ in range(self.depth):
            goes_right = flat.take(own + self.feature.take(node)) > self.threshold.take(node)
            node = self.left.take(node) + goes_right
        odds = self.base + self.value.take(node).sum(axis=1, dtype=np.float64)
        probable: npt.NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return probable
