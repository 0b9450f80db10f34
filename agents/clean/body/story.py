"""The text of a page's article, line by line, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.clean.body import features
from agents.clean.body.blocks import Block, outline
from agents.clean.body.features import Evidence
from agents.clean.body.model import Model
from agents.clean.body.witnesses import Witness
from agents.clean.page import extract
from agents.clean.page.markup import plain
from agents.clean.page.parse import Page

KEPT = 0.5
MAX_TITLE = 500
"""Characters of a title or description that blocks are compared with."""
MAX_CLAIMED = 500_000
"""Characters of JSON-LD's `articleBody` that are read."""


@dataclass(frozen=True, slots=True)
class Story:
    """The lines of the text in page order. `confidence`, 0 to 1, ranks pages by how right their text is."""

    lines: list[str]
    confidence: float


class Extractor:
    """Loads the model, once."""

    def __init__(self) -> None:
        self._model = Model.load()

    def __call__(self, page: Page) -> Story:
        read = outline(page.tree)
        if not read.blocks:
            return Story([], 0.0)
        probable = self._model.probabilities(features.Page(read, evidence(page)))
        return Story(lines_of(read.blocks, probable), confidence(read.blocks, probable))


def lines_of(blocks: Sequence[Block], probable: npt.NDArray[np.float64]) -> list[str]:
    """The text of the blocks that more probably belong to the story than not."""
    return [block.text for block, share in zip(blocks, probable, strict=True) if share >= KEPT]


def evidence(page: Page) -> Evidence:
    """What trafilatura and the page's metadata say of its text."""
    claimed = page.article.get("articleBody")
    body = plain_lines(claimed[:MAX_CLAIMED]) if isinstance(claimed, str) else []
    title = page.article.get("headline") or page.meta("og:title") or page.tree.findtext(".//head/title")
    return Evidence(
        trafilatura=Witness(extract.fast(page)),
        json_ld=Witness(body),
        json_ld_words=sum(len(each.split()) for each in body),
        title=(plain(title) or "").casefold()[:MAX_TITLE],
        description=(page.meta("og:description", "description") or "").casefold()[:MAX_TITLE],
    )


def plain_lines(claimed: str) -> list[str]:
    return [text for each in claimed.split("\n") if (text := plain(each))]


def confidence(blocks: Sequence[Block], probable: npt.NDArray[np.float64]) -> float:
    """The F1 to be expected if the probabilities are true."""
    words = np.array([block.words for block in blocks], dtype=float)
    kept = probable >= KEPT
    right, ours, theirs = (words * probable)[kept].sum(), words[kept].sum(), (words * probable).sum()
    return round(float(2 * right / max(1.0, ours + theirs)), 3)
