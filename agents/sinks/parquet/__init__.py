"""summaries → parquet: finished articles in Parquet files by the hour, each record once.

schema    the columns, made from the record
files     from journals (agents/sinks/journal) to a finished file, and what stands in those
sink      the loop's view of it
"""

import os
from dataclasses import dataclass

from agents.sinks.rejected import RejectedRecords
from streams.core.sink import Sink
from streams.errors import ConfigError

__all__ = ["ParquetSettings", "open_sink"]

MISSING_EXTRA = "a sink of the kind parquet needs the extra [parquet]: pip install 'copydesk[parquet]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetSettings:
    folder: str = "data/parquet"
    """Where the files lie; made if it is not there. All processes of one sink must share it."""
    minutes: int = 60
    """How long records are gathered before they are made a file, which never spans two hours."""
    file_bytes: int = 134_217_728
    """Bytes of records, as JSON, after which a file is finished earlier."""
    record: str = "agents.records:Article"
    """The record whose fields are the columns, as `module:class`: for a pipeline of one's own, its last
    one."""
    rejected_most: int = 100
    """With so many records set aside, because they do not fit the columns, the sink stops."""


def open_sink(settings: ParquetSettings) -> Sink:
    """A sink that writes into the folder of the settings. Raises `ConfigError` or `CannotStart`."""
    if not 1 <= settings.minutes <= 60:
        raise ConfigError("minutes of a parquet sink must be from 1 to 60")
    if settings.file_bytes < 1:
        raise ConfigError("file_bytes of a parquet sink must be above 0")
    # Before it is imported. Arrow's own allocator keeps what it had: over 90 files the process grew from 73
    # to 93 MB, with the system's it stays at 63.
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
