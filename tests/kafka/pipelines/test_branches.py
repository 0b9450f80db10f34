"""A pipeline with branches on a real broker: no branch loses anything, and commands report the truth."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.local.broker.node import Broker
from tests.support.commands.dlq import ok, run
from tests.support.pipelines.branching import ENDS, STAGES, BranchingPipeline
from tests.support.pipelines.harness import PROGRAMS, header, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def order(n: int, *kinds: str, **action: str) -> dict[str, Any]:
    return {"id": f"k{n}", "n": n, "kinds": list(kinds), **action}


@pytest.fixture
def branching(
    broker: Broker, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BranchingPipeline]:
    monkeypatch.syspath_prepend(str(PROGRAMS))
    pipeline = BranchingPipeline(broker.bootstrap_servers, prefix, tmp_path)
    yield pipeline
    pipeline.stop()


def test_kill_9_of_each_worker_in_mid_run_loses_nothing_and_what_is_repeated_is_equal(
    branching: BranchingPipeline,
) -> None:
    branching.set_up(seconds=0.05)
    count = branching.publish([order(n, "big", "small") for n in range(150)])
    workers = {stage: branching.start("worker", stage) for stage in STAGES}
    for stage, output in (("sort", "small"), ("pack", "packed"), ("price", "priced")):
        before = len(branching.read(output))
        until(lambda output=output, before=before: len(branching.read(output)) > before + 5, f"{stage} works")
        workers[stage].kill()
        workers[stage].wait()
        assert len(branching.read(output)) < count, f"{stage} was killed too late"
        workers[stage] = branching.start("worker", stage)
    branching.worked_off()

    everything = {f"k{n}": n for n in range(count)}
    assert {output: branching.newest_on(output) for output in ("big", *ENDS)} == dict.fromkeys(
        ("big", *ENDS), everything
    )
    assert [branching.read(f"dead.{stage}") for stage in STAGES] == [[], [], []]
    reconciliation = branching.status()["reconciliation"]
    assert (reconciliation["raw"], reconciliation["finished"], reconciliation["waiting"]) == (count, count, 0)
    assert reconciliation["finished_on"] == dict.fromkeys(ENDS, count)
    # Either both results of an order are written, or none: no order is on one output only.
    assert {header(record, "copydesk_raw") for record in branching.read("big")} == {
        header(record, "copydesk_raw") for record in branching.read("small")
    }


ORDERS = [
    order(0, "big", "small"),
    order(1, "big"),
    order(2, "small"),
    order(3, "big", do="discard", at="price"),
    order(4, "big", "small", do="fail", at="price"),
    order(5, "big", do="discard", at="sort"),
    order(6, "big", do="fail", at="sort"),
]


def test_status_trace_process_and_dlq_are_right_about_branches(
    branching: BranchingPipeline, tmp_path: Path
) -> None:
    branching.set_up()
    branching.publish(ORDERS)
    for stage in ("sort", "pack"):
        branching.start("worker", stage)
    branching.worked_off("sort", "pack")
    while_one_stage_has_no_worker(branching)

    branching.start("worker", "price")
    branching.worked_off()
    when_all_have_worked(branching)
    a_sink_reads_the_topic_that_it_names(branching)
    process_gives_the_same(branching, tmp_path / "orders.jsonl")
    a_replay_finishes_the_order(branching)
    a_takedown_is_on_every_last_topic(branching)


def while_one_stage_has_no_worker(branching: BranchingPipeline) -> None:
    """Two stages that read the same topic each have their own lag, and unread records count as waiting."""
    status = branching.status()
    assert {stage["name"]: (stage["reads"], stage["state"]) for stage in status["stages"]} == {
        "sort": (branching.topic("order"), "drained"),
        "pack": (branching.topic("big"), "drained"),
        "price": (branching.topic("big"), "no worker"),
    }
    [sort, pack, price] = status["stages"]
    # The ends of the transactions between the four records count, too.
    assert (sort["lag"], pack["lag"], price["lag"] >= 4) == (0, 0, True)
    assert (sort["sent"], sort["discarded"], sort["dead"]) == (7, 1, 1)
    assert sort["sent_to"] == {branching.topic("big"): 4, branching.topic("small"): 3}
    assert status["reconciliation"]["waiting"] == 4
    story = branching.story("k0")
    [revision] = story.revisions
    assert (story.now, [(step.stage, step.outcome) for step in revision.steps]) == (
        "waiting",
        [("sort", "sent"), ("sort", "sent"), ("pack", "sent"), ("price", "waiting")],
    )


def when_all_have_worked(branching: BranchingPipeline) -> None:
    status = branching.status()
    assert status["reconciliation"] == {
        "raw": 7,
        "finished": 4,
        "finished_on": {"small": 3, "packed": 4, "priced": 2},
        "discarded": {"boring": 1},
        "dead": {"invalid": 2},
        "removed": 0,
        "waiting": 0,
        "deleted_meanwhile": 0,
    }
    assert {stage["name"]: (stage["discarded"], stage["dead"]) for stage in status["stages"]} == {
        "sort": (1, 1),
        "pack": (0, 0),
        "price": (1, 1),
    }
    [sink] = status["sinks"]
    assert (sink["reads"], sink["lag"]) == (branching.topic("priced"), 2)
    assert [branching.story(f"k{n}").now for n in range(7)] == [
        *("finished", "finished", "finished", "finished", "dead", "discarded", "dead")
    ]
    story = branching.story("k0")
    [revision] = story.revisions
    assert [(step.after, step.stage, step.end) for step in revision.steps] == [
        (None, "sort", False),
        (None, "sort", True),
        ("sort", "pack", True),
        ("sort", "price", True),
    ]
    assert set(story.current_by_topic) == {branching.topic(end) for end in ENDS}
    drawn = branching.run("trace", "k0").stdout
    assert [line[:9] for line in drawn.splitlines()[5:9]] == [
        "  sort   ",
        "  sort   ",
        "  ├ pack ",
        "  └ price",
    ]


def a_sink_reads_the_topic_that_it_names(branching: BranchingPipeline) -> None:
    assert branching.story("k0").revisions[0].sinks == {"jsonl": "waiting"}
    branching.start("sink", "jsonl")
    until(lambda: branching.status()["sinks"][0]["state"] == "drained", "the sink has all that is priced")

    files = (branching.folder / "articles").glob("*.jsonl")
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    assert sorted(json.loads(line)["n"] for line in lines) == [0, 1]
    assert branching.story("k0").revisions[0].sinks == {"jsonl": "taken"}
    assert branching.story("k3").revisions[0].sinks == {}


def process_gives_the_same(branching: BranchingPipeline, path: Path) -> None:
    """Without Kafka, `process` gives the same values on each branch, and the same orders end early."""
    path.write_text("".join(json.dumps(record) + "\n" for record in ORDERS))
    processed = branching.run("process", str(path), "--workers", "1")

    on_kafka = [record.value.decode() for end in ENDS for record in branching.read(end)]
    assert sorted(processed.stdout.splitlines()) == sorted(on_kafka)
    assert processed.returncode == 1
    assert [processed.stderr.count(text) for text in ("discarded", "(in sort)", "(in price)")] == [2, 2, 2]
    until_pack = branching.run("process", str(path), "--workers", "1", "--until", "pack").stdout
    assert sorted(json.loads(line)["n"] for line in until_pack.splitlines()) == [0, 1, 3, 4]


def a_replay_finishes_the_order(branching: BranchingPipeline) -> None:
    """A dead letter is replayed to the topic that both branches read; the other branch repeats its result."""
    branching.fixed.touch()
    for stage in ("sort", "price"):
        assert ok(run(branching, "replay", stage, "--all", "--yes")) == "1 replayed, 0 left open\n"
    branching.worked_off()

    assert branching.newest_on("priced") == {f"k{n}": n for n in (0, 1, 4, 6)}
    assert branching.newest_on("packed") == {f"k{n}": n for n in (0, 1, 3, 4, 6)}
    reconciliation = branching.status()["reconciliation"]
    assert (
        reconciliation["raw"],
        reconciliation["finished"],
        reconciliation["dead"],
        reconciliation["waiting"],
    ) == (7, 6, {}, 0)
    assert branching.story("k4").now == "finished"


def a_takedown_is_on_every_last_topic(branching: BranchingPipeline) -> None:
    branching.publish([(b"k0", None)])
    until(lambda: branching.status()["reconciliation"]["removed"] == 1, "the takedown is processed")

    assert [branching.newest_on(end)["k0"] for end in ENDS] == [None, None, None]
    story = branching.story("k0")
    assert (story.now, story.current_by_topic) == ("removed", {})
