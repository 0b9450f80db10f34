"""Reconciliation: every received record is counted once, by its best outcome."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.pipeline import Pipeline
from streams.inspection.observation import DEAD, DISCARDED, FINISHED, Observation
from streams.inspection.reconciliation import OutcomeTable, Reconciliation
from tests.support.pipelines.drawn import drawn_pipeline

PIPELINE = drawn_pipeline("raw > clean > middle", "middle > entities > end")
END = Observation(FINISHED, topic="end")
OUTCOMES = st.sampled_from(
    [
        END,
        Observation(DISCARDED, "too-short", "clean"),
        Observation(DISCARDED, "not-an-article", "clean"),
        Observation(DEAD, "invalid", "clean"),
        Observation(DEAD, "timed-out", "entities"),
    ]
)
ORIGINS = st.tuples(st.just("news.raw"), st.integers(0, 2), st.integers(0, 6))


def reconciliation(
    offsets: list[int],
    observations: list[tuple[int, Observation]],
    takedowns: frozenset[int] = frozenset(),
    pipeline: Pipeline = PIPELINE,
) -> Reconciliation:
    table = OutcomeTable(pipeline)
    for offset in offsets:
        table.received(("news.raw", 0, offset), takedown=offset in takedowns)
    for offset, observation in observations:
        table.ended(("news.raw", 0, offset), observation)
    return table.reconciliation()


def test_each_record_that_kafka_still_has_is_counted_by_its_best_outcome_with_the_reason() -> None:
    observations = [
        (0, END),
        (1, Observation(DISCARDED, "too-short", "clean")),
        (2, Observation(DISCARDED, "too-short", "entities")),
        (3, Observation(DEAD, "invalid", "clean")),
        *((4, Observation(DEAD, "failed", "clean")), (4, END)),  # finished after a replay
        (99, END),  # Kafka has deleted its raw record
    ]

    assert reconciliation([*range(7), 4], observations) == Reconciliation(
        raw=7,
        finished=2,
        removed=0,
        discarded={"too-short": 2},
        dead={"invalid": 1},
        waiting=2,
        finished_on={"end": 2},
        discarded_by_stage={"clean": 1, "entities": 1},
    )


def test_a_takedown_is_counted_separately_once_the_last_stage_has_processed_it() -> None:
    observations = [(0, END), (1, END), (3, Observation(DEAD, "invalid", "clean"))]

    counted = reconciliation([0, 1, 2, 3], observations, takedowns=frozenset({1, 2, 3}))

    assert (counted.finished, counted.removed, counted.waiting, counted.dead) == (1, 1, 1, {"invalid": 1})


@given(st.sets(ORIGINS), st.sets(ORIGINS), st.lists(st.tuples(st.one_of(st.none(), ORIGINS), OUTCOMES)))
def test_the_counts_add_up_to_the_received_records_in_any_order(
    articles: set[tuple[str, int, int]],
    takedowns: set[tuple[str, int, int]],
    observations: list[tuple[tuple[str, int, int] | None, Observation]],
) -> None:
    def counted(ordered: list[tuple[tuple[str, int, int] | None, Observation]]) -> Reconciliation:
        table = OutcomeTable(PIPELINE)
        for origin in articles | takedowns:
            table.received(origin, takedown=origin in takedowns)
        for origin, observation in ordered:
            table.ended(origin, observation)
        return table.reconciliation()

    total = counted(observations)

    parts = (total.finished, total.removed, total.waiting, *total.discarded.values(), *total.dead.values())
    assert sum(parts) == total.raw == len(articles | takedowns)
    assert sum(total.discarded.values()) == sum(total.discarded_by_stage.values())
    reverse = counted(observations[::-1])
    assert (reverse.finished, reverse.removed) == (total.finished, total.removed)
    assert reverse.waiting == total.waiting


BRANCHES = drawn_pipeline("raw > sort > big, small", "big > pack > packed", "big > price > priced")
BIG, SMALL = Observation("reached", topic="big"), Observation(FINISHED, topic="small")
PACKED, PRICED = Observation(FINISHED, topic="packed"), Observation(FINISHED, topic="priced")
BORING = Observation(DISCARDED, "boring", "price")
OTHER_ENDS = [
    Observation(outcome, "x", stage) for outcome in (DISCARDED, DEAD) for stage in ("sort", "pack", "price")
]


def test_an_article_on_branches_is_counted_once_in_total_and_once_at_each_end() -> None:
    seen = {
        "finished on both": [BIG, PACKED, PRICED],
        "finished on the only one that it was sent to": [SMALL],
        "waits for one": [BIG, PACKED],
        "dead on one": [BIG, PACKED, Observation(DEAD, "failed", "price")],
        "discarded on one": [BIG, PACKED, BORING],
        "discarded on both": [BIG, Observation(DISCARDED, "dull", "pack"), BORING],
        "not started": [],
    }
    observations = [
        (offset, observation) for offset, article in enumerate(seen.values()) for observation in article
    ]

    assert reconciliation(list(range(len(seen))), observations, pipeline=BRANCHES) == Reconciliation(
        raw=7,
        finished=3,
        removed=0,
        discarded={"dull": 1},
        dead={"failed": 1},
        waiting=2,
        finished_on={"small": 1, "packed": 4, "priced": 1},
        discarded_by_stage={"pack": 1, "price": 2},
    )


def test_a_takedown_counts_as_removed_when_it_has_reached_every_end() -> None:
    observations = [(0, BIG), (0, SMALL), (0, PACKED), (0, PRICED), (1, BIG), (1, SMALL), (1, PACKED)]

    counted = reconciliation([0, 1], observations, frozenset({0, 1}), BRANCHES)

    assert (counted.removed, counted.waiting, counted.finished) == (1, 1, 0)
    assert counted.finished_on == {"small": 0, "packed": 0, "priced": 0}


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([BIG, SMALL, PACKED, PRICED, *OTHER_ENDS]))))
def test_the_counts_of_a_pipeline_with_branches_add_up_to_the_received_records(
    observations: list[tuple[int, Observation]],
) -> None:
    total = reconciliation(list(range(5)), observations, frozenset({4}), BRANCHES)

    parts = (total.finished, total.removed, total.waiting, *total.discarded.values(), *total.dead.values())
    assert sum(parts) == total.raw == 5
    assert total.finished <= sum(total.finished_on.values())
