"""Batches that are small on the wire and large in memory.

Kafka limits a batch as it is compressed, and both clients unpack it in one go: 100 KB of zstd become a
gigabyte, so anyone who may publish could end every worker, at every start, and every tool. Here a batch that
unpacks to more than `Bounds.batch` is read as a stream, record by record (`batch_reader`). Of a record
larger than any article may be, only key and size are kept: it is dead (`too-large`), and its dead letter says
where it is.
"""

import gzip
import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import BinaryIO, cast

import lz4.frame
import zstandard
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode
from aiokafka.record._crecords import default_records as compiled
from aiokafka.record._crecords import legacy_records as compiled_legacy
from kafka.record import default_records, legacy_records

MIB = 1_048_576
GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
#: aiokafka's decoders, for both clients, and the most bytes that one byte can become; zstd has no limit.
DECODERS: dict[int, tuple[Callable[[bytes], bytes], float]] = {
    GZIP: (gzip_decode, 1032),
    LZ4: (lz4_decode, 255),
    ZSTD: (zstd_decode, math.inf),
}
AIOKAFKA, KAFKA_PYTHON = (compiled, compiled_legacy), (default_records, legacy_records)
USUAL_ARTICLE_BYTES = 16 * MIB
NAMES = (("gzip_decode", GZIP), ("lz4_decode", LZ4), ("zstd_decode", ZSTD))


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes: of a batch that is unpacked in one go, and of a record in a batch that is not."""

    batch: int
    record: int

    @classmethod
    def of(cls, article_bytes: int) -> "Bounds":
        """Bounds for articles of that size. No producer of ours makes batches of 64 MiB."""
        return cls(max(64 * MIB, 2 * article_bytes), article_bytes)

    @classmethod
    def of_tools(cls, article_bytes: int) -> "Bounds":
        """The same for tools, which hold more records at once (`MOST_AT_ONCE` of streams/kafka/reader.py)."""
        return cls(2 * article_bytes, article_bytes)


class TooMuch(Exception):
    """A batch unpacks to more than is held in memory."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(f"a batch unpacks to more than {bounds.batch} bytes")
        self.bounds = bounds


#: By the name of the module that unpacks; at first for articles of the usual size.
_bounds = {module.__name__: Bounds.of(USUAL_ARTICLE_BYTES) for module in (*AIOKAFKA, *KAFKA_PYTHON)}


def bound(bounds: Bounds, modules: Iterable[ModuleType] = AIOKAFKA) -> None:
    """Make a client, by its modules, raise `TooMuch` rather than unpack more than the bounds."""
    _bounds.update((module.__name__, bounds) for module in modules)


def unpack_within_bounds() -> None:
    """Make both clients unpack batches with the functions of this module."""
    for module in (*AIOKAFKA, *KAFKA_PYTHON):
        for name, codec in NAMES:
            setattr(module, name, _unpacker(codec, module.__name__))


def _unpacker(codec: int, module: str) -> Callable[[bytes], bytes]:
    in_one_go, ratio = DECODERS[codec]

    def unpacked(data: bytes) -> bytes:
        bounds = _bounds[module]
        if len(data) * ratio <= bounds.batch:
            return in_one_go(data)
        return _unpacked_in_parts(codec, data, bounds)

    return unpacked


def _unpacked_in_parts(codec: int, data: bytes, bounds: Bounds) -> bytes:
    parts, size = [], 0
    reader = unpacking(codec, data)
    while part := reader.read(min(MIB, 64 * len(data))):
        parts.append(part)
        size += len(part)
        if size > bounds.batch:
            raise TooMuch(bounds)
    return b"".join(parts)


def unpacking(codec: int, data: bytes) -> BinaryIO:
    """A stream of the unpacked batch. Snappy grows 21 times at most: its 170 MiB are unpacked in one go."""
    packed = io.BytesIO(data)
    if codec == GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=packed))
    if codec == LZ4:
        return cast(BinaryIO, lz4.frame.open(packed))
    if codec == ZSTD:
        return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True))
    return io.BytesIO(snappy_decode(data) if codec == SNAPPY else data)
