"""The record whose fields are the columns. Settings are checked without loading pyarrow."""

from dataclasses import is_dataclass
from importlib import import_module

from streams.errors import ConfigError


def record_named(name: str) -> type:
    """The record `module:class`. Raises `ConfigError`."""
    module, _, record = name.partition(":")
    try:
        cls = getattr(import_module(module), record)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"there is no record {name!r}: {error}") from error
    if not (isinstance(cls, type) and is_dataclass(cls)):
        raise ConfigError(f"{name!r} is not a record: a record is a dataclass")
    return cls
