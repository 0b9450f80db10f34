"""Which outcome of an article counts in a pipeline with branches."""

import pytest

from streams.inspection.observation import DEAD, DISCARDED, FINISHED, REACHED, WAITING, Observation, Routes
from tests.support.pipelines.drawn import drawn_pipeline

TWO_READERS = drawn_pipeline(
    "raw > clean > page", "page > left > left_end", "page > right > middle", "middle > last > end"
)
TWO_OUTPUTS = drawn_pipeline("raw > sort > big, small", "big > pack > packed", "small > price > priced")
READS_DISCARDED = drawn_pipeline("raw > clean > page", "discarded > rescue > rescued")


def on(topic: str) -> Observation:
    return Observation(FINISHED, topic=topic)


def reached(topic: str) -> Observation:
    return Observation(REACHED, topic=topic)


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
        ((discarded("a former stage"),), DISCARDED),
        ((discarded("a former stage"), on("left_end"), on("end")), FINISHED),
    ],
)
def test_an_article_has_an_outcome_only_when_both_readers_have_one(
    observations: tuple[Observation, ...], outcome: str
) -> None:
    assert Routes(TWO_READERS).outcome(observations).outcome == outcome


@pytest.mark.parametrize(
    ("observations", "outcome"),
    [
        ((reached("big"),), WAITING),
        ((reached("big"), on("packed")), FINISHED),
        ((on("packed"),), FINISHED),
        ((reached("big"), on("packed"), reached("small")), WAITING),
        ((on("packed"), reached("small"), dead("price")), DEAD),
        ((on("packed"), on("priced")), FINISHED),
        ((discarded("sort"),), DISCARDED),
        ((dead("sort"), reached("big")), WAITING),
    ],
)
def test_only_the_outputs_that_an_article_was_sent_to_count(
    observations: tuple[Observation, ...], outcome: str
) -> None:
    assert Routes(TWO_OUTPUTS).outcome(observations).outcome == outcome


def test_with_equal_outcomes_the_reason_is_that_of_the_first_branch() -> None:
    observations = (Observation(DEAD, "too-large", "right"), Observation(DEAD, "failed", "left"))

    assert Routes(TWO_READERS).outcome(observations) == Observation(DEAD, "failed", "left")


def test_a_discarded_article_that_a_stage_reads_has_the_outcome_of_that_stage() -> None:
    routes = Routes(READS_DISCARDED)

    assert routes.outcome((discarded("clean"),)).outcome == DISCARDED
    assert routes.outcome((discarded("clean"), on("rescued"))).outcome == FINISHED


def test_a_discard_counts_only_if_its_branch_did_not_finish_the_article() -> None:
    routes = Routes(TWO_READERS)

    assert list(routes.discards((on("left_end"), discarded("right")))) == [discarded("right")]
    assert list(routes.discards((discarded("right"), on("end"), on("left_end")))) == []
