"""Header names that are not UTF-8, which neither aiokafka nor kafka-python can read.

A Java client cannot write one; librdkafka takes any bytes. Both Python clients raise on it, for good: a stage
would exit at every start, and every tool would stop, at one such record. Here it is read with escapes
(`\\xff`), so that it has its fate as every other. Nothing is slower for it: only a batch on which the client
has raised is read again, by the pure Python reader that each of them has.
"""

from collections.abc import Iterator
from typing import Any, SupportsIndex

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy
from aiokafka.record.util import decode_varint_py
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch

from streams.unpacking import StreamedBatch, TooMuch

WITH_ESCAPES = "backslashreplace"


def read_all_header_names() -> None:
    """Have both clients read records whose header names are not UTF-8. To be called before one is made."""
    fetcher.MemoryRecords = Records
    memory_records.DefaultRecordBatch = KafkaPythonBatch


class Escaping(bytearray):
    """Bytes of which each slice is decoded with escapes for what is not UTF-8."""

    def __getitem__(self, at: SupportsIndex | slice, /) -> Any:
        found = super().__getitem__(at)
        return Escaping(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = WITH_ESCAPES) -> str:
        """As text; never raises."""
        return super().decode(encoding, errors)


class KafkaPythonBatch(DefaultRecordBatch):  # type: ignore[misc]  # it ships no types
    """kafka-python's batch; the record that cannot be read is read once more."""

    _buffer: Any

    def _read_msg(self, *arguments: Any) -> Any:
        try:
            return super()._read_msg(*arguments)
        except UnicodeDecodeError:
            self._buffer = Escaping(self._buffer)
            return super()._read_msg(*arguments)


class EscapingBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # final by its types alone
    """aiokafka's batch in pure Python."""

    _buffer: Any

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = Escaping(self._buffer)

    def _read_msg(self, *_: Any) -> Any:
        # The compiled reader of numbers takes no subclass of bytearray.
        return super()._read_msg(decode_varint_py)


class Records:
    """What a fetch has brought, as aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records = MemoryRecords(data)
        self._batches = 0

    def size_in_bytes(self) -> int:
        """Bytes of all batches, the last one perhaps cut off."""
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        """Whether there is another whole batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> "Batch":
        """The next batch."""
        self._batches += 1
        return Batch(self._records.next_batch(), self._data, self._batches - 1)


class Batch:
    """A batch of aiokafka's, the `nth` of `data`."""

    def __init__(self, batch: Any, data: bytes, nth: int) -> None:
        self._batch, self._data, self._nth = batch, data, nth

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            yield from list(EscapingBatch(_slice(self._data, self._nth)))[read:]
        except TooMuch as told:
            yield from StreamedBatch(_slice(self._data, self._nth)).records(told.bounds, Escaping)


def _slice(data: bytes, nth: int) -> memoryview:
    """The bytes of the nth batch."""
    records = _MemoryRecordsPy(data)
    for _ in range(nth):
        records._cache_next()
    found: memoryview | None = records._next_slice
    if found is None:
        raise IndexError(f"there is no batch {nth}")
    return found
