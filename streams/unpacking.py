"""Batches that are small on the way and large in memory.

Kafka counts a batch as it is compressed, and aiokafka unpacks it in one go: 100 KB of zstd are a gigabyte,
and whoever may publish ends every worker that reads on, at every start. Here a batch that unpacks to more
than `Bounds.batch` is read as a stream, record by record, and of a record that is larger than any article
may be only key and size are kept: it is dead (`too-large`), and its letter says where it lies.
"""

import gzip
import io
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import lz4.frame
import zstandard
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode
from aiokafka.record._crecords import default_records, legacy_records
from aiokafka.record.default_records import _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.util import decode_varint_py, encode_varint_py

from streams.message import Vast

MIB = 1_048_576
GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
#: aiokafka's own, and what they make of a byte at the most; of zstd there is no most.
DECODERS: dict[int, tuple[Callable[[bytes], bytes], float]] = {
    GZIP: (gzip_decode, 1032),
    LZ4: (lz4_decode, 255),
    ZSTD: (zstd_decode, math.inf),
}
NAMES = (("gzip_decode", GZIP), ("lz4_decode", LZ4), ("zstd_decode", ZSTD))
LONGEST_KEY = MIB


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes: of a batch that is unpacked in one go, and of a record in a batch that is not."""

    batch: int
    record: int

    @classmethod
    def of(cls, article_bytes: int) -> "Bounds":
        """What articles of that size need. Batches of 64 MiB: no producer of ours makes such."""
        return cls(max(64 * MIB, 2 * article_bytes), article_bytes)


class TooMuch(Exception):
    """A batch unpacks to more than is held in memory."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(f"a batch unpacks to more than {bounds.batch} bytes")
        self.bounds = bounds


def bound(bounds: Bounds) -> None:
    """Have aiokafka raise `TooMuch` rather than unpack more than the bounds."""
    for module in (default_records, legacy_records):
        for name, codec in NAMES:
            setattr(module, name, _unpacker(codec, bounds))


def _unpacker(codec: int, bounds: Bounds) -> Callable[[bytes], bytes]:
    in_one_go, ratio = DECODERS[codec]

    def unpacked(data: bytes) -> bytes:
        if len(data) * ratio <= bounds.batch:
            return in_one_go(data)
        parts, size = [], 0
        reader = _stream(codec, data)
        while part := reader.read(min(MIB, 64 * len(data))):
            parts.append(part)
            size += len(part)
            if size > bounds.batch:
                raise TooMuch(bounds)
        return b"".join(parts)

    return unpacked


def _stream(codec: int, data: bytes) -> BinaryIO:
    """What a batch unpacks to. Snappy makes at most 21 times of it: its 170 MiB are unpacked in one go."""
    packed = io.BytesIO(data)
    if codec == GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=packed))
    if codec == LZ4:
        return cast(BinaryIO, lz4.frame.open(packed))
    if codec == ZSTD:
        return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True))
    return io.BytesIO(snappy_decode(data) if codec == SNAPPY else data)


class StreamedBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # final by its types alone
    """A batch that is never in memory as a whole. `read` makes what `_read_msg` reads of bytes."""

    _buffer: Any
    _pos: int

    def records(self, bounds: Bounds, read: Callable[[bytes], Any]) -> Iterator[Any]:
        """Its records in order; of those that are too large, the key, and as value a `Vast`."""
        packed: Any = _stream(self.compression_type, bytes(self._buffer[self._pos :]))
        stream = io.BufferedReader(packed, MIB)
        for _ in range(self._num_records):
            length = _varint(stream)
            if length > bounds.record:
                yield self._vast(stream, length)
                continue
            self._buffer, self._pos = read(_written(length) + stream.read(length)), 0
            yield self._read_msg(decode_varint_py)

    def _vast(self, stream: BinaryIO, length: int) -> Any:
        counted = _Counted(stream)
        _, since = _varint(counted), _varint(counted)
        offset = self.base_offset + _varint(counted)
        size = _varint(counted)
        key = counted.read(size) if 0 <= size <= LONGEST_KEY else None
        _skip(stream, length - counted.bytes)
        time = self.max_timestamp if self.timestamp_type else self.first_timestamp + since
        return _DefaultRecordPy(offset, time, self.timestamp_type, key, Vast.of(length), [])


class _Counted(io.RawIOBase):
    """A stream, and how many bytes were read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.bytes = 0

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(size)
        self.bytes += len(found)
        return found


def _skip(stream: BinaryIO, size: int) -> None:
    while size > 0 and (skipped := len(stream.read(min(size, MIB)))):
        size -= skipped


def _varint(stream: Any) -> int:
    """A number as Kafka writes it: 7 bits a byte, the lowest first, the sign in the lowest bit."""
    shift = value = 0
    while True:
        byte: int = stream.read(1)[0]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1)
        shift += 7


def _written(number: int) -> bytes:
    """As `_varint` reads it."""
    found = bytearray()
    encode_varint_py(number, found.append)
    return bytes(found)
