"""The settings of a sink: those that each has (`SHARED`), and those of its kind.

All faults are found before anything starts. A kind may check more than types, by a function `faults` beside
the one that opens it: from its settings to pairs of a key and what is wrong with it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from types import ModuleType
from typing import Any

from streams.core.pipeline import Pipeline, reads_fault
from streams.core.settings_table import fault, read_table, settings_of
from streams.core.sink import Sink
from streams.errors import CannotStart, ConfigError, CopydeskError, FaultySettings
from streams.settings import Settings

#: Whether the value of a record passes the filter of a sink. Never raises.
Passes = Callable[[bytes], bool]
SHARED = ("filter", "from", "kind", "reads", "withdraw")


class Start(StrEnum):
    """Where a sink begins that has never read: `[sinks.NAME] from`."""

    EARLIEST = "earliest"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkSettings:
    """What one sink needs. `withdraw`: None leaves it to its kind."""

    opener: Callable[[Any], Sink]
    own: Any
    passes: Passes | None
    withdraw: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Withdraw:
    withdraw: bool | None = None


def first_start(settings: Settings, name: str) -> Start:
    """Where the sink begins. Raises `FaultySettings`."""
    start, faults = _start(settings.sinks[name], f"sinks.{name}")
    if faults:
        raise FaultySettings(faults)
    return start


def read_sink(settings: Settings, pipeline: Pipeline, name: str) -> SinkSettings:
    """The settings of a sink. Raises `FaultySettings` with all faults, `ConfigError`, or `CannotStart`."""
    if name not in settings.sinks:
        known = ", ".join(sorted(settings.sinks)) or "none"
        raise ConfigError(f"there is no sink {name!r} in the configuration; it has: {known}")
    read, faults = _read(settings, pipeline, name)
    if faults or read is None:
        raise FaultySettings(faults)
    return read


def require_sinks(settings: Settings, pipeline: Pipeline) -> None:
    """Raise `FaultySettings` with everything that is wrong with the settings of all sinks."""
    faults = [fault for name in settings.sinks for fault in _read(settings, pipeline, name)[1]]
    if faults:
        raise FaultySettings(faults)


def _read(settings: Settings, pipeline: Pipeline, name: str) -> tuple[SinkSettings | None, list[str]]:
    at, table = f"sinks.{name}", settings.sinks[name]
    unreadable = reads_fault(settings, pipeline, name)
    faults = [fault(at, "reads", unreadable)] if unreadable else []
    faults += _start(table, at)[1]
    passes, of_filter = _filter(pipeline, table, at)
    withdraw, of_withdraw = _withdraw(table, at)
    opener, own, of_kind = _kind(pipeline, table, name)
    faults += [*of_filter, *of_withdraw, *of_kind]
    if faults or opener is None:
        return None, faults
    return SinkSettings(opener=opener, own=own, passes=passes, withdraw=withdraw), []


def _start(table: Mapping[str, Any], at: str) -> tuple[Start, list[str]]:
    try:
        return Start(table.get("from", Start.EARLIEST)), []
    except ValueError:
        known = " or ".join(f'"{start}"' for start in Start)
        return Start.EARLIEST, [fault(at, "from", f"must be {known}: where it begins at its first start")]


def _withdraw(table: Mapping[str, Any], at: str) -> tuple[bool | None, list[str]]:
    read, faults = read_table(_Withdraw, {key: table[key] for key in table.keys() & {"withdraw"}}, at)
    if "withdraw" in table and "filter" not in table:
        faults = {"withdraw": fault(at, "withdraw", f"needs a filter: [{at}.filter]")}
    return read.withdraw, list(faults.values())


def _filter(pipeline: Pipeline, table: Mapping[str, Any], at: str) -> tuple[Passes | None, list[str]]:
    if "filter" not in table:
        return None, []
    if pipeline.filter is None:
        return None, [fault(at, "filter", f"the pipeline {pipeline.name!r} has no filter")]
    if not isinstance(table["filter"], dict):
        return None, [fault(at, "filter", f"must be a table: [{at}.filter]")]
    load, module = _function(pipeline.filter, at)
    settings, faults = _own(load, module, table["filter"], f"{at}.filter", also=())
    return (None if faults else load(settings)), faults


def _kind(
    pipeline: Pipeline, table: Mapping[str, Any], name: str
) -> tuple[Callable[[Any], Sink] | None, Any, list[str]]:
    at, kind = f"sinks.{name}", str(table.get("kind", name))
    if kind not in pipeline.sinks:
        known = ", ".join(sorted(pipeline.sinks))
        return None, None, [fault(at, "kind", f"no kind of sink is called {kind[:60]!r}; there are: {known}")]
    opener, module = _function(pipeline.sinks[kind], at)
    own = {key: value for key, value in table.items() if key not in SHARED}
    return opener, *_own(opener, module, own, at, also=SHARED)


def _own(
    load: Callable[[Any], Any],
    module: ModuleType,
    table: Mapping[str, Any],
    at: str,
    *,
    also: Iterable[str],
) -> tuple[Any, list[str]]:
    """The settings that a function of a pipeline takes, and what is wrong with them.

    With a fault in one key, those of others are found too, but none of the table as a whole.
    """
    settings, faults = read_table(settings_of(load), table, at, also=also)
    of_values = module.faults(settings) if settings is not None and hasattr(module, "faults") else ()
    further = [
        fault(at, key, sentence)
        for key, sentence in of_values
        if not faults or (key and key.partition(".")[0] not in faults)
    ]
    return settings, [*faults.values(), *further]


def _function(name: str, at: str) -> tuple[Callable[[Any], Any], ModuleType]:
    """A function of the pipeline, and its module. Raises `CannotStart`."""
    path, _, function = name.partition(":")
    try:
        module = import_module(path)
        return getattr(module, function), module
    except CopydeskError:
        raise
    except Exception as error:
        raise CannotStart(f"[{at}]: {name} cannot be loaded: {type(error).__name__}: {error}") from error
