"""A header name that is not UTF-8 is read with escapes, by both clients, and no record beside it is lost."""

from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.consumer import fetcher
from hypothesis import given
from hypothesis import strategies as st
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatchBuilder

from streams.batches import read_all_batches
from streams.fit import CODECS


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


def batch(names: Sequence[bytes], codec: str | None, first: int = 0) -> bytes:
    """A batch as a producer sends it, a record a name."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=CODECS[codec],
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1_000_000,
    )
    for n, name in enumerate(names):
        builder.append(first + n, 0, b"k%d" % n, b"v", [("before", b"1"), (Name.of(name), b"2")])
    return bytes(builder.build())


def read(client: Any, data: bytes) -> list[tuple[bytes, str]]:
    """Key and second header name of all records, as a client reads them."""
    read_all_batches()
    records, found = client.MemoryRecords(data), []
    while records.has_next():
        found += [(one.key, one.headers[1][0]) for one in records.next_batch()]
    return found


both_clients = pytest.mark.parametrize("client", [fetcher, memory_records], ids=["aiokafka", "kafka-python"])


@both_clients
@pytest.mark.parametrize("codec", CODECS)
def test_the_name_is_read_with_escapes_and_its_neighbours_as_they_are(client: Any, codec: str | None) -> None:
    found = read(client, batch([b"a", b"\xff\xfe", "ü".encode(), b"caf\xe9", b"d"], codec))
    assert found == [(b"k0", "a"), (b"k1", r"\xff\xfe"), (b"k2", "ü"), (b"k3", r"caf\xe9"), (b"k4", "d")]


@both_clients
@given(batches=st.lists(st.lists(st.binary(max_size=6), min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_record_of_every_batch_is_read_once_and_in_order(
    client: Any, batches: list[list[bytes]]
) -> None:
    data = b"".join(batch(names, None) for names in batches)
    expected = [
        (b"k%d" % n, name.decode("utf-8", "backslashreplace"))
        for names in batches
        for n, name in enumerate(names)
    ]
    assert read(client, data) == expected
