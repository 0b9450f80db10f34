"""Trains the model that decides which blocks of a page are its story, on the even halves of ../shared/data.

    OMP_NUM_THREADS=1 python bench/train_clean.py           train, and write agents/clean/body/*.npz
    OMP_NUM_THREADS=1 python bench/train_clean.py --folds 3 only compare: each third judged by the other two

A block is right if most of its runs of three words are in the gold, each as often as the gold has it. Blocks
count by their share of the page's words. The same pages and packages give the same file.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track
from scipy.sparse import csr_matrix, vstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agents.clean.body import cues, model
from agents.clean.body.blocks import outline
from agents.clean.body.features import Page
from agents.clean.body.story import SURE, confidence, evidence, lines_of
from agents.clean.body.witnesses import Witness, units
from agents.clean.page import extract
from agents.clean.page.charset import decode
from agents.clean.page.parse import parse
from agents.clean.settings import CleanSettings
from bench.extraction.scores import f1, precision_recall, spearman
from bench.extraction.sets import MEASURES, SETS, Gold, gold

FOLDER = Path(model.__file__).parent
VIEWS = (model.ALONE, model.ASKED)
SEED = 0
MAX_SHARE = 0.5
"""Of a page's story, that one block counts for at most."""
EASY = 5
"""Of the short blocks that are not in the gold and that trafilatura leaves out, one in five is used."""
Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(slots=True)
class Example:
    """A page of a set: its blocks, what the gold says of each, and how much each counts."""

    gold: Gold
    set: str
    page: Page
    words: csr_matrix
    right: np.ndarray[Any, np.dtype[np.bool_]]
    weight: Vector
    kept: dict[str, Vector]
    probable: Vector = field(default_factory=lambda: np.zeros(0))


def examples(half: str) -> Iterator[Example]:
    settings = CleanSettings()
    pages = [(name, each) for name in SETS for each in gold(name, (half,))]
    for name, each in track(pages, description=f"reading the {half} halves"):
        page = parse(decode(each.page, None, settings.max_html_bytes), each.url, settings)
        outlined = outline(page.tree) if page else None
        if page and outlined and outlined.blocks:
            yield _example(name, each, Page(outlined, evidence(page)), Witness(extract.fast(page)))


def _example(name: str, page: Gold, outlined: Page, trafilatura: Witness) -> Example:
    kept = {model.ALONE: outlined.kept}
    outlined.hear(trafilatura)
    kept[model.ASKED] = outlined.kept
    positions = outlined.tokens()
    flat = [position for each in positions for position in each]
    ends = np.cumsum([0, *map(len, positions)])
    words = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(positions), cues.TABLE))
    right = labels(outlined, page.body)
    weight = 100 * np.minimum((outlined.words + 1) / max(60, outlined.words[right].sum()), MAX_SHARE)
    return Example(page, name, outlined, words, right, weight, kept)


