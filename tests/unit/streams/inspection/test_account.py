"""The counts of the account: every record that came in is counted once, under the best that became of it."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.pipeline import Desk
from streams.inspection.account import Account, Ledger
from streams.inspection.observation import DEAD, DISCARDED, FINISHED, Observation
from tests.support.drawn_desk import drawn_desk

DESK = drawn_desk("raw > clean > middle", "middle > entities > end")
END = Observation(FINISHED, topic="end")
ENDINGS = st.sampled_from(
    [
        END,
        Observation(DISCARDED, "too-short", "clean"),
        Observation(DISCARDED, "not-an-article", "clean"),
        Observation(DEAD, "invalid", "clean"),
        Observation(DEAD, "timed-out", "entities"),
    ]
)
ORIGINS = st.tuples(st.just("news.raw"), st.integers(0, 2), st.integers(0, 6))


def account(
    came: list[int],
    observations: list[tuple[int, Observation]],
    takedowns: frozenset[int] = frozenset(),
    desk: Desk = DESK,
) -> Account:
    ledger = Ledger(desk)
    for offset in came:
        ledger.came_in(("news.raw", 0, offset), takedown=offset in takedowns)
    for offset, observation in observations:
        ledger.ended(("news.raw", 0, offset), observation)
    return ledger.account()


def test_each_fate_is_counted_with_its_reasons() -> None:
    observations = [
        (0, END),
        (1, Observation(DISCARDED, "too-short", "clean")),
        (2, Observation(DISCARDED, "too-short", "entities")),
        (3, Observation(DEAD, "invalid", "clean")),
    ]

    assert account(list(range(6)), observations) == Account(
        raw=6,
        finished=1,
        taken_down=0,
        discarded={"too-short": 2},
        dead={"invalid": 1},
        waiting=2,
        finished_on={"end": 1},
        discarded_by_stage={"clean": 1, "entities": 1},
    )


def test_an_article_that_was_dead_and_is_finished_after_a_replay_is_finished() -> None:
    counted = account([0, 0], [(0, Observation(DEAD, "failed", "clean")), (0, END)])

    assert (counted.raw, counted.finished, counted.dead) == (1, 1, {})


def test_a_takedown_is_counted_apart_once_it_is_through() -> None:
    observations = [(0, END), (1, END), (3, Observation(DEAD, "invalid", "clean"))]

    counted = account([0, 1, 2, 3], observations, takedowns=frozenset({1, 2, 3}))

    assert (counted.finished, counted.taken_down, counted.waiting, counted.dead) == (1, 1, 1, {"invalid": 1})


def test_what_became_of_records_no_longer_kept_is_not_counted() -> None:
    assert account([5], [(1, END), (5, END)]).finished == 1


@given(st.sets(ORIGINS), st.sets(ORIGINS), st.lists(st.tuples(st.one_of(st.none(), ORIGINS), ENDINGS)))
def test_the_counts_add_up_to_what_came_in_in_any_order(
    articles: set[tuple[str, int, int]],
    takedowns: set[tuple[str, int, int]],
    observations: list[tuple[tuple[str, int, int] | None, Observation]],
) -> None:
    def counted(in_order: list[tuple[tuple[str, int, int] | None, Observation]]) -> Account:
        ledger = Ledger(DESK)
        for origin in articles | takedowns:
            ledger.came_in(origin, takedown=origin in takedowns)
        for came_from, observation in in_order:
            ledger.ended(came_from, observation)
        return ledger.account()

    total = counted(observations)

    parts = (total.finished, total.taken_down, total.waiting, *total.discarded.values(), *total.dead.values())
    assert sum(parts) == total.raw == len(articles | takedowns)
    assert sum(total.discarded.values()) == sum(total.discarded_by_stage.values())
    again = counted(observations[::-1])
    assert (again.finished, again.taken_down, again.waiting) == (
        total.finished,
        total.taken_down,
        total.waiting,
    )


BRANCHES = drawn_desk("raw > sort > big, small", "big > pack > packed", "big > price > priced")
BIG, SMALL = Observation("reached", topic="big"), Observation(FINISHED, topic="small")
PACKED, PRICED = Observation(FINISHED, topic="packed"), Observation(FINISHED, topic="priced")
OTHER_ENDS = [Observation(fate, "x", stage) for fate in (DISCARDED, DEAD) for stage in ("sort", "pack", "price")]


def test_an_article_with_branches_is_counted_once_and_at_each_end_that_it_has_come_to() -> None:
    seen = {
        "finished on both": [BIG, PACKED, PRICED],
        "finished on the one that it was sent to": [SMALL],
        "waits for one": [BIG, PACKED],
        "dead on one": [BIG, PACKED, Observation(DEAD, "failed", "price")],
        "discarded on one": [BIG, PACKED, Observation(DISCARDED, "boring", "price")],
        "discarded on both": [
            *(BIG, Observation(DISCARDED, "dull", "pack")),
            Observation(DISCARDED, "boring", "price"),
        ],
        "not begun": [],
    }
    observations = [(offset, observation) for offset, each in enumerate(seen.values()) for observation in each]

    assert account(list(range(len(seen))), observations, desk=BRANCHES) == Account(
        raw=7,
        finished=3,
        taken_down=0,
        discarded={"dull": 1},
        dead={"failed": 1},
        waiting=2,
        finished_on={"small": 1, "packed": 4, "priced": 1},
        discarded_by_stage={"pack": 1, "price": 2},
    )


def test_a_takedown_is_through_when_it_is_on_every_branch() -> None:
    observations = [(0, BIG), (0, SMALL), (0, PACKED), (0, PRICED), (1, BIG), (1, SMALL), (1, PACKED)]

    counted = account([0, 1], observations, frozenset({0, 1}), BRANCHES)

    assert (counted.taken_down, counted.waiting, counted.finished) == (1, 1, 0)
    assert counted.finished_on == {"small": 0, "packed": 0, "priced": 0}


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([BIG, SMALL, PACKED, PRICED, *OTHER_ENDS]))))
def test_the_counts_of_a_desk_with_branches_add_up(observations: list[tuple[int, Observation]]) -> None:
    total = account(list(range(5)), observations, frozenset({4}), BRANCHES)

    parts = (total.finished, total.taken_down, total.waiting, *total.discarded.values(), *total.dead.values())
    assert sum(parts) == total.raw == 5
    assert total.finished <= sum(total.finished_on.values())
