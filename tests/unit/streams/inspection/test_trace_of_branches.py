"""What `trace` shows of an article in a pipeline with branches."""

from dataclasses import replace

import pytest
from kafka import TopicPartition

from streams.cli.trace import page
from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.dead_letters.record import CONNECT
from streams.inspection.trace.finding import TraceRecords
from streams.inspection.trace.report import report
from streams.inspection.trace.story import Trace
from streams.inspection.trace.tree import drawn
from streams.settings import load_settings
from tests.support.pipelines.drawn import drawn_pipeline

PIPELINE = drawn_pipeline(
    "raw > sort > big, small", "big > pack > packed", "big > price > priced", "priced > bill > bills"
)
SINKS = {"a": {"reads": "small"}, "b": {"reads": "priced"}}
SETTINGS = load_settings(prefix="t")
GROUPS = {"raw": ["sort"], "big": ["pack", "price"], "priced": ["bill"]}


def message(topic: str, offset: int = 0, value: bytes | None = b"{}", **headers: str) -> Message:
    """A record that was made from the raw record `t.raw/0/7`."""
    ours = {"copydesk_raw": "t.raw/0/7", "copydesk_received": "1000", "ce_id": f"{topic}{offset}", **headers}
    written = tuple((name, text.encode()) for name, text in ours.items())
    place = {"topic": f"t.{topic}", "partition": 0, "offset": offset, "timestamp": 1000 + offset}
    return Message(**place, key=b"k", value=value, headers=written)  # type: ignore[arg-type]  # of two types


RAW = replace(message("raw", 7), headers=())


def trace_of(
    *records: Message,
    pipeline: Pipeline = PIPELINE,
    unread: tuple[str, ...] = (),
    value: bytes | None = b"{}",
) -> Trace:
    """The trace when all stages have acknowledged everything, except those in `unread`."""
    offsets = {
        f"copydesk.t.{stage}": {TopicPartition(f"t.{topic}", 0): 0 if stage in unread else 100}
        for topic, stages in GROUPS.items()
        for stage in stages
    }
    raw = {RAW.coordinates: replace(RAW, value=value)}
    settings = SETTINGS.model_copy(update={"sinks": SINKS if pipeline is PIPELINE else {}})
    trace_records = TraceRecords(key=b"k", raw=raw, written=records, ledger={}, offsets=offsets)
    return report(settings, pipeline, "k", trace_records)


def steps(traced: Trace) -> list[tuple[str | None, str, str]]:
    [revision] = traced.revisions
    return [(step.after, step.stage, step.outcome) for step in revision.steps]


BOTH = (message("big"), message("small"))
#: The headers of a dead letter that say which record failed.
ORIGINAL = {f"{CONNECT}topic": "t.big", f"{CONNECT}partition": "0", f"{CONNECT}offset": "0"}


def test_each_step_names_the_stage_before_it() -> None:
    traced = trace_of(*BOTH, message("packed", 1), message("priced", 2), message("bills", 3))

    assert steps(traced) == [
        (None, "sort", "sent"),
        (None, "sort", "sent"),
        ("sort", "pack", "sent"),
        ("sort", "price", "sent"),
        ("price", "bill", "sent"),
    ]
    assert (traced.now, traced.current) == ("finished", "t.small/0/0")
    assert traced.current_by_topic == {
        "t.small": "t.small/0/0",
        "t.packed": "t.packed/0/1",
        "t.bills": "t.bills/0/3",
    }
    assert traced.revisions[0].sinks == {"a": "waiting", "b": "waiting"}


def test_the_outputs_of_a_stage_are_listed_in_their_order_whichever_was_written_first() -> None:
    traced = trace_of(message("small", 0), message("big", 5), unread=("pack", "price"))

    [revision] = traced.revisions
    assert [step.place for step in revision.steps][:2] == ["t.big/0/5", "t.small/0/0"]


@pytest.mark.parametrize(
    ("record", "outcome", "now"),
    [
        (None, "waiting", "waiting"),
        (message("dead.price", 4, copydesk_reason="failed", **ORIGINAL), "dead", "dead"),
        (message("discarded", ce_source="/copydesk/t/price"), "discarded", "finished"),
    ],
)
def test_an_article_finished_on_one_branch_is_as_the_other_unless_that_discarded_it(
    record: Message | None, outcome: str, now: str
) -> None:
    traced = trace_of(
        *BOTH, message("packed", 1), *filter(None, [record]), unread=() if record else ("price",)
    )

    assert steps(traced)[2:] == [("sort", "pack", "sent"), ("sort", "price", outcome)]
    assert traced.now == now
    assert set(traced.current_by_topic) == {"t.small", "t.packed"}


def test_a_branch_that_the_article_was_not_sent_to_has_no_step() -> None:
    traced = trace_of(message("small"))

    assert steps(traced) == [(None, "sort", "sent")]
    assert (traced.now, traced.current_by_topic) == ("finished", {"t.small": "t.small/0/0"})


def test_a_step_whose_records_were_deleted_is_not_known() -> None:
    traced = trace_of(message("bills", 3))

    assert steps(traced) == [
        (None, "sort", "not known"),
        ("sort", "pack", "not known"),
        ("sort", "price", "not known"),
        ("price", "bill", "sent"),
    ]
    assert traced.now == "finished"


def test_a_takedown_passes_through_every_branch() -> None:
    records = (*BOTH, message("packed", 1), message("priced", 2), message("bills", 3))
    traced = trace_of(*(replace(record, value=None) for record in records), value=None)

    assert {outcome for _, _, outcome in steps(traced)} == {"removed"}
    assert (traced.now, traced.current_by_topic) == ("removed", {})


def test_branches_are_drawn_as_a_tree() -> None:
    traced = trace_of(*BOTH, message("packed", 1), message("priced", 2), message("bills", 3))

    lines = [(line, step.stage) for line, step in drawn(traced.revisions[0].steps)]
    assert lines == [("", "sort"), ("", "sort"), ("├ ", "pack"), ("└ ", "price"), ("  ", "bill")]
    shown = page(traced).plain.splitlines()
    assert shown[2] == "readers have t.small/0/0, t.packed/0/1, t.bills/0/3"
    drawn_stages = ["sort", "sort", "├ pack", "└ price", "  bill"]
    assert [line[:14] for line in shown[5:10]] == [f"  {stage:12}" for stage in drawn_stages]


def test_without_branches_no_lines_are_drawn() -> None:
    chain = drawn_pipeline("raw > sort > big", "big > price > priced", "priced > bill > bills")
    traced = trace_of(message("big"), message("priced", 1), message("bills", 2), pipeline=chain)

    assert [line for line, _ in drawn(traced.revisions[0].steps)] == ["", "", ""]
