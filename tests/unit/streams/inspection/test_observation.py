"""Of all that was seen of an article in a pipeline with branches, one outcome counts."""

import pytest

from streams.inspection.observation import DEAD, DISCARDED, FINISHED, REACHED, WAITING, Observation, Ways
from tests.support.pipelines.drawn import drawn_pipeline

TWO_READERS = drawn_pipeline(
    "raw > clean > page", "page > left > left_end", "page > right > middle", "middle > last > end"
)
TWO_OUTPUTS = drawn_pipeline("raw > sort > big, small", "big > pack > packed", "small > price > priced")
OF_THE_DISCARDED = drawn_pipeline("raw > clean > page", "discarded > rescue > rescued")


def on(topic: str) -> Observation:
    return Observation(FINISHED, topic=topic)


def dead(stage: str) -> Observation:
    return Observation(DEAD, "failed", stage)


def discarded(stage: str) -> Observation:
    return Observation(DISCARDED, "boring", stage)


@pytest.mark.parametrize(
    ("observations", "outcome"),
    [
        ((), WAITING),
        ((on("left_end"),), WAITING),
        ((on("left_end"), on("end")), FINISHED),
        ((on("left_end"), discarded("right")), FINISHED),
        ((on("left_end"), discarded("last")), FINISHED),
        ((on("left_end"), dead("last")), DEAD),
        ((on("left_end"), dead("last"), on("end")), FINISHED),
        ((discarded("left"), discarded("right")), DISCARDED),
        ((discarded("left"), dead("right")), DEAD),
        ((dead("left"),), WAITING),
        ((dead("clean"),), DEAD),
        ((dead("clean"), on("end")), WAITING),
        ((dead("clean"), on("end"), on("left_end")), FINISHED),
        ((discarded("clean"),), DISCARDED),
        ((discarded("a stage of before"),), DISCARDED),
        ((discarded("a stage of before"), on("left_end"), on("end")), FINISHED),
    ],
)
def test_two_readers_must_both_be_done_with_it(observations: tuple[Observation, ...], outcome: str) -> None:
    assert Ways(TWO_READERS).outcome(observations).outcome == outcome


@pytest.mark.parametrize(
    ("observations", "outcome"),
    [
        ((Observation(REACHED, topic="big"),), WAITING),
        ((Observation(REACHED, topic="big"), on("packed")), FINISHED),
        ((on("packed"),), FINISHED),
        ((Observation(REACHED, topic="big"), on("packed"), Observation(REACHED, topic="small")), WAITING),
        ((on("packed"), Observation(REACHED, topic="small"), dead("price")), DEAD),
        ((on("packed"), on("priced")), FINISHED),
        ((discarded("sort"),), DISCARDED),
        ((dead("sort"), Observation(REACHED, topic="big")), WAITING),
    ],
)
def test_of_two_outputs_only_those_count_that_it_was_sent_to(
    observations: tuple[Observation, ...], outcome: str
) -> None:
    assert Ways(TWO_OUTPUTS).outcome(observations).outcome == outcome


def test_the_first_branch_says_why_where_both_end_alike() -> None:
    observations = (Observation(DEAD, "too-large", "right"), Observation(DEAD, "failed", "left"))

    assert Ways(TWO_READERS).outcome(observations) == Observation(DEAD, "failed", "left")


def test_what_was_discarded_and_is_read_again_counts_by_what_becomes_of_it() -> None:
    ways = Ways(OF_THE_DISCARDED)

    assert ways.outcome((discarded("clean"),)).outcome == DISCARDED
    assert ways.outcome((discarded("clean"), on("rescued"))).outcome == FINISHED


def test_a_stage_has_discarded_what_came_no_further_there() -> None:
    ways = Ways(TWO_READERS)

    assert [observation.stage for observation in ways.discards((on("left_end"), discarded("right")))] == [
        "right"
    ]
    assert list(ways.discards((discarded("right"), on("end"), on("left_end")))) == []
