"""Decides the type of a mention: a sum of weights for its features, trained by models/names/train.py."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "types.npz"
#: Not a name at all, and a name of a type that is not decided here: an event, a work, a law, a product.
NONE, OTHER = "none", "other"


class Classifier:
    """`classes` are types of entities, `NONE` and `OTHER`."""

    def __init__(self, classes: Iterable[str], names: Iterable[str], weights: NDArray[np.float32]) -> None:
        """Takes the weights of shape (features + 1, classes); the last row is the bias."""
        self.classes = tuple(classes)
        self._place = {name: i for i, name in enumerate(names)}
        self._weights = weights

    @classmethod
    @cache
    def load(cls) -> Self:
        with np.load(WEIGHTS) as file:
            return cls.of(file)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        names = bytes(stored["names"]).decode().split("\n")
        return cls(stored["classes"].tolist(), names, stored["weights"].astype(np.float32))

    def log_odds(self, features: Iterable[str]) -> NDArray[np.float32]:
        """The log-probability of each class: shape (classes,)."""
        rows = [row for name in features if (row := self._place.get(name)) is not None]
        total = self._weights[[*rows, -1]].sum(axis=0)
        top = total.max()
        logs: NDArray[np.float32] = total - top - np.log(np.exp(total - top).sum())
        return logs
