"""Which first offsets are written: none that leaves out what a group was promised."""

from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition

from streams.first_offsets import first_offsets

PARTITIONS = [TopicPartition("t.order", number) for number in range(4)]
BEGINS = st.fixed_dictionaries({one: st.sampled_from([0, 7]) for one in PARTITIONS})
THERE = st.dictionaries(st.sampled_from(PARTITIONS), st.integers(0, 20))


@given(there=THERE, begins=BEGINS, new=st.booleans())
def test_only_a_new_group_without_any_offset_begins_behind_what_was_deleted(
    there: dict[TopicPartition, int], begins: dict[TopicPartition, int], new: bool
) -> None:
    written = first_offsets(there, begins, new=new)
    assert not written.keys() & there.keys()
    assert all(at == begins[one] for one, at in written.items())
    assert {one for one, at in begins.items() if at == 0} <= written.keys() | there.keys()
    if there or not new:
        assert set(written.values()) <= {0}
    else:
        assert written == begins
