"""The dead-letter limit: counted for each partition by offset, with the same result after a restart."""

import tracemalloc

from hypothesis import example, given
from hypothesis import strategies as st

from streams.dead_letters.limit import Limit


def new_limit(**dead_letters: list[int]) -> Limit:
    known = {int(name.removeprefix("p")): offsets for name, offsets in dead_letters.items()}
    return Limit(run=3, share=0.5, window=10, dead_letters=known)


def counted(outcomes: str, limit: Limit | None = None) -> Limit:
    """`x` is a dead article, `.` any other."""
    limit = limit or new_limit()
    for offset, outcome in enumerate(outcomes, start=8):
        limit.count(0, outcome == "x", offset)
    return limit


def test_a_run_of_dead_letters_exceeds_the_limit() -> None:
    assert counted("..xx").exceeded is None
    assert counted("..xxx").exceeded == "3 articles in a row are dead letters in partition 0"


def test_a_share_of_dead_letters_exceeds_the_limit_once_the_window_is_full() -> None:
    assert counted("xx.xx.x").exceeded is None
    assert counted("xx.xx.xx.x").exceeded == "7 of the last 10 articles are dead letters in partition 0"
    assert counted("x.x.x.x.x.").exceeded is None


def test_each_partition_is_counted_separately() -> None:
    limit = new_limit()
    for partition in (0, 1, 2, 0, 1, 2):
        limit.count(partition, True, 1)
    assert limit.exceeded is None


def test_a_restart_does_not_reset_the_run() -> None:
    limit = new_limit(p0=[7, 8, 9])
    limit.begin(0, 10)
    assert limit.exceeded == "3 articles in a row are dead letters in partition 0"


def test_a_dead_letter_counts_once_when_its_article_is_read_again() -> None:
    limit = new_limit(p0=[8, 9])
    limit.begin(0, 8)
    counted("xx", limit)
    assert limit.exceeded is None


@given(st.text(alphabet="x.", max_size=60), st.integers(0, 60))
@example(".xx.xx.xx.", 1)
@example(".xxxxxxxx.", 1)
def test_a_count_resumed_from_the_dead_letters_gives_the_same_result(outcomes: str, restart: int) -> None:
    restart = min(restart, len(outcomes))
    dead_letters = [offset for offset, outcome in enumerate(outcomes[:restart]) if outcome == "x"]
    once = Limit(run=5, share=0.5, window=10)
    again = Limit(run=5, share=0.5, window=10, dead_letters={0: dead_letters})
    if restart:
        for offset, outcome in enumerate(outcomes[:restart]):
            once.count(0, outcome == "x", offset)
        if once.exceeded:
            return
    again.begin(0, restart)
    for offset, outcome in enumerate(outcomes[restart:], start=restart):
        once.count(0, outcome == "x", offset)
        again.count(0, outcome == "x", offset)
    assert once.exceeded == again.exceeded


def test_a_partition_that_is_assigned_again_keeps_what_this_worker_counted() -> None:
    limit = counted("xx")
    limit.begin(0, 10)
    limit.count(0, True, 10)
    assert limit.exceeded == "3 articles in a row are dead letters in partition 0"


def test_memory_does_not_grow_with_the_dead_letters_and_the_result_is_the_same() -> None:
    tracemalloc.start()
    limit = Limit(run=50, share=0.5, window=100)
    held = [count_and_weigh(limit, range(first, first + 4_000)) for first in range(0, 40_000, 4_000)]
    tracemalloc.stop()
    assert held[-1] < 1.5 * held[0]
    fresh = Limit(run=50, share=0.5, window=100, dead_letters={0: range(0, 40_000, 3)})
    limit.begin(0, 39_900)
    fresh.begin(0, 39_900)
    for offset in range(39_900, 39_950):
        assert limit.exceeded == fresh.exceeded
        limit.count(0, True, offset)
        fresh.count(0, True, offset)
    assert limit.exceeded == fresh.exceeded is not None


def count_and_weigh(limit: Limit, offsets: range) -> int:
    """Count every third article as dead. Returns the bytes that are held afterwards."""
    for offset in offsets:
        limit.count(0, offset % 3 == 0, offset)
    return tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else 0
