"""Both clients read every record that Kafka accepts: once, and with its own offset within the batch."""

import gzip
from collections.abc import Sequence
from itertools import product
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
    """The records in the bytes of a fetch, as a client reads them."""
    install()
    batches, records = client.MemoryRecords(data), []
    while batches.has_next():
        records += list(batches.next_batch())
    return records


class Name(str):
    """A header name that is sent as the bytes `raw`, valid or not."""

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
    """A batch as a producer sends it: one record for each header name."""
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
    """The key and the second header name of each record, as a client reads them."""
    return [(record.key, record.headers[1][0]) for record in read(client, data)]


@both_clients
@pytest.mark.parametrize(("codec", "odd"), [*product([0, 1, 3, 4], STRANGE), *product([0], MISPLACED)])
def test_a_record_that_kafka_accepts_is_read_once_with_its_own_offset(
    client: Any, codec: int, odd: str
) -> None:
    second = (STRANGE | MISPLACED)[odd](b"1")
    records = read(client, batch([record(0, b"0"), second, record(2, b"2")], codec, base=70))
    assert [(record.offset, record.value) for record in records] == [(70, b"0"), (71, b"1"), (72, b"2")]
    assert records[1].key in {b"k", b"key"}


@both_clients
@given(deltas=st.lists(st.integers(-3, 9), min_size=1, max_size=6), base=st.integers(0, 9))
def test_with_any_offset_deltas_every_record_has_an_offset_within_its_batch(
    client: Any, deltas: list[int], base: int
) -> None:
    written = [record(delta, b"%d" % nth) for nth, delta in enumerate(deltas)]
    records = read(client, batch(written, base=base) + batch(TWO, base=base + len(written)))
    assert [record.offset for record in records] == list(range(base, base + len(written) + 2))
    assert [record.value for record in records] == [b"%d" % nth for nth in range(len(written))] + [b"0", b"1"]


@both_clients
@given(kept=st.sets(st.integers(0, 20), min_size=1), base=st.integers(0, 9))
def test_gaps_that_compaction_leaves_in_a_batch_are_kept(client: Any, kept: set[int], base: int) -> None:
    written = b"".join(record(delta) for delta in sorted(kept))
    records = read(client, packed(written, 0, len(kept), base=base, last=20))
    assert [record.offset for record in records] == [base + delta for delta in sorted(kept)]


@both_clients
@pytest.mark.parametrize(
    ("codec", "data"),
    [(1, gzip.compress(b"".join(TWO)) + b"more"), (3, lz4.frame.compress(b"".join(TWO)) + b"more")],
    ids=["gzip", "lz4"],
)
def test_bytes_after_a_compressed_batch_are_ignored(client: Any, codec: int, data: bytes) -> None:
    records = read(client, packed(data, codec, 2))
    assert [(record.offset, record.value) for record in records] == [(0, b"0"), (1, b"1")]


@both_clients
def test_records_that_cannot_be_unpacked_keep_their_offsets_and_are_not_takedowns(client: Any) -> None:
    records = read(client, unsealed(TWO) + batch(TWO, base=2))
    assert [(record.offset, record.value) for record in records] == [(0, b""), (1, b""), (2, b"0"), (3, b"1")]
    assert [isinstance(record.value, Oversized) for record in records] == [True, True, False, False]


@both_clients
@pytest.mark.parametrize("codec", CODECS)
def test_an_invalid_header_name_is_read_with_escapes_and_the_others_unchanged(
    client: Any, codec: str | None
) -> None:
    read_names = names(client, sent([b"a", b"\xff\xfe", "ü".encode(), b"caf\xe9", b"d"], codec))
    assert read_names == [(b"k0", "a"), (b"k1", r"\xff\xfe"), (b"k2", "ü"), (b"k3", r"caf\xe9"), (b"k4", "d")]


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
