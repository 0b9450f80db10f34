"""What Kafka takes is read by both clients: each record once, at a place of its own within its batch."""

import gzip
from collections.abc import Sequence
from typing import Any

import lz4.frame
import pytest
from aiokafka.consumer import fetcher
from hypothesis import given
from hypothesis import strategies as st
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatchBuilder

from streams.core.message import Oversized
from streams.kafka.record_size import CODECS
from streams.kafka.tolerant.installation import install
from tests.support.kafka.crafted import MISPLACED, STRANGE, batch, packed, record, unsealed

both_clients = pytest.mark.parametrize("client", [fetcher, memory_records], ids=["aiokafka", "kafka-python"])
TWO = [record(0, b"0"), record(1, b"1")]


def read(client: Any, data: bytes) -> list[Any]:
    """The records of what a fetch has brought, as a client reads them."""
    install()
    records, found = client.MemoryRecords(data), []
    while records.has_next():
        found += list(records.next_batch())
    return found


class Name(str):
    """A header name that goes out as `raw`, whatever that is."""

    __slots__ = ("raw",)
    raw: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Name":
        name = cls("")
        name.raw = raw
        return name

    def encode(self, *_: Any) -> bytes:
        return self.raw


def sent(named: Sequence[bytes], codec: str | None) -> bytes:
    """A batch as a producer sends it, a record a header name."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=CODECS[codec],
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1_000_000,
    )
    for n, name in enumerate(named):
        builder.append(n, 0, b"k%d" % n, b"v", [("before", b"1"), (Name.of(name), b"2")])
    return bytes(builder.build())


def names(client: Any, data: bytes) -> list[tuple[bytes, str]]:
    """Key and second header name of all records, as a client reads them."""
    return [(one.key, one.headers[1][0]) for one in read(client, data)]


@both_clients
@pytest.mark.parametrize("codec", [0, 1, 3, 4])
@pytest.mark.parametrize("strange", STRANGE)
def test_a_record_that_kafka_takes_is_read_as_kafka_reads_it(client: Any, codec: int, strange: str) -> None:
    found = read(client, batch([record(0, b"0"), STRANGE[strange](b"1"), record(2, b"2")], codec, base=70))
    assert [(one.offset, one.value) for one in found] == [(70, b"0"), (71, b"1"), (72, b"2")]
    assert found[1].key in {b"k", b"key"}


@both_clients
@pytest.mark.parametrize("misplaced", MISPLACED)
def test_a_record_that_names_the_place_of_another_has_its_own(client: Any, misplaced: str) -> None:
    found = read(client, batch([record(0, b"0"), MISPLACED[misplaced](b"1"), record(2, b"2")], base=70))
    assert [(one.offset, one.value) for one in found] == [(70, b"0"), (71, b"1"), (72, b"2")]


@both_clients
@given(places=st.lists(st.integers(-3, 9), min_size=1, max_size=6), base=st.integers(0, 9))
def test_whatever_the_places_in_a_batch_every_record_has_one_and_none_beyond_it(
    client: Any, places: list[int], base: int
) -> None:
    records = [record(place, b"%d" % nth) for nth, place in enumerate(places)]
    found = read(client, batch(records, base=base) + batch(TWO, base=base + len(records)))
    assert [one.offset for one in found] == list(range(base, base + len(records) + 2))
    assert [one.value for one in found] == [b"%d" % nth for nth in range(len(records))] + [b"0", b"1"]


@both_clients
@given(kept=st.sets(st.integers(0, 20), min_size=1), base=st.integers(0, 9))
def test_holes_that_compaction_leaves_in_a_batch_stay(client: Any, kept: set[int], base: int) -> None:
    records = b"".join(record(place) for place in sorted(kept))
    found = read(client, packed(records, 0, len(kept), base=base, last=20))
    assert [one.offset for one in found] == [base + place for place in sorted(kept)]


@both_clients
@pytest.mark.parametrize(
    ("codec", "data"),
    [(1, gzip.compress(b"".join(TWO)) + b"more"), (3, lz4.frame.compress(b"".join(TWO)) + b"more")],
    ids=["gzip", "lz4"],
)
def test_bytes_behind_a_compressed_batch_are_not_looked_at(client: Any, codec: int, data: bytes) -> None:
    found = read(client, packed(data, codec, 2))
    assert [(one.offset, one.value) for one in found] == [(0, b"0"), (1, b"1")]


@both_clients
def test_records_that_cannot_be_unpacked_keep_their_places_and_are_no_takedowns(client: Any) -> None:
    found = read(client, unsealed(TWO) + batch(TWO, base=2))
    assert [(one.offset, one.value) for one in found] == [(0, b""), (1, b""), (2, b"0"), (3, b"1")]
    assert [isinstance(one.value, Oversized) for one in found] == [True, True, False, False]


@both_clients
@pytest.mark.parametrize("codec", CODECS)
def test_a_header_name_is_read_with_escapes_and_its_neighbours_as_they_are(
    client: Any, codec: str | None
) -> None:
    found = names(client, sent([b"a", b"\xff\xfe", "ü".encode(), b"caf\xe9", b"d"], codec))
    assert found == [(b"k0", "a"), (b"k1", r"\xff\xfe"), (b"k2", "ü"), (b"k3", r"caf\xe9"), (b"k4", "d")]


@both_clients
@given(batches=st.lists(st.lists(st.binary(max_size=6), min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_record_of_every_batch_is_read_once_and_in_order(
    client: Any, batches: list[list[bytes]]
) -> None:
    data = b"".join(sent(named, None) for named in batches)
    expected = [
        (b"k%d" % n, name.decode("utf-8", "backslashreplace"))
        for named in batches
        for n, name in enumerate(named)
    ]
    assert names(client, data) == expected
