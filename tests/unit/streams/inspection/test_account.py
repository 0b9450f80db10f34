"""The counts of the account: every record that came in is counted once, under the best that became of it."""

from hypothesis import given
from hypothesis import strategies as st

from streams.inspection.account import DEAD, DISCARDED, FINISHED, Account, Ending, Ledger

ENDINGS = st.sampled_from(
    [
        Ending(FINISHED),
        Ending(DISCARDED, "too-short", "clean"),
        Ending(DISCARDED, "not-an-article", "clean"),
        Ending(DEAD, "invalid", "clean"),
        Ending(DEAD, "timed-out", "entities"),
    ]
)
ORIGINS = st.tuples(st.just("news.raw"), st.integers(0, 2), st.integers(0, 6))


def account(
    came: list[int], endings: list[tuple[int, Ending]], takedowns: frozenset[int] = frozenset()
) -> Account:
    ledger = Ledger()
    for offset in came:
        ledger.came_in(("news.raw", 0, offset), takedown=offset in takedowns)
    for offset, ending in endings:
        ledger.ended(("news.raw", 0, offset), ending)
    return ledger.account()


def test_each_fate_is_counted_with_its_reasons() -> None:
    endings = [
        (0, Ending(FINISHED)),
        (1, Ending(DISCARDED, "too-short", "clean")),
        (2, Ending(DISCARDED, "too-short", "entities")),
        (3, Ending(DEAD, "invalid", "clean")),
    ]

    assert account(list(range(6)), endings) == Account(
        raw=6,
        finished=1,
        taken_down=0,
        discarded={"too-short": 2},
        dead={"invalid": 1},
        waiting=2,
        discarded_by_stage={"clean": 1, "entities": 1},
    )


def test_an_article_that_was_dead_and_is_finished_after_a_replay_is_finished() -> None:
    counted = account([0, 0], [(0, Ending(DEAD, "failed", "clean")), (0, Ending(FINISHED))])

    assert (counted.raw, counted.finished, counted.dead) == (1, 1, {})


def test_a_takedown_is_counted_apart_once_it_is_through() -> None:
    endings = [(0, Ending(FINISHED)), (1, Ending(FINISHED)), (3, Ending(DEAD, "invalid", "clean"))]

    counted = account([0, 1, 2, 3], endings, takedowns=frozenset({1, 2, 3}))

    assert (counted.finished, counted.taken_down, counted.waiting, counted.dead) == (1, 1, 1, {"invalid": 1})


def test_what_became_of_records_no_longer_kept_is_not_counted() -> None:
    assert account([5], [(1, Ending(FINISHED)), (5, Ending(FINISHED))]).finished == 1


@given(st.sets(ORIGINS), st.sets(ORIGINS), st.lists(st.tuples(st.one_of(st.none(), ORIGINS), ENDINGS)))
def test_the_counts_add_up_to_what_came_in_in_any_order(
    articles: set[tuple[str, int, int]],
    takedowns: set[tuple[str, int, int]],
    endings: list[tuple[tuple[str, int, int] | None, Ending]],
) -> None:
    def counted(in_order: list[tuple[tuple[str, int, int] | None, Ending]]) -> Account:
        ledger = Ledger()
        for origin in articles | takedowns:
            ledger.came_in(origin, takedown=origin in takedowns)
        for came_from, ending in in_order:
            ledger.ended(came_from, ending)
        return ledger.account()

    total = counted(endings)

    parts = (total.finished, total.taken_down, total.waiting, *total.discarded.values(), *total.dead.values())
    assert sum(parts) == total.raw == len(articles | takedowns)
    assert sum(total.discarded.values()) == sum(total.discarded_by_stage.values())
    again = counted(endings[::-1])
    assert (again.finished, again.taken_down, again.waiting) == (
        total.finished,
        total.taken_down,
        total.waiting,
    )
