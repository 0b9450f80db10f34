"""summaries → parquet: finished articles in Parquet files by the hour, each record once.

record    the record class of the settings
schema    the columns, made from the record class
files     makes finished files of journals (agents/sinks/journal), and knows what is in them
sink      what the loop of the sinks calls
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from agents.sinks.parquet.record import record_named
from agents.sinks.rejected import RejectedRecords
from streams.core.settings_table import require
from streams.core.sink import Sink
from streams.errors import ConfigError

__all__ = ["ParquetSettings", "open_sink"]

MISSING_EXTRA = "a sink of the kind parquet needs the extra [parquet]: pip install 'copydesk[parquet]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetSettings:
    folder: str = "data/parquet"
    """The folder of the files; made if it does not exist. All processes of a sink must share it."""
    minutes: int = 60
    """Minutes of records in a file. A file never spans two hours."""
    file_bytes: int = 134_217_728
    """Bytes of records, as JSON, after which a file is finished earlier."""
    record: str = "agents.records:Article"
    """The record class whose fields are the columns, as `module:class`; another pipeline names its own."""
    rejected_most: int = 100
    """At this number of records set aside, because they do not fit the columns, the sink stops."""


def open_sink(settings: ParquetSettings) -> Sink:
    """A sink that writes into the folder of the settings. Raises `ConfigError` or `CannotStart`."""
    require(_values(settings), "a parquet sink")
    # Before the import. Arrow's own allocator does not give memory back: over 90 files the process grew from
    # 73 to 93 MB; with the system's allocator it stays at 63 MB.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        from agents.sinks.parquet.files import Files
        from agents.sinks.parquet.schema import schema_named
        from agents.sinks.parquet.sink import Parquet
    except ImportError as error:
        raise ConfigError(MISSING_EXTRA) from error
    files = Files(settings.folder, schema_named(settings.record))
    rejected = RejectedRecords(files.folder / "_rejected.jsonl", settings.rejected_most)
    return Parquet(files, rejected, minutes=settings.minutes, file_bytes=settings.file_bytes)


def faults(settings: ParquetSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with the values of settings, and whether the extra is missing."""
    yield from _values(settings)
    if find_spec("pyarrow") is None:
        yield "", MISSING_EXTRA
    try:
        record_named(settings.record)
    except ConfigError as error:
        yield "record", str(error)


def _values(settings: ParquetSettings) -> Iterator[tuple[str, str]]:
    if not 1 <= settings.minutes <= 60:
        yield "minutes", "must be from 1 to 60"
    if settings.file_bytes < 1:
        yield "file_bytes", "must be above 0"
    if settings.rejected_most < 0:
        yield "rejected_most", "must be at least 0"