def labels(outlined: Page, body: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """What trafilatura keeps comes first: of two copies of a text, that is the one in the story."""
    left = Counter(run for each in body.split("\n") for run in runs(each))
    lines = Counter(" ".join(each.split()) for each in body.split("\n"))
    right = np.zeros(len(outlined.blocks), dtype=bool)
    for at in sorted(range(len(right)), key=lambda at: (-round(outlined.kept[at], 1), at)):
        text = outlined.blocks[at].text
        own = list(runs(text))
        if len(own) < 2:
            right[at] = lines[text] > 0
            lines[text] -= right[at]
        else:
            common = Counter(own) & left
            right[at] = common.total() >= len(own) / 2
            left -= common if right[at] else Counter()
    return right


def runs(text: str) -> Iterator[tuple[str, str, str]]:
    words = units(text)
    return zip(words, words[1:], words[2:], strict=False)


def linear(pages: Sequence[Example]) -> LogisticRegression:
    learner = LogisticRegression(C=0.02, max_iter=60, solver="liblinear", random_state=SEED)
    return learner.fit(
        vstack([each.words[each.page.open] for each in pages]),
        _joined(pages, "right"),
        _joined(pages, "weight"),
    )


def learnt_apart(pages: Sequence[Example]) -> list[Vector]:
    """What the words weigh on each page by weights that were learnt on other pages."""
    weighed: dict[str, Vector] = {}
    for others, own in folds(pages, 4):
        weights = linear(others).coef_[0]
        weighed.update((f"{each.set} {each.gold.id}", each.words @ weights) for each in own)
    return [weighed[f"{each.set} {each.gold.id}"] for each in pages]


def folds(pages: Sequence[Example], number: int) -> Iterator[tuple[list[Example], list[Example]]]:
    for fold in range(number):
        held = [at * 2639 % number == fold for at in range(len(pages))]
        yield (
            [each for each, out in zip(pages, held, strict=True) if not out],
            [each for each, out in zip(pages, held, strict=True) if out],
        )


def train(
    pages: Sequence[Example], view: str, options: argparse.Namespace
) -> tuple[Vector, HistGradientBoostingClassifier]:
    for each in pages:
        each.page.kept = each.kept[view]
    rows = [each.page.features(learnt) for each, learnt in zip(pages, learnt_apart(pages), strict=True)]
    right, weight = _joined(pages, "right"), _joined(pages, "weight")
    kept, words = (
        np.concatenate([getattr(each.page, name)[each.page.open] for each in pages])
        for name in ("kept", "words")
    )
    easy = ~right & (kept < 0.3) & (words < 10)
    used = ~easy | (np.arange(len(right)) % EASY == 0)
    learner = HistGradientBoostingClassifier(
        max_iter=options.trees,
        max_leaf_nodes=options.leaves,
        max_features=0.4,
        learning_rate=options.rate,
        l2_regularization=1.0,
        min_samples_leaf=150,
        random_state=SEED,
        early_stopping=False,
    )
    weight = np.where(easy, EASY * weight, weight)
    learner.fit(np.concatenate(rows)[used], right[used], weight[used])
    return linear(pages).coef_[0], learner


def _joined(pages: Sequence[Example], name: str) -> np.ndarray[Any, Any]:
    return np.concatenate([getattr(each, name)[each.page.open] for each in pages])


def judge(pages: Sequence[Example], models: Mapping[str, model.Model]) -> None:
    """As `story.Extractor` does."""
    for each in pages:
        each.page.kept = each.kept[model.ALONE]
        each.probable = models[model.ALONE].probabilities(each.page)
        if confidence(each.page.blocks, each.probable) < SURE:
            each.page.kept = each.kept[model.ASKED]
            each.probable = models[model.ASKED].probabilities(each.page)


def exported(words: Vector, learner: HistGradientBoostingClassifier) -> dict[str, Any]:
    """The arrays of `model.Model`, as small as they can be."""
    scale = np.abs(words).max() / 127
    trees = [predictor.nodes for [predictor] in learner._predictors]
    nodes = max(map(len, trees))
    arrays = {
        "words": np.round(words / scale).astype(np.int8),
        "scale": np.float32(scale),
        "base": np.float32(learner._baseline_prediction.item()),
        "depth": np.uint8(max(tree["depth"].max() for tree in trees)),
    }
    shape = (len(trees), nodes)
    feature, left = (np.zeros(shape, dtype=np.uint8) for _ in range(2))
    threshold, value = np.full(shape, np.inf, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for at, tree in enumerate(trees):
        order = side_by_side(tree)
        place = np.argsort(order)
        inner = tree["is_leaf"][order] == 0
        here = tree[order]
        own = slice(len(tree))
        feature[at, own] = np.where(inner, here["feature_idx"], 0)
        left[at, own] = np.where(inner, place[here["left"]], np.arange(len(tree)))
        threshold[at, own] = np.where(inner, here["num_threshold"], np.inf)
        value[at, own] = np.where(inner, 0, here["value"])
    return arrays | {"feature": feature, "left": left, "threshold": threshold, "value": value}


def side_by_side(tree: Any) -> list[int]:
    """The nodes in an order in which the right one of two follows the left one."""
    order = [0]
    for at in order:
        if not tree[at]["is_leaf"]:
            order += (int(tree[at]["left"]), int(tree[at]["right"]))
    return order


def report(name: str, pages: Sequence[Example]) -> None:
    for set_name, measure in SETS.items():
        own = [each for each in pages if each.set == set_name]
        texts = ["\n".join(lines_of(each.page.blocks, each.probable)) for each in own]
        scores = [
            precision_recall(text, each.gold.body, MEASURES[measure])
            for text, each in zip(texts, own, strict=True)
        ]
        precision, recall = np.mean(scores, axis=0)
        values = [f1(*each) for each in scores]
        sure = [confidence(each.page.blocks, each.probable) for each in own]
        least = sorted(zip(sure, values, strict=True))
        bad = [value < 0.8 for _, value in least]
        print(
            f"{name:6} {set_name:7} F1 {f1(precision, recall):.4f}  P {precision:.4f}  R {recall:.4f}"
            f"  confidence: rho {spearman(sure, values):.2f},"
            f" worst tenth {sum(bad[: len(bad) // 10])} of {sum(bad)}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=int, metavar="N")
    parser.add_argument("--trees", type=int, default=120)
    parser.add_argument("--leaves", type=int, default=6)
    parser.add_argument("--rate", type=float, default=0.08)
    options = parser.parse_args()
    even = list(examples("even"))
    if options.folds:
        for others, own in folds(even, options.folds):
            judge(own, {view: model.Model.of(exported(*train(others, view, options))) for view in VIEWS})
        report("even", even)
        return
    arrays = {view: exported(*train(even, view, options)) for view in VIEWS}
    for view in VIEWS:
        np.savez_compressed(FOLDER / view, **arrays[view])
        print(f"{view}: {(FOLDER / view).stat().st_size / 1024:.0f} KiB")
    odd = list(examples("odd"))
    judge(odd, {view: model.Model.of(arrays[view]) for view in VIEWS})
    report("odd", odd)


if __name__ == "__main__":
    main()
