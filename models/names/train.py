"""Train the weights for names: the stock model tuned on the corpus, and the classifier of types.

    python -m models.names.train [FOLDER]

Writes names.npz and types.npz: half an hour on one processor. The same corpus and packages give the same
bytes on the same machine. The classifier learns from each half of the corpus what a model of the other half
makes of it.
"""

import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from rich.progress import track

from agents.entities.model import (
    OWN,
    STOCK,
    WEIGHTS,
    Model,
    Parameters,
    load_pipeline,
    model_folder,
    parameters,
)
from agents.entities.places.table import Places
from agents.entities.retype import classifier
from models.names import types
from models.names.corpus import Snippet, persons, snippets
from models.names.fill import Filler
from models.names.lists import Lists
from models.names.rehearsal import example

SEED = 20261129
#: How often the corpus is filled with other names; once more as it is written. For the halves, less often.
VARIANTS, OF_HALVES, OF_TYPES = 12, 8, 2
EPOCHS = 3
RATE = 0.0007
DROPOUT = 0.2
BATCH_WORDS = 1_500
#: The part of the tuned weights in the mean with the stock weights.
TUNED = 0.7


def main() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    corpus = snippets()
    types.write((folder or classifier.WEIGHTS.parent) / classifier.WEIGHTS.name, types.fit(of_halves(corpus)))
    write((folder or WEIGHTS.parent) / WEIGHTS.name, tuned(filled(corpus, VARIANTS), "all"))


def of_halves(corpus: Sequence[Snippet]) -> list[types.Example]:
    """What a model of the other half of the corpus finds in each half."""
    found: list[types.Example] = []
    for half in (0, 1):
        own, other = corpus[half::2], corpus[1 - half :: 2]
        weights = tuned(filled(other, OF_HALVES), f"half {half + 1}")
        with TemporaryDirectory() as folder:
            file = Path(folder) / WEIGHTS.name
            write(file, weights)
            found += types.examples(Model(OWN, "en", file), Places.load(), filled(own, OF_TYPES))
    return found


def filled(corpus: Sequence[Snippet], variants: int) -> list[Snippet]:
    """The corpus as it is written, and so many times with other names."""
    chance = random.Random(SEED)  # noqa: S311 - it must be the same on every run
    filler = Filler(Lists(chance, persons(corpus)), chance)
    return [*corpus, *(filler.variant(each) for _ in range(variants) for each in corpus)]


def tuned(texts: Sequence[Snippet], name: str) -> Parameters:
    """The mean of the stock weights and of those that are tuned on the texts."""
    import spacy

    nlp = load_pipeline(model_folder(STOCK, "en"))
    before = parameters(nlp)
    spacy.util.fix_random_seed(SEED)
    examples = [example(nlp, text) for text in track(texts, description=f"{name}: examples")]
    optimizer = nlp.resume_training()
    optimizer.learn_rate = RATE
    chance = random.Random(SEED)  # noqa: S311 - it must be the same on every run
    for epoch in range(EPOCHS):
        chance.shuffle(examples)
        for batch in track(list(_batches(examples)), description=f"{name}: epoch {epoch + 1}"):
            nlp.update(batch, sgd=optimizer, drop=DROPOUT)
    after = parameters(nlp)
    return {each: TUNED * after[each] + (1 - TUNED) * before[each] for each in before}


def write(out: Path, weights: Parameters) -> None:
    with out.open("wb") as file:
        np.savez_compressed(file, **{name: value.astype(np.float16) for name, value in weights.items()})
    print(f"{out.name}: {out.stat().st_size / 1e6:.1f} MB")


def _batches(examples: Sequence[Any]) -> Iterator[list[Any]]:
    """The examples in batches of about `BATCH_WORDS` words."""
    batch: list[Any] = []
    for each in examples:
        batch.append(each)
        if sum(len(other) for other in batch) >= BATCH_WORDS:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    main()
