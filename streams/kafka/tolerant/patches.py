"""Makes aiokafka and kafka-python read batches that they cannot read, or read wrongly.

Kafka takes more than either client reads (`batch_reader`): one such record would end a stage at every start,
make it skip the records of others, or stop every tool. Nothing becomes slower: the client's own reader reads
a batch, its records are compared with the batch's header, and only what is wrong is read again.
"""

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch

from streams.kafka.tolerant.batch_reader import ReadRecord, every_record

LENGTH = struct.Struct(">i")
#: Where the length of a batch is, where the bytes begin that it counts, and where the version is.
LENGTH_AT, BEHIND_LENGTH, MAGIC_AT = 8, 12, 16


def read_all_batches() -> None:
    """Make both clients read whatever Kafka takes. Call it before a client is created."""
    fetcher.MemoryRecords = Records
    memory_records.DefaultRecordBatch = KafkaPythonBatch


class KafkaPythonBatch(DefaultRecordBatch):  # type: ignore[misc]  # it ships no types
    def __iter__(self) -> Iterator[Any]:
        return every_record(self, memoryview(self._buffer), self._plain(), self._record)

    def _plain(self) -> Iterator[Any]:
        self._maybe_uncompress()
        for _ in range(self.records_count):
            yield next(self)

    def _record(self, read: ReadRecord) -> Any:
        kind = self.timestamp_type
        return DefaultRecord(read.size, read.offset, read.timestamp, kind, read.key, read.value, read.headers)


class Records:
    """The batches of a fetch, as aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._records = MemoryRecords(data)
        self._at = 0

    def size_in_bytes(self) -> int:
        """Bytes of all batches; the last one may be cut off."""
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        return bool(self._records.has_next())

    def next_batch(self) -> "TolerantBatch":
        begin = self._at
        self._at += BEHIND_LENGTH + LENGTH.unpack_from(self._data, begin + LENGTH_AT)[0]
        return TolerantBatch(self._records.next_batch(), self._data[begin : self._at])


class TolerantBatch:
    """A batch of aiokafka's, with its bytes."""

    def __init__(self, batch: Any, whole: memoryview) -> None:
        self._batch, self._whole = batch, whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        if self._whole[MAGIC_AT] < 2:
            return iter(self._batch)
        return every_record(self._batch, self._whole, self._batch, self._record)

    def _record(self, read: ReadRecord) -> Any:
        kind = self._batch.timestamp_type
        return _DefaultRecordPy(read.offset, read.timestamp, kind, read.key, read.value, list(read.headers))
