"""Batches that unpack to more than is held in memory are read record by record."""

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
    """Small ones while a test runs."""
    install()
    bound(SMALL, (*AIOKAFKA, *KAFKA_PYTHON))
    yield
    bound(Bounds.of(16 * MIB), (*AIOKAFKA, *KAFKA_PYTHON))


def batch(codec: int, *values: bytes | None, key: bytes | None = b"k", headers: Any = ()) -> bytes:
    """A batch as it comes over the wire."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=codec, is_transactional=False, producer_id=-1, producer_epoch=-1,
        base_sequence=-1, batch_size=2**31 - 1,
    )  # fmt: skip
    for place, value in enumerate(values):
        builder.append(place, timestamp=1000 + place, key=key, value=value, headers=list(headers))
    return bytes(builder.build())


@pytest.fixture(params=[fetcher, memory_records], ids=["aiokafka", "kafka-python"])
def read(request: pytest.FixtureRequest) -> Read:
    """The records of what a fetch has brought, as each client reads them."""
    return partial(records_of, request.param.MemoryRecords)


def records_of(reader: Callable[[bytes], Any], data: bytes) -> list[Any]:
    records, found = reader(data), []
    while records.has_next():
        found += list(records.next_batch())
    return found


@pytest.mark.parametrize("codec", CODECS)
def test_a_batch_within_bounds_is_read_as_ever(read: Read, codec: str) -> None:
    found = read(batch(CODECS[codec], b"one", None, b"two" * 100, headers=[("a", b"b")]))
    assert [one.value for one in found] == [b"one", None, b"two" * 100]
    assert [(one.offset, one.timestamp, one.key, list(one.headers)) for one in found] == [
        (place, 1000 + place, b"k", [("a", b"b")]) for place in range(3)
    ]


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_of_a_batch_beyond_them_each_record_comes_in_order_and_of_the_vast_ones_the_size(
    read: Read, codec: str
) -> None:
    values = (b"one", b"a" * 300_000, b"two", b"b" * 40_000, b"c" * 60_000, None, b"")
    found = read(batch(CODECS[codec], *values, headers=[("name", b"x"), ("none", None)]))
    assert [one.offset for one in found] == list(range(7))
    assert [one.timestamp for one in found] == list(range(1000, 1007))
    assert [one.key for one in found] == [b"k"] * 7
    assert [one.value for one in found] == [b"one", b"", b"two", b"b" * 40_000, b"", None, b""]
    oversized = [one.value for one in found if isinstance(one.value, Oversized)]
    assert [300_000 < oversized[0].whole < 300_050, 60_000 < oversized[1].whole < 60_050] == [True, True]
    assert list(found[0].headers) == [("name", b"x"), ("none", None)]


def test_header_names_are_read_there_as_elsewhere(read: Read) -> None:
    """What is not UTF-8 in them is read with escapes by the same reader."""
    data = batch(4, b"one", b"a" * 300_000, headers=[("café", b"x")])
    assert list(read(data)[0].headers) == [("café", b"x")]


def test_the_batches_around_it_are_read(read: Read) -> None:
    data = batch(4, b"before") + batch(4, b"a" * 300_000) + batch(3, b"after")
    assert [one.value for one in read(data)] == [b"before", b"", b"after"]


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a_vast_record_in_a_small_batch_is_never_in_memory(read: Read, codec: str) -> None:
    data = batch(CODECS[codec], b"\0" * 64 * MIB)
    tracemalloc.start()
    [one] = read(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert one.value.whole > 64 * MIB
    assert most < 8 * MIB


def test_a_batch_is_unpacked_so_far_and_the_rest_of_its_records_are_vast(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """8 MB of zstd may be 200 GiB: no heartbeat would go out for a minute, at every start."""
    monkeypatch.setattr(batch_reader, "FURTHEST", 2 * MIB)
    found = read(batch(4, b"one", b"a" * 4 * MIB, b"two", None) + batch(4, b"after"))
    assert [one.offset for one in found] == [0, 1, 2, 3, 0]
    assert [one.value for one in found] == [b"one", b"", b"", b"", b"after"]
    assert [one.value.whole >= 2 * MIB for one in found[1:4]] == [True] * 3
    assert [one.key for one in found] == [b"k", b"k", None, None, b"k"]


def test_a_message_knows_how_large_its_vast_value_was() -> None:
    came = Message(topic="t", partition=0, offset=0, timestamp=0, key=b"key", value=Oversized.of(5_000))
    assert came.size == 5_003


def test_more_than_the_bound_is_never_unpacked() -> None:
    with pytest.raises(TooMuch, match="more than 200000 bytes"):
        default_records.zstd_decode(batch(4, b"a" * 300_000)[61:])
