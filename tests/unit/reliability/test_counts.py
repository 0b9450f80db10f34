"""What the rows of `make faults` count, on what a pipeline might have left behind."""

from collections import Counter
from dataclasses import replace

import pytest

from streams.inspection.reconciliation import Origin
from tests.reliability.counts import Counts, Expected, judge
from tests.reliability.observed import Observed, ObservedDeadLetter, ObservedRevision, Written

#: An article, a correction of it, another article, and its takedown.
FIRST, CORRECTED, OTHER, DOWN = (("news.raw", 0, offset) for offset in range(4))
PUBLISHED = {
    FIRST: ObservedRevision(article="a", at=(10, 0, 0)),
    CORRECTED: ObservedRevision(article="a", at=(11, 0, 1)),
    OTHER: ObservedRevision(article="b", at=(11, 0, 2)),
    DOWN: ObservedRevision(article="b", at=(12, 0, 3), is_takedown=True),
}
STAGES = ("clean", "entities", "summaries")


def written(origin: Origin, **other: object) -> Written:
    nth = str(origin[2])
    made = Written(
        origin=origin,
        article=PUBLISHED[origin].article,
        event=f"event-{nth}",
        version=f"version-{nth}",
        content=nth.encode(),
        line=f"line {nth}".encode(),
        age=1.0,
    )
    return replace(made, **other)  # type: ignore[arg-type]  # any of its fields


def found(*order: Origin) -> Observed:
    """A pipeline that has done all well, in this order in each topic."""
    records = [written(one) for one in order or PUBLISHED]
    return Observed(
        raw=dict(PUBLISHED),
        written={stage: list(records) for stage in STAGES},
        lines=Counter(one.line for one in records),
        rows={"a": "version-1"},
    )


def dead_letter(origin: Origin, reason: str = "failed", **other: str) -> ObservedDeadLetter:
    return ObservedDeadLetter(
        topic="news.dead", origin=origin, event=f"event-{origin[2]}", reason=reason, **other
    )


def without(pipeline: Observed, origin: Origin) -> Observed:
    """It never came to its end."""
    pipeline.written["summaries"] = [one for one in pipeline.written["summaries"] if one.origin != origin]
    pipeline.lines -= Counter([written(origin).line])
    return pipeline


def wrong(pipeline: Observed, expected: Expected | None = None) -> dict[str, int]:
    return judge(pipeline, expected or Expected(confirmed=PUBLISHED)).wrong()


def test_a_pipeline_that_did_all_well_has_nothing_wrong() -> None:
    counts = judge(found(), Expected(confirmed=PUBLISHED))
    assert counts.wrong() == {}
    assert counts == Counts(confirmed=4, finished=4, greatest_age=1.0)


def test_what_was_confirmed_and_has_no_end_is_lost() -> None:
    assert wrong(without(found(), FIRST)) == {"lost": 1}


def test_what_kafka_itself_has_lost_is_lost() -> None:
    pipeline = without(found(), FIRST)
    del pipeline.raw[FIRST]
    assert wrong(pipeline) == {"lost": 1}


def test_what_lies_in_the_topic_needs_an_end_though_it_was_not_confirmed() -> None:
    confirmed = {one: PUBLISHED[one] for one in (CORRECTED, OTHER, DOWN)}
    assert wrong(without(found(), FIRST), Expected(confirmed=confirmed)) == {"lost": 1}


def test_what_was_deleted_before_it_was_read_needs_no_end() -> None:
    pipeline = without(found(), FIRST)
    del pipeline.raw[FIRST]
    assert wrong(pipeline, Expected(confirmed=PUBLISHED, gone=frozenset({FIRST}))) == {}


def test_an_equal_repeat_is_counted_and_not_wrong() -> None:
    pipeline = found(FIRST, FIRST, CORRECTED, OTHER, DOWN)
    counts = judge(pipeline, Expected(confirmed=PUBLISHED))
    assert (counts.repeated, counts.wrong()) == (3, {})


def test_a_repeat_with_another_id_is_seen_by_who_drops_equal_ones() -> None:
    pipeline = found()
    pipeline.written["clean"].insert(0, written(FIRST, event="another"))
    assert wrong(pipeline) == {"repeated_with_other_id": 1}


