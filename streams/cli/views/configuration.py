"""The configuration as TOML that can be fed back, without its secrets."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import tomli_w
from pydantic import BaseModel

STARS = "**********"
SECRET = re.compile(r"(?i)password|passwd|secret|token|credential|api[_-]?key|authorization|cookie|^headers$")
URL_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*(?=@)|([?&]\w*password=)[^&\s]*", re.IGNORECASE)


def as_toml(settings: BaseModel) -> Iterator[tuple[str, str]]:
    """Each line and its remark. A line is a comment where the setting is not set or holds a secret."""
    yield from _table(settings, "")


def masked(value: Any, name: str = "") -> Any:
    """The value, with stars for text that is secret by its name, and for passwords within URLs."""
    if value is not None and not isinstance(value, int | float) and SECRET.search(name):
        return STARS
    if isinstance(value, dict):
        return {key: masked(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, name) for item in value]
    return URL_PASSWORD.sub(rf"\1\2{STARS}", value) if isinstance(value, str) else value


def _table(settings: BaseModel, path: str) -> Iterator[tuple[str, str]]:
    """Values before tables, as TOML wants them."""
    values = settings.model_dump(mode="json")
    tables = [name for name, value in values.items() if isinstance(value, dict)]
    for name in (name for name in values if name not in tables):
        default = type(settings).model_fields[name].get_default(call_default_factory=True)
        is_default = getattr(settings, name) == default
        yield _line(name, values[name], "default" if is_default else "set")
    for name in tables:
        value = getattr(settings, name)
        inner = f"{path}{name}"
        if isinstance(value, BaseModel):
            yield f"\n[{inner}]", ""
            yield from _table(value, f"{inner}.")
        else:
            yield from _free_tables(inner, values[name])


def _free_tables(path: str, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Tables whose names the user gives: one per topic, stage or sink."""
    for name, table in tables.items():
        yield f"\n[{path}.{_key(name)}]", ""
        for key, value in table.items():
            yield _line(key, value, "set")


def _line(name: str, value: Any, remark: str) -> tuple[str, str]:
    key = _key(name)
    if value is None:
        return f"# {key} =", "not set"
    shown = masked(value, name)
    if shown != value or STARS in str(shown):
        return f"# {key} = {_value(shown)}", "a secret: not shown"
    return f"{key} = {_value(value)}", remark


def _key(name: str) -> str:
    return tomli_w.dumps({name: 0}).partition(" = ")[0]


def _value(value: Any) -> str:
    """A value in one line: an inline table stays one."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").rstrip("\n")
