"""What the rows of `make faults` count, for each result that a pipeline may leave behind."""

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
    nth, article = str(origin[2]), PUBLISHED[origin].article
    names = {"event": f"event-{nth}", "version": f"version-{nth}"}
    body = {"content": nth.encode(), "line": f"line {nth}".encode(), "age": 1.0}
    return Written(**{"origin": origin, "article": article, **names, **body, **other})  # type: ignore[arg-type]  # any of its fields


def observed(*order: Origin) -> Observed:
    """A pipeline that has done everything right. Its topics hold the records in this order."""
    records = [written(origin) for origin in order or PUBLISHED]
    return Observed(
        raw=dict(PUBLISHED),
        written={stage: list(records) for stage in STAGES},
        lines=Counter(record.line for record in records),
        rows={"a": "version-1"},
    )


def dead_letter(origin: Origin, reason: str = "failed", **other: str) -> ObservedDeadLetter:
    return ObservedDeadLetter(
        topic="news.dead", origin=origin, event=f"event-{origin[2]}", reason=reason, **other
    )


def without(pipeline: Observed, origin: Origin) -> Observed:
    """The pipeline, as if this record had never been finished."""
    pipeline.written["summaries"] = [kept for kept in pipeline.written["summaries"] if kept.origin != origin]
    pipeline.lines -= Counter([written(origin).line])
    return pipeline


def wrong(pipeline: Observed, expected: Expected | None = None) -> dict[str, int]:
    return judge(pipeline, expected or Expected(confirmed=PUBLISHED)).wrong()


def test_a_pipeline_that_did_everything_right_has_nothing_wrong() -> None:
    counts = judge(observed(), Expected(confirmed=PUBLISHED))
    assert counts.wrong() == {}
    assert counts == Counts(confirmed=4, finished=4, greatest_age=1.0)


@pytest.mark.parametrize(
    ("confirmed", "in_topic", "gone", "counted"),
    [
        ((FIRST, CORRECTED, OTHER, DOWN), True, (), {"lost": 1}),
        ((FIRST, CORRECTED, OTHER, DOWN), False, (), {"lost": 1}),
        ((CORRECTED, OTHER, DOWN), True, (), {"lost": 1}),
        ((FIRST, CORRECTED, OTHER, DOWN), False, (FIRST,), {}),
    ],
    ids=["confirmed", "lost by Kafka", "not confirmed", "deleted before it was read"],
)
def test_a_record_without_an_outcome_is_lost_unless_it_was_deleted_before_it_was_read(
    confirmed: tuple[Origin, ...], in_topic: bool, gone: tuple[Origin, ...], counted: dict[str, int]
) -> None:
    pipeline = without(observed(), FIRST)
    if not in_topic:
        del pipeline.raw[FIRST]
    known = {origin: PUBLISHED[origin] for origin in confirmed}
    assert wrong(pipeline, Expected(confirmed=known, gone=frozenset(gone))) == counted


def test_an_identical_repeat_is_counted_and_is_not_wrong() -> None:
    pipeline = observed(FIRST, FIRST, CORRECTED, OTHER, DOWN)
    counts = judge(pipeline, Expected(confirmed=PUBLISHED))
    assert (counts.repeated, counts.wrong()) == (3, {})


@pytest.mark.parametrize(
    ("change", "counted"),
    [({"event": "another"}, "repeated_with_other_id"), ({"content": b"other"}, "repeated_with_other_bytes")],
)
def test_a_repeat_with_another_id_or_other_bytes_is_counted(change: dict[str, object], counted: str) -> None:
    pipeline = observed()
    pipeline.written["clean"].insert(0, written(FIRST, **change))
    assert wrong(pipeline) == {counted: 1}


def test_two_articles_with_one_event_id_are_counted() -> None:
    pipeline = observed()
    pipeline.written["clean"] = [replace(record, event="the same") for record in pipeline.written["clean"]]
    assert wrong(pipeline)["repeated_with_other_bytes"] == 3


def test_a_topic_that_ends_on_an_older_revision_is_counted_whatever_its_version_says() -> None:
    pipeline = observed(CORRECTED, FIRST, OTHER, DOWN)
    # The version that the stage wrote makes the older revision the newer one.
    pipeline.written["clean"] = [
        replace(record, version="version-9") if record.origin == FIRST else record
        for record in pipeline.written["clean"]
    ]
    assert wrong(pipeline) == {"topics_ended_older": 3}


def test_a_topic_may_end_on_an_older_revision_after_a_replay_of_dead_letters() -> None:
    counts = judge(observed(CORRECTED, FIRST, OTHER, DOWN), Expected(confirmed=PUBLISHED))
    assert counts.wrong(reordered=True) == {}


def test_a_record_with_the_key_of_another_article_is_counted() -> None:
    pipeline = observed()
    pipeline.written["clean"][0] = written(FIRST, article="b")
    assert wrong(pipeline)["other_key"] == 1


@pytest.mark.parametrize(
    ("rows", "counted"),
    [
        ({}, "lost_in_sinks"),
        ({"a": "version-0"}, "ended_older"),
        ({"a": "version-1", "b": "version-2"}, "ended_older"),
    ],
)
def test_a_row_that_is_missing_or_older_or_of_a_removed_article_is_counted(
    rows: dict[str, str], counted: str
) -> None:
    pipeline = observed()
    pipeline.rows = rows
    assert wrong(pipeline) == {counted: 1}


def test_a_missing_line_and_a_repeated_line_are_counted() -> None:
    pipeline = observed()
    pipeline.lines = pipeline.lines - Counter([b"line 0"]) + Counter([b"line 1"])
    assert wrong(pipeline) == {"lost_in_sinks": 1, "twice_in_sinks": 1}


def test_nothing_is_discarded_without_a_cause() -> None:
    pipeline = without(observed(), FIRST)
    pipeline.discarded = [FIRST]
    assert wrong(pipeline) == {"discarded": 1}


def test_poison_must_be_dead_once_and_for_its_own_reason() -> None:
    expected = Expected(confirmed=PUBLISHED, poison={FIRST: "failed"})
    dead = without(observed(), FIRST)
    dead.dead_letters = [dead_letter(FIRST), dead_letter(FIRST)]
    assert (judge(dead, expected).dead_letters_repeated, wrong(dead, expected)) == (1, {})
    dead.dead_letters = [dead_letter(FIRST, "timed-out")]
    assert wrong(dead, expected) == {"poison_not_dead": 1}
    assert wrong(observed(), expected) == {"poison_not_dead": 1}


def test_a_record_that_is_not_poison_must_not_be_dead() -> None:
    dead = without(observed(), FIRST)
    dead.dead_letters = [dead_letter(FIRST)]
    assert wrong(dead) == {"dead_wrongly": 1}


def test_a_record_both_finished_and_dead_has_two_outcomes() -> None:
    dead = observed()
    dead.dead_letters = [dead_letter(FIRST)]
    assert wrong(dead)["two_outcomes"] == 1


def test_a_dead_letter_may_be_dropped_only_if_a_takedown_follows_it() -> None:
    dropped = without(observed(), OTHER)
    dropped.dead_letters = [dead_letter(OTHER, closed="dropped")]
    assert wrong(dropped) == {}
    dropped = without(observed(), FIRST)
    dropped.dead_letters = [dead_letter(FIRST, closed="dropped")]
    assert wrong(dropped) == {"dropped_wrongly": 1}