def test_a_repeat_with_other_bytes_is_told() -> None:
    pipeline = found()
    pipeline.written["clean"].insert(0, written(FIRST, content=b"other"))
    assert wrong(pipeline) == {"repeated_with_other_bytes": 1}


def test_two_articles_under_one_id_are_told() -> None:
    pipeline = found()
    pipeline.written["clean"] = [replace(one, event="the same") for one in pipeline.written["clean"]]
    assert wrong(pipeline)["repeated_with_other_bytes"] == 3


def test_a_topic_that_ends_on_an_older_revision_is_told_whatever_the_versions_say() -> None:
    pipeline = found(CORRECTED, FIRST, OTHER, DOWN)
    # The stage itself says of the older one that it is newer.
    pipeline.written["clean"] = [
        replace(one, version="version-9") if one.origin == FIRST else one for one in pipeline.written["clean"]
    ]
    assert wrong(pipeline) == {"topics_ended_older": 3}


def test_dead_letters_that_were_replayed_may_end_a_topic_on_an_older_revision() -> None:
    counts = judge(found(CORRECTED, FIRST, OTHER, DOWN), Expected(confirmed=PUBLISHED))
    assert counts.wrong(reordered=True) == {}


def test_a_record_under_the_key_of_another_article_is_told() -> None:
    pipeline = found()
    pipeline.written["clean"][0] = written(FIRST, article="b")
    assert wrong(pipeline)["other_key"] == 1


@pytest.mark.parametrize("rows", [{"a": "version-0"}, {"a": "version-1", "b": "version-2"}])
def test_a_row_that_is_older_or_was_removed_is_told(rows: dict[str, str]) -> None:
    pipeline = found()
    pipeline.rows = rows
    assert wrong(pipeline) == {"ended_older": 1}


def test_a_row_that_is_not_there_is_lost_in_the_sinks() -> None:
    pipeline = found()
    pipeline.rows = {}
    assert wrong(pipeline) == {"lost_in_sinks": 1}


def test_a_line_that_is_not_there_and_one_too_many_are_told() -> None:
    pipeline = found()
    pipeline.lines = pipeline.lines - Counter([b"line 0"]) + Counter([b"line 1"])
    assert wrong(pipeline) == {"lost_in_sinks": 1, "twice_in_sinks": 1}


def test_nothing_is_discarded_without_a_cause() -> None:
    pipeline = without(found(), FIRST)
    pipeline.discarded = [FIRST]
    assert wrong(pipeline) == {"discarded": 1}


def test_poison_is_dead_once_and_for_its_own_reason() -> None:
    expected = Expected(confirmed=PUBLISHED, poison={FIRST: "failed"})
    dead = without(found(), FIRST)
    dead.dead_letters = [dead_letter(FIRST), dead_letter(FIRST)]
    assert (judge(dead, expected).dead_letters_repeated, wrong(dead, expected)) == (1, {})
    dead.dead_letters = [dead_letter(FIRST, "timed-out")]
    assert wrong(dead, expected) == {"poison_not_dead": 1}
    assert wrong(found(), expected) == {"poison_not_dead": 1}


def test_what_is_no_poison_may_not_be_dead() -> None:
    dead = without(found(), FIRST)
    dead.dead_letters = [dead_letter(FIRST)]
    assert wrong(dead) == {"dead_wrongly": 1}


def test_what_is_finished_and_dead_has_two_outcomes() -> None:
    dead = found()
    dead.dead_letters = [dead_letter(FIRST)]
    assert wrong(dead)["two_outcomes"] == 1


def test_a_dead_letter_is_dropped_where_a_takedown_came_behind_it_and_nowhere_else() -> None:
    dropped = without(found(), OTHER)
    dropped.dead_letters = [dead_letter(OTHER, closed="dropped")]
    assert wrong(dropped) == {}
    dropped = without(found(), FIRST)
    dropped.dead_letters = [dead_letter(FIRST, closed="dropped")]
    assert wrong(dropped) == {"dropped_wrongly": 1}
