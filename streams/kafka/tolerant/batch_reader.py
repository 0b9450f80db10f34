"""Reads a batch as Kafka itself does, where a client's own reader fails or reads it wrongly.

What Kafka 4.1.0 takes from any publisher, and what both clients do with it (tried 2026-11):

- a header name that is not UTF-8: they raise, every time. Here it has escapes (`\\xff`).
- attributes of a record with the high bit set: one byte, which they read as a number of several. All that
  follows is shifted, and the offset is arbitrary. Where it happens to be the right one, the shifted record
  is kept: its publisher could have sent it like that.
- a number of five bytes of which more than 32 bits are set, which Kafka cuts off: they read 2**31 and more,
  as an offset, or as a length, and raise.
- any offset of a record in a batch that is not compressed: a worker would skip records of others, or this
  one. Here each record has a place within its batch, behind the one before it.
- bytes behind the end of gzip or lz4, a wrong checksum of lz4: they raise.
- a batch that unpacks to more than memory holds (streams/kafka/tolerant/decompression.py).

A record that cannot be read here either keeps its place, so that it has an outcome; it is empty.
"""

import io
import math
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple

from streams.core.message import Headers, Oversized
from streams.kafka.tolerant.decompression import MIB, TooMuch, unpacking

#: Where the number of records is in a batch, and where they begin.
COUNT, COUNT_AT, RECORDS_AT = struct.Struct(">i"), 57, 61
LONGEST_KEY = MIB
#: A batch is unpacked no further than this, or than four of the largest articles: 0.1 s of zstd, 1.5 s of
#: gzip (2026-11). Up to `PREFETCH` such batches are read at once, and meanwhile no heartbeat is sent.
#: 8 MB of zstd could be 200 GiB.
FURTHEST = 256 * MIB


class ReadRecord(NamedTuple):
    """A record as it was read; `size` is in bytes."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    size: int


def every_record(
    batch: Any, whole: memoryview, plain: Iterable[Any], as_client: Callable[[ReadRecord], Any]
) -> Iterator[Any]:
    """The records of a batch as a client reads it (`plain`); from the first wrong one on they are read again.

    Their offsets rise, are within the batch, and leave room for those that follow. `whole` is the batch as
    received; `as_client` makes a record of the client.
    """
    count = COUNT.unpack_from(whole, COUNT_AT)[0]
    first, low, high = batch.next_offset - count, batch.base_offset, batch.next_offset - count
    longest = math.inf
    try:
        for record in plain:
            if not low <= record.offset <= high:
                break
            yield record
            low, high = record.offset + 1, high + 1
        else:
            return
    except TooMuch as error:
        longest = error.bounds.record
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110 - of five kinds with each client and codec; it is read again
        pass
    yield from map(as_client, Reader(batch, whole, longest).records(high - first, low))


class Reader:
    """Reads a batch as a stream, so that it is never in memory as a whole.

    Of a record of more than `longest` bytes only the key is kept, and as value an `Oversized`.
    """

    def __init__(self, batch: Any, whole: memoryview, longest: float) -> None:
        self._batch = batch
        self._count = COUNT.unpack_from(whole, COUNT_AT)[0]
        self._longest = longest
        packed = unpacking(batch.compression_type, bytes(whole[RECORDS_AT:]))
        self._furthest = longest if longest == math.inf else max(FURTHEST, 4 * longest)
        self._stream = io.BufferedReader(Limited(packed, self._furthest), MIB)
        self._lost: Oversized | None = None

    def records(self, skipped: int, low: int) -> Iterator[ReadRecord]:
        """All but the first `skipped`, with offsets from `low` on."""
        high = self._batch.next_offset - self._count
        for nth in range(self._count):
            record = self._next()
            if nth >= skipped:
                offset = record.offset if low <= record.offset <= high + nth else low
                yield record._replace(offset=offset)
                low = offset + 1

    def _next(self) -> ReadRecord:
        if self._lost is None:
            try:
                return self._read()
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is: the records that are left keep their places
                self._lost = Oversized.of(int(self._furthest) if isinstance(error, TooFar) else 0)
        return ReadRecord(-1, self._batch.max_timestamp, None, self._lost, (), self._lost.whole)

    def _read(self) -> ReadRecord:
        length = _number(self._stream)
        if length < 0:
            raise ValueError(f"a record of {length} bytes")
        if length > self._longest:
            return self._oversized(length)
        body = io.BytesIO(self._stream.read(length))
        offset, timestamp = self._place(body)
        key, value = _content(body), _content(body)
        headers = tuple((_name(body), _content(body)) for _ in range(_number(body)))
        return ReadRecord(offset, timestamp, key, value, headers, length)

    def _oversized(self, length: int) -> ReadRecord:
        body = Counted(self._stream)
        offset, timestamp = self._place(body)
        size = _number(body)
        key = body.read(size) if 0 <= size <= LONGEST_KEY else None
        with suppress(TooFar):  # the next read raises it again
            _skip(self._stream, length - body.bytes)
        return ReadRecord(offset, timestamp, key, Oversized.of(length), (), length)

    def _place(self, body: Any) -> tuple[int, int]:
        """Offset and time of a record, behind its attributes, which mean nothing."""
        batch = self._batch
        body.read(1)
        since, offset = _number(body, 64), batch.base_offset + _number(body)
        return offset, batch.max_timestamp if batch.timestamp_type else batch.first_timestamp + since


class TooFar(Exception):
    """A stream was read up to its limit."""


class Limited(io.RawIOBase):
    """A stream that raises `TooFar` behind `most` bytes."""

    def __init__(self, stream: BinaryIO, most: float) -> None:
        self._stream, self._left = stream, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise TooFar
        # Not `readinto`: before bytes that cannot be unpacked it loses those that were.
        part: bytes = self._stream.read1(len(buffer))  # type: ignore[attr-defined]  # all of ours have it
        buffer[: len(part)] = part
        self._left -= len(part)
        return len(part)


class Counted:
    """A stream, and how many bytes were read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.bytes = 0

    def read(self, size: int) -> bytes:
        part = self._stream.read(size)
        self.bytes += len(part)
        return part


def _content(body: Any) -> bytes | None:
    size = _number(body)
    return bytes(body.read(size)) if size >= 0 else None


def _name(body: Any) -> str:
    return (_content(body) or b"").decode("utf-8", "backslashreplace")


def _skip(stream: Any, size: int) -> None:
    while size > 0 and (skipped := len(stream.read(min(size, MIB)))):
        size -= skipped


def _number(stream: Any, bits: int = 32) -> int:
    """As Kafka reads it: 7 bits per byte, the lowest first, cut to `bits`, the sign in the lowest bit."""
    shift = value = 0
    while True:
        byte: int = stream.read(1)[0]
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
        if shift > bits:
            raise ValueError("a number without end")
    value &= (1 << bits) - 1
    return (value >> 1) ^ -(value & 1)
