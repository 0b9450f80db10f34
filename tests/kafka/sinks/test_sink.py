"""A sink on a real broker: each record is once in its files, although processes are killed."""

import json
import signal
from pathlib import Path

import pytest

from streams.kafka import client
from tests.support.commands.dlq import settings_of
from tests.support.pipelines.harness import UnderTest, order, results_and_takedowns, until

pytestmark = pytest.mark.kafka


@pytest.fixture
def toy(toy: UnderTest) -> UnderTest:
    """The toy pipeline with its topics. Its sink writes results to `articles/`."""
    toy.configure(partitions=3)
    toy.create_topics()
    return toy


def files(toy: UnderTest) -> list[Path]:
    """The files of the sink by partition and first offset."""
    return sorted((toy.folder / "articles").glob("*.jsonl"))


def lines(toy: UnderTest) -> int:
    """The number of lines in all files."""
    return sum(path.read_bytes().count(b"\n") for path in files(toy))


def generations(toy: UnderTest) -> list[int]:
    """The group generations of the processes that own files now."""
    return [int(path.name.split("-")[1]) for path in (toy.folder / "articles" / "_owners").glob("*-*-*")]


def members(toy: UnderTest) -> int:
    return int(json.loads(toy.run("status", "--json").stdout)["sinks"][0]["members"])


def written(toy: UnderTest, partition: int) -> list[bytes]:
    """The lines of a partition in the order of its files."""
    mark = f"{toy.topic('result')}-{partition:02d}-"
    return [
        line for path in files(toy) if path.name.startswith(mark) for line in path.read_bytes().splitlines()
    ]


def expected(toy: UnderTest, partition: int) -> list[bytes]:
    """The lines that must be there: each record as it is in Kafka, and the id of each takedown."""
    return [
        b'{"id":"%s","taken_down":true}' % record.key if record.value is None else record.value
        for record in toy.read("result")
        if record.partition == partition
    ]


def test_kill_9_twice_with_records_in_flight_and_each_record_is_there_once(toy: UnderTest) -> None:
    toy.publish(results_and_takedowns(6000), "result")

    for share in (0.1, 0.4):
        sink = toy.start("sink", "jsonl")
        until(lambda share=share: lines(toy) > 6000 * share, "lines are coming")
        sink.kill()
        sink.wait()
    last = toy.start("sink", "jsonl")
    until(lambda: lines(toy) >= 6000, "all lines are there")
    last.send_signal(signal.SIGTERM)
    assert last.wait(20) == 0
    assert {int(path.stem.rpartition("-")[2]) > 0 for path in files(toy)} == {True, False}
    for partition in range(3):
        assert written(toy, partition) == expected(toy, partition)


def test_two_workers_of_one_sink_share_the_partitions_and_write_each_record_once(toy: UnderTest) -> None:
    toy.publish(map(order, range(100)), "result")
    toy.start("sink", "jsonl")
    until(lambda: lines(toy) == 100, "the first lines are there")
    alone = generations(toy)
    second = toy.start("sink", "jsonl")
    until(lambda: members(toy) == 2, "the second has joined")
    for start in range(100, 700, 100):
        toy.publish(map(order, range(start, start + 100)), "result")
    until(lambda: lines(toy) >= 700, "all lines are there")
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    toy.publish(map(order, range(700, 800)), "result")
    until(lambda: lines(toy) >= 800, "the first has them all again")
    # This fences an older process: the generation grows whenever partitions are handed over.
    assert min(generations(toy)) > max(alone)
    for partition in range(3):
        assert written(toy, partition) == expected(toy, partition)


def test_a_topic_recreated_is_written_from_its_beginning_beside_what_is_there(toy: UnderTest) -> None:
    """The group has offsets within the new topic, as if a sink had run meanwhile and committed them."""
    toy.publish(map(order, range(60)), "result")
    _write_all(toy, 60)
    before = {path: path.read_bytes() for path in files(toy)}
    group = f"copydesk.{toy.prefix}.sink.jsonl"
    with client.admin(settings_of(toy)) as admin:
        offsets = admin.list_group_offsets([group])[group]
        admin.delete_topics([toy.topic("result")])
        toy.run("topics", "create")
        toy.publish(map(order, range(100, 220)), "result")
        admin.alter_group_offsets(group, offsets)
    _write_all(toy, 180)
    assert {path: path.read_bytes() for path in files(toy) if path in before} == before
    assert "files of another log are in the folder" in toy.log(1)
    new = [line for path in files(toy) if path not in before for line in path.read_bytes().splitlines()]
    assert sorted(new) == sorted(record.value for record in toy.read("result"))


def _write_all(toy: UnderTest, wanted: int) -> None:
    """Run a sink until it has written `wanted` lines."""
    sink = toy.start("sink", "jsonl")
    until(lambda: lines(toy) >= wanted, "all lines are there")
    sink.send_signal(signal.SIGTERM)
    assert sink.wait(20) == 0
