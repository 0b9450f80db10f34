"""A table of settings → the dataclass that its owner takes, and everything that is wrong with the table.

Values are never shown: they may be secrets.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from inspect import signature
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from streams.errors import ConfigError, FaultySettings, PipelineError
from streams.printable import one_line

#: A type → one value of it, several values of it.
WORDS: dict[Any, tuple[str, str]] = {
    str: ("a text", "texts"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    bool: ("true or false", "true or false"),
    dict: ("a table", "tables"),
    list: ("a list", "lists"),
    Any: ("a value", "values"),
}
MOST_KEY = 60


def fault(table: str, key: str, sentence: str) -> str:
    """What is wrong with a key of a table; with the table itself if `key` is empty."""
    return f"[{table}] {_shown(key)}: {sentence}" if key else f"[{table}]: {sentence}"


def unknown_key(table: str, key: str, known: Iterable[str]) -> str:
    """The fault of a key that the table cannot have, with the keys that it can have."""
    known = sorted(known)
    close = get_close_matches(key[:MOST_KEY], known, n=1)
    meant = f"; did you mean {close[0]}?" if close else ";"
    return fault(table, key, f"there is no such setting{meant} There are: {', '.join(known)}")


def read_table(
    kind: type[Any], settings: Mapping[str, Any], table: str, *, also: Iterable[str] = ()
) -> tuple[Any, dict[str, str]]:
    """`settings` as a `kind`, a dataclass, and the fault of each key that has one, which is left out then.

    None if a key is missing that must be there. `also`: keys that the table can have besides.
    """
    known = {field.name: field for field in fields(kind)}
    faults = {key: unknown_key(table, key, [*known, *also]) for key in settings if key not in known}
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key in known.keys() & settings.keys():
        if isinstance(hints[key], type) and is_dataclass(hints[key]) and isinstance(settings[key], Mapping):
            inner, of_inner = read_table(hints[key], settings[key], f"{table}.{key}")
            values |= {key: inner} if inner is not None else {}
            faults |= {f"{key}.{name}": sentence for name, sentence in of_inner.items()}
            continue
        try:
            # From the environment every setting is text, numbers too.
            values[key] = msgspec.convert(settings[key], hints[key], strict=False)
        except msgspec.ValidationError:
            faults[key] = fault(table, key, f"must be {words(hints[key])}")
    missing = [name for name, field in known.items() if name not in settings and not _has_default(field)]
    faults |= {name: fault(table, name, "is missing") for name in missing}
    can_be_made = all(name in values or _has_default(field) for name, field in known.items())
    return (kind(**values) if can_be_made else None), dict(sorted(faults.items()))


def read_settings(load: Callable[..., Any], settings: Mapping[str, Any], table: str) -> Any:
    """`settings` as the dataclass that `load` takes. Raises `FaultySettings` with every fault in them,
    `PipelineError` if `load` takes no dataclass."""
    read, faults = read_table(settings_of(load), settings, table)
    if faults:
        raise FaultySettings(list(faults.values()))
    return read


def settings_of(load: Callable[..., Any]) -> type[Any]:
    """The dataclass that `load` takes. Raises `PipelineError`."""
    name = f"{load.__module__}:{getattr(load, '__qualname__', load)}"
    try:
        [first] = signature(load).bind(None).arguments
    except (TypeError, ValueError) as error:
        text = f"{name} must take one argument, its settings; it takes {signature(load)}"
        raise PipelineError(text) from error
    kind = get_type_hints(load).get(first)
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise PipelineError(f"{name} must declare its settings as a dataclass")
    return kind


def require(faults: Iterable[tuple[str, str]], owner: str) -> None:
    """Raise the first of these faults of settings, each a key and a sentence. `owner` is a phrase."""
    for key, sentence in faults:
        raise ConfigError(f"{key} of {owner} {sentence}" if key else sentence)


def words(hint: Any) -> str:
    """A type in words: what a setting must be."""
    return _words(hint)[0]


def _words(hint: Any) -> tuple[str, str]:
    """One value of a type, and several values of it."""
    origin, inner = get_origin(hint), [part for part in get_args(hint) if part is not NoneType]
    if origin in (Union, UnionType):
        singular, plural = zip(*map(_words, inner), strict=True)
        return " or ".join(singular), " or ".join(plural)
    if origin is Literal:
        return (f"one of {', '.join(map(str, inner))}",) * 2
    if origin in (list, tuple):
        return f"a list of {_words(inner[0])[1]}", f"lists of {_words(inner[0])[1]}"
    if origin is dict:
        return f"a table of {_words(inner[1])[1]}", f"tables of {_words(inner[1])[1]}"
    if is_dataclass(hint) or hasattr(hint, "__struct_fields__"):
        keys = " and ".join(
            getattr(hint, "__struct_fields__", None) or [field.name for field in fields(hint)]
        )
        return f"a table of {keys}", f"tables of {keys}"
    return WORDS.get(hint, (f"a {getattr(hint, '__name__', hint)}",) * 2)


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _shown(key: str) -> str:
    return one_line(key if len(key) <= MOST_KEY else f"{key[:MOST_KEY]}…")
