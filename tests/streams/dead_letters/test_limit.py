"""The dead-letter limit: counted per partition over offsets, and the same again after a restart."""

import tracemalloc

from hypothesis import example, given
from hypothesis import strategies as st

from streams.dead_letters.limit import Limit


def limit(**letters: list[int]) -> Limit:
    known = {int(name.removeprefix("p")): offsets for name, offsets in letters.items()}
    return Limit(run=3, share=0.5, window=10, letters=known)


def counted(fates: str, made: Limit | None = None) -> Limit:
    """`x` is a dead article, `.` one that is not."""
    made = made or limit()
    for offset, fate in enumerate(fates, start=8):
        made.count(0, fate == "x", offset)
    return made


def test_a_run_of_dead_letters_exceeds_it() -> None:
    assert counted("..xx").exceeded is None
    assert counted("..xxx").exceeded == "3 articles of partition 0 one after the other are dead letters"


def test_a_share_of_dead_letters_exceeds_it_once_the_window_is_full() -> None:
    assert counted("xx.xx.x").exceeded is None
    assert counted("xx.xx.xx.x").exceeded == "7 of the last 10 articles of partition 0 are dead letters"
    assert counted("x.x.x.x.x.").exceeded is None


def test_partitions_are_counted_apart() -> None:
    made = limit()
    for partition in (0, 1, 2, 0, 1, 2):
        made.count(partition, True, 1)
    assert made.exceeded is None


def test_a_restart_does_not_reset_the_run() -> None:
    made = limit(p0=[7, 8, 9])
    made.begin(0, 10)
    assert made.exceeded == "3 articles of partition 0 one after the other are dead letters"


def test_letters_of_articles_that_are_read_again_do_not_count_twice() -> None:
    made = limit(p0=[8, 9])
    made.begin(0, 8)
    counted("xx", made)
    assert made.exceeded is None


@given(st.text(alphabet="x.", max_size=60), st.integers(0, 60))
@example(".xx.xx.xx.", 1)
@example(".xxxxxxxx.", 1)
def test_counting_again_from_the_letters_comes_to_the_same(fates: str, restart: int) -> None:
    restart = min(restart, len(fates))
    letters = [offset for offset, fate in enumerate(fates[:restart]) if fate == "x"]
    once = Limit(run=5, share=0.5, window=10)
    again = Limit(run=5, share=0.5, window=10, letters={0: letters})
    if restart:
        for offset, fate in enumerate(fates[:restart]):
            once.count(0, fate == "x", offset)
        if once.exceeded:
            return
    again.begin(0, restart)
    for offset, fate in enumerate(fates[restart:], start=restart):
        once.count(0, fate == "x", offset)
        again.count(0, fate == "x", offset)
    assert once.exceeded == again.exceeded


def test_partitions_that_come_back_are_counted_from_what_this_worker_saw_too() -> None:
    made = counted("xx")
    made.begin(0, 10)
    made.count(0, True, 10)
    assert made.exceeded == "3 articles of partition 0 one after the other are dead letters"


def test_what_is_kept_of_dead_letters_does_not_grow_with_them_and_counts_the_same() -> None:
    tracemalloc.start()
    made = Limit(run=50, share=0.5, window=100)
    held = [count_and_weigh(made, range(first, first + 4_000)) for first in range(0, 40_000, 4_000)]
    tracemalloc.stop()
    assert held[-1] < 1.5 * held[0]
    fresh = Limit(run=50, share=0.5, window=100, letters={0: range(0, 40_000, 3)})
    for one in (made, fresh):
        one.begin(0, 39_900)
    for offset in range(39_900, 39_950):
        assert made.exceeded == fresh.exceeded
        made.count(0, True, offset)
        fresh.count(0, True, offset)
    assert made.exceeded == fresh.exceeded is not None


def count_and_weigh(limit: Limit, offsets: range) -> int:
    """Count every third article as dead; the bytes that are held then."""
    for offset in offsets:
        limit.count(0, offset % 3 == 0, offset)
    return tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else 0
