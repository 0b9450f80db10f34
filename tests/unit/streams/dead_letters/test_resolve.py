"""The size of one transaction is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.message import Outgoing
from streams.dead_letters.resolve import BATCH_BYTES, BATCH_RECORDS, ResolveItem, batches
from tests.unit.streams.dead_letters.test_filters import dead_letter

SIZES = st.lists(st.sampled_from([0, 1, 1_000_000, BATCH_BYTES, 3 * BATCH_BYTES]), max_size=300)


def item_of(size: int) -> ResolveItem:
    return ResolveItem(dead_letter(), Outgoing(topic="t", key=None, value=_Bytes(size), headers=()))


class _Bytes(bytes):
    """Bytes of a length that are not held in memory."""

    def __new__(cls, length: int) -> "_Bytes":
        self = super().__new__(cls)
        self.length = length
        return self

    length: int

    def __len__(self) -> int:
        return self.length

    def __bool__(self) -> bool:
        return True


@given(SIZES)
def test_all_records_are_sent_in_order_and_only_a_batch_of_one_may_exceed_the_size(sizes: list[int]) -> None:
    items = [item_of(size) for size in sizes]
    sent = list(batches(iter(items)))

    assert [item for batch in sent for item in batch] == items
    for batch in sent:
        assert 1 <= len(batch) <= BATCH_RECORDS
        assert len(batch) == 1 or sum(item.size for item in batch) <= BATCH_BYTES
