"""Examples for the classifier of types: spans of a model in texts that it was not trained on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from agents.entities.finding import mentions_in
from agents.entities.model import Model
from agents.entities.places.table import Places
from agents.entities.repair.bounds import bounded
from agents.entities.retype.classifier import NONE, OTHER
from agents.entities.retype.features import Context
from agents.entities.types import TYPE_OF_LABEL
from agents.entities.values.kinds import VALUES
from models.names.corpus import LABELS, Snippet, text_and_spans

#: Types that are decided; of the others it is only decided that they are none of these.
DECIDED = frozenset(("person", "organisation", "place", "group"))
RAREST = 4
#: Weights below it make no difference.
SMALLEST = 0.05
REGULARISATION = 0.3

Example = tuple[frozenset[str], str]


def examples(model: Model, places: Places, texts: Iterable[Snippet]) -> Iterator[Example]:
    """The features and the type of each mention that the model finds; of those cut wrongly, none."""
    for snippet in texts:
        text, spans = text_and_spans(snippet)
        kinds = {(start, end): TYPE_OF_LABEL.get(LABELS.get(code, ""), OTHER) for start, end, code in spans}
        found = list(bounded(each for each in mentions_in(model, text) if each.type not in VALUES))
        context = Context(text, found, places)
        for each in found:
            kind = kinds.get((each.start, each.end), NONE)
            touches = any(start < each.end and each.start < end for start, end in kinds)
            if kind != NONE or not touches:
                yield frozenset(context.features(each)), kind if kind in DECIDED or kind == NONE else OTHER


def fit(data: Sequence[Example]) -> dict[str, np.ndarray]:
    """The arrays of the classifier's file."""
    counts = Counter(feature for features, _ in data for feature in features)
    names = sorted(feature for feature, count in counts.items() if count >= RAREST)
    column = {name: i for i, name in enumerate(names)}
    rows = [sorted(column[name] for name in features if name in column) for features, _ in data]
    ends = np.cumsum([0, *map(len, rows)])
    matrix = csr_matrix(
        (np.ones(ends[-1]), np.concatenate([*map(np.array, rows)]).astype(int), ends), (len(rows), len(names))
    )
    fitted = LogisticRegression(C=REGULARISATION, max_iter=200).fit(matrix, [kind for _, kind in data])
    weights = fitted.coef_.T
    kept = np.abs(weights).max(axis=1) > SMALLEST
    return {
        "names": np.frombuffer(
            "\n".join(name for name, keep in zip(names, kept, strict=True) if keep).encode(), np.uint8
        ),
        "weights": np.vstack([weights[kept], fitted.intercept_]).astype(np.float16),
        "classes": np.array(fitted.classes_),
    }


def write(out: Path, arrays: dict[str, np.ndarray]) -> None:
    with out.open("wb") as file:
        np.savez_compressed(file, **arrays)
