"""What goes out in one transaction is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.message import Outgoing
from streams.dead_letters.resolve import BATCH_BYTES, BATCH_RECORDS, ResolveItem, batches
from tests.unit.streams.dead_letters.test_filters import dead_letter

SIZES = st.lists(st.sampled_from([0, 1, 1_000_000, BATCH_BYTES, 3 * BATCH_BYTES]), max_size=300)


def item(size: int) -> ResolveItem:
    return ResolveItem(dead_letter(), Outgoing(topic="t", key=None, value=_of_length(size), headers=()))


class _of_length(bytes):  # noqa: N801 - stands for so many bytes without holding them
    def __new__(cls, length: int) -> "_of_length":
        made = super().__new__(cls)
        made.length = length
        return made

    length: int

    def __len__(self) -> int:
        return self.length

    def __bool__(self) -> bool:
        return True


@given(SIZES)
def test_all_go_out_in_order_and_no_batch_is_larger_than_allowed_unless_it_is_one_record(
    sizes: list[int],
) -> None:
    items = [item(size) for size in sizes]
    made = list(batches(iter(items)))

    assert [one for batch in made for one in batch] == items
    for batch in made:
        assert 1 <= len(batch) <= BATCH_RECORDS
        assert len(batch) == 1 or sum(one.size for one in batch) <= BATCH_BYTES
