"""A sink with `from = "now"` on a real broker: it gets exactly what is published after its first start."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import NewPartitions

from tests.support.pipelines.harness import UnderTest, order, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

GROUP = "copydesk.{prefix}.sink.late"


@pytest.fixture
def toy(toy: UnderTest) -> UnderTest:
    """The toy pipeline with 60 results, and then a sink `late` that has never run."""
    toy.configure(partitions=3)
    toy.create_topics()
    toy.publish(map(order, range(60)), "result")
    with (toy.folder / "copydesk.toml").open("a") as file:
        file.write(f'[sinks.late]\nkind = "jsonl"\nfrom = "now"\nfolder = "{toy.folder / "late"}"\n')
    return toy


def written(toy: UnderTest) -> list[int]:
    """The numbers of the results that the sink has written, sorted."""
    paths: list[Path] = sorted((toy.folder / "late").glob("*.jsonl"))
    return sorted(json.loads(line)["n"] for path in paths for line in path.read_bytes().splitlines())


def committed(toy: UnderTest) -> dict[Any, Any]:
    group = GROUP.format(prefix=toy.prefix)
    return dict(toy.admin.list_group_offsets([group])[group])


def test_what_is_published_after_the_first_start_is_delivered_through_a_crash_a_rebalance_and_new_partitions(
    toy: UnderTest,
) -> None:
    first = toy.start("sink", "late")
    until(lambda: committed(toy), "the initial offsets are committed", 120)
    first.kill()  # before it has acknowledged anything
    first.wait()
    toy.publish(map(order, range(60, 90)), "result")
    second = toy.start("sink", "late")
    until(lambda: written(toy) == list(range(60, 90)), "what was published after the crash is there", 120)
    third = toy.start("sink", "late")
    toy.publish(map(order, range(90, 120)), "result")
    until(lambda: written(toy) == list(range(60, 120)), "what was published in a rebalance is there", 120)
    for sink in (second, third):
        sink.kill()
        sink.wait()
    toy.admin.create_partitions({toy.topic("result"): NewPartitions(total_count=6)})
    until(lambda: len(toy.reader.partitions_for_topic(toy.topic("result")) or ()) == 6, "six partitions")
    toy.publish(map(order, range(120, 180)), "result")

    last = toy.start("sink", "late")
    until(lambda: len(written(toy)) >= 120, "the records of the new partitions are there", 120)
    last.send_signal(signal.SIGTERM)

    assert last.wait(30) == 0
    assert written(toy) == list(range(60, 180))
    new = [record for record in toy.read("result") if record.partition >= 3]
    assert new
    assert "begins now" not in toy.log(1) + toy.log(2) + toy.log(3)


def test_the_first_start_is_when_topics_create_commits_the_offsets(toy: UnderTest) -> None:
    toy.publish(map(order, range(60, 70)), "result")
    report = toy.run("topics", "create")
    toy.publish(map(order, range(70, 80)), "result")

    sink = toy.start("sink", "late")
    until(lambda: len(written(toy)) >= 10, "what was published since is there", 120)
    sink.send_signal(signal.SIGTERM)

    assert sink.wait(30) == 0
    assert written(toy) == list(range(70, 80))
    assert f"copydesk.{toy.prefix}.sink.late begins now" in report.stdout + report.stderr
