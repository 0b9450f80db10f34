"""Records and batches built byte by byte, as no ordinary client does, and the request to publish them."""

import gzip
import socket
import struct
from collections.abc import Callable, Sequence

import lz4.frame
import zstandard
from kafka.record.util import calc_crc32c

CODECS: dict[int, Callable[[bytes], bytes]] = {
    0: bytes,
    1: gzip.compress,
    3: lz4.frame.compress,
    4: zstandard.ZstdCompressor().compress,
}
LOG_APPEND_TIME = 8


def number(value: int) -> bytes:
    """A number as Kafka writes it: zigzag, 7 bits per byte."""
    return unsigned((value << 1) ^ (value >> 63))


def unsigned(value: int) -> bytes:
    """7 bits per byte, the lowest first."""
    lower = bytearray()
    while value > 0x7F:
        lower.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*lower, value])


def wide(value: int) -> bytes:
    """A number with a bit beyond the 32 bits that Kafka reads."""
    return unsigned((value << 1) | 1 << 32)


def content(value: bytes | None) -> bytes:
    return number(-1) if value is None else number(len(value)) + value


def record(
    offset: int | bytes = 0,
    value: bytes | None = b"v",
    *,
    key: bytes = content(b"k"),
    attributes: int = 0,
    headers: bytes = number(0),
    length: Callable[[int], bytes] = number,
) -> bytes:
    """A record. `offset` is relative to that of the batch. Parts passed as bytes are written unchanged."""
    place = offset if isinstance(offset, bytes) else number(offset)
    body = bytes([attributes]) + number(0) + place + key + content(value) + headers
    return length(len(body)) + body


#: What Kafka 4.1.0 accepts as the second of three records: functions from its value to the record.
STRANGE: dict[str, Callable[[bytes], bytes]] = {
    "attributes with the high bit": lambda value: record(1, value, attributes=0x80, key=content(b"key")),
    "attributes with all bits": lambda value: record(1, value, attributes=0xFF, key=content(b"key")),
    "an offset of more than 32 bits": lambda value: record(wide(1), value),
    "a length of more than 32 bits": lambda value: record(1, value, length=wide),
    "a key's length of more than 32 bits": lambda value: record(1, value, key=wide(1) + b"k"),
    "a header's length of more than 32 bits": lambda value: record(
        1, value, headers=number(1) + wide(1) + b"a" + number(-1)
    ),
}
#: The same, in a batch that is not compressed.
MISPLACED: dict[str, Callable[[bytes], bytes]] = {
    "an offset far beyond the batch": lambda value: record(1_000_000, value),
    "an offset before the batch": lambda value: record(-5, value),
    "the offset of the record before it": lambda value: record(0, value),
    "the offset of the record after it": lambda value: record(2, value),
}


def batch(records: Sequence[bytes], codec: int = 0, *, base: int = 0) -> bytes:
    """A batch of records, valid apart from faults in the records themselves."""
    return packed(CODECS[codec](b"".join(records)), codec, len(records), base=base)


def packed(data: bytes, codec: int, count: int, *, base: int = 0, last: int | None = None) -> bytes:
    """A batch whose records are already compressed."""
    end = count - 1 if last is None else last
    counted = struct.pack(">hiqqqhii", codec, end, 1000, 1000, -1, -1, -1, count) + data
    whole = struct.pack(">ibI", -1, 2, calc_crc32c(counted)) + counted
    return struct.pack(">qi", base, len(whole)) + whole


def unsealed(records: Sequence[bytes], *, base: int = 0) -> bytes:
    """A batch with a wrong lz4 checksum. Kafka does not check it; no Python reader decompresses it."""
    data = lz4.frame.compress(b"".join(records), content_checksum=True)
    return packed(data[:-4] + b"none", 3, len(records), base=base)


def publish(bootstrap: str, topic: str, data: bytes) -> int:
    """Send a batch to partition 0 of a topic in a Produce request. Kafka's error code; 0 means accepted."""
    host, _, port = bootstrap.rpartition(":")
    with socket.create_connection((host, int(port)), 30) as connection, connection.makefile("rb") as stream:
        connection.sendall(_request(topic, data))
        (size,) = struct.unpack(">i", stream.read(4))
        answer = stream.read(size)
    # Before the error code: correlation, topics, the name of the topic, partitions, partition.
    code: int = struct.unpack_from(">h", answer, 4 + 4 + 2 + len(topic) + 4 + 4)[0]
    return code


def _request(topic: str, data: bytes) -> bytes:
    name = struct.pack(">h", len(topic)) + topic.encode()
    head = struct.pack(">hhih", 0, 8, 1, -1) + struct.pack(">hhi", -1, -1, 30_000)
    body = head + struct.pack(">i", 1) + name + struct.pack(">iii", 1, 0, len(data)) + data
    return struct.pack(">i", len(body)) + body
