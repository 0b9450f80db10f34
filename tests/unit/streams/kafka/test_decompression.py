"""Batches that are too large unpacked to be held in memory are read record by record."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record._crecords import default_records
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record import memory_records

from streams.core.message import Message, Oversized
from streams.kafka.tolerant import batch_reader
from streams.kafka.tolerant.decompression import AIOKAFKA, KAFKA_PYTHON, MIB, Bounds, TooMuch, bound
from streams.kafka.tolerant.installation import install

Read = Callable[[bytes], list[Any]]
CODECS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
SMALL = Bounds(batch=200_000, record=50_000)


@pytest.fixture(autouse=True)
def bounds() -> Iterator[None]:
    """Small bounds while a test runs."""
    install()
    bound(SMALL, (*AIOKAFKA, *KAFKA_PYTHON))
    yield
    bound(Bounds.of(16 * MIB), (*AIOKAFKA, *KAFKA_PYTHON))


def batch(codec: int, *values: bytes | None, key: bytes | None = b"k", headers: Any = ()) -> bytes:
    """A batch as Kafka sends it."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=codec, is_transactional=False, producer_id=-1, producer_epoch=-1,
        base_sequence=-1, batch_size=2**31 - 1,
    )  # fmt: skip
    for offset, value in enumerate(values):
        builder.append(offset, timestamp=1000 + offset, key=key, value=value, headers=list(headers))
    return bytes(builder.build())


@pytest.fixture(params=[fetcher, memory_records], ids=["aiokafka", "kafka-python"])
def read(request: pytest.FixtureRequest) -> Read:
    """The records in the bytes of a fetch, as each client reads them."""
    return partial(records_of, request.param.MemoryRecords)


def records_of(reader: Callable[[bytes], Any], data: bytes) -> list[Any]:
    batches, records = reader(data), []
    while batches.has_next():
        records += list(batches.next_batch())
    return records


@pytest.mark.parametrize("codec", CODECS)
def test_a_batch_within_the_bounds_is_read_unchanged(read: Read, codec: str) -> None:
    records = read(batch(CODECS[codec], b"one", None, b"two" * 100, headers=[("a", b"b")]))
    assert [record.value for record in records] == [b"one", None, b"two" * 100]
    assert [(record.offset, record.timestamp, record.key, list(record.headers)) for record in records] == [
        (offset, 1000 + offset, b"k", [("a", b"b")]) for offset in range(3)
    ]


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a_batch_beyond_the_bounds_is_read_in_order_with_only_the_size_of_oversized_records(
    read: Read, codec: str
) -> None:
    values = (b"one", b"a" * 300_000, b"two", b"b" * 40_000, b"c" * 60_000, None, b"")
    records = read(batch(CODECS[codec], *values, headers=[("café", b"x"), ("none", None)]))
    assert [record.offset for record in records] == list(range(7))
    assert [record.timestamp for record in records] == list(range(1000, 1007))
    assert [record.key for record in records] == [b"k"] * 7
    assert [record.value for record in records] == [b"one", b"", b"two", b"b" * 40_000, b"", None, b""]
    oversized = [record.value for record in records if isinstance(record.value, Oversized)]
    assert [300_000 < oversized[0].whole < 300_050, 60_000 < oversized[1].whole < 60_050] == [True, True]
    assert list(records[0].headers) == [("café", b"x"), ("none", None)]


def test_the_batches_before_and_after_it_are_read(read: Read) -> None:
    data = batch(4, b"before") + batch(4, b"a" * 300_000) + batch(3, b"after")
    assert [record.value for record in read(data)] == [b"before", b"", b"after"]


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_an_oversized_record_in_a_small_batch_is_never_held_in_memory(read: Read, codec: str) -> None:
    data = batch(CODECS[codec], b"\0" * 64 * MIB)
    tracemalloc.start()
    [record] = read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert record.value.whole > 64 * MIB
    assert peak < 8 * MIB


def test_unpacking_a_batch_ends_at_a_limit_and_the_rest_of_its_records_are_oversized(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """8 MB of zstd may unpack to 200 GiB: no heartbeat would be sent for a minute, at every start."""
    monkeypatch.setattr(batch_reader, "FURTHEST", 2 * MIB)
    records = read(batch(4, b"one", b"a" * 4 * MIB, b"two", None) + batch(4, b"after"))
    assert [record.offset for record in records] == [0, 1, 2, 3, 0]
    assert [record.value for record in records] == [b"one", b"", b"", b"", b"after"]
    assert [record.value.whole >= 2 * MIB for record in records[1:4]] == [True] * 3
    assert [record.key for record in records] == [b"k", b"k", None, None, b"k"]


def test_a_message_has_the_size_of_its_oversized_value() -> None:
    message = Message(topic="t", partition=0, offset=0, timestamp=0, key=b"key", value=Oversized.of(5_000))
    assert message.size == 5_003


def test_a_batch_is_never_unpacked_beyond_the_bound() -> None:
    with pytest.raises(TooMuch, match="more than 200000 bytes"):
        default_records.zstd_decode(batch(4, b"a" * 300_000)[61:])
