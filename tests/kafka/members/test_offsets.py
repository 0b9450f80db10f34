"""No record is skipped silently: if Kafka lost records or offsets, the worker stops and says so."""

import shlex
import signal
from collections.abc import Mapping
from typing import Any

import pytest
from kafka import TopicPartition

from streams.kafka import client
from tests.support.commands.dlq import settings_of
from tests.support.http.probes import Scrape, ask, events, ready, watch
from tests.support.kafka.toy_group import commit
from tests.support.pipelines.harness import UnderTest, until

pytestmark = pytest.mark.kafka

STOPPED = "stopped: records were deleted before they were read"
METRIC = "copydesk_lost_records"


@pytest.fixture
def pipeline(toy: UnderTest, port: int) -> UnderTest:
    """The toy pipeline with topics of two partitions, and with probes."""
    watch(toy, port)
    toy.configure(partitions=2)
    toy.create_topics()
    return toy


def admin(toy: UnderTest) -> Any:
    return client.admin(settings_of(toy))


def delete(toy: UnderTest, before: Mapping[int, int], name: str = "order") -> None:
    """Delete the records before these offsets (partition → offset), as retention does."""
    places = {TopicPartition(toy.topic(name), partition): offset for partition, offset in before.items()}
    with admin(toy) as kafka:
        kafka.delete_records(places)


def offsets(toy: UnderTest, group: str = "toy") -> dict[int, int]:
    """Partition → the offset that the group has committed."""
    name = f"copydesk.{toy.prefix}.{group}"
    with admin(toy) as kafka:
        committed = kafka.list_group_offsets([name])[name]
    return {place.partition: stored.offset for place, stored in committed.items() if stored.offset >= 0}


def forget(toy: UnderTest) -> None:
    """Delete the offsets of the group of the stage, as Kafka does when the group is empty for a week."""
    partitions = [TopicPartition(toy.topic("order"), partition) for partition in offsets(toy)]
    with admin(toy) as kafka:
        kafka.delete_group_offsets(f"copydesk.{toy.prefix}.toy", partitions)
    assert offsets(toy) == {}


def publish(toy: UnderTest, numbers: range, partition: int, name: str = "order") -> None:
    """Publish orders of these numbers to one partition of a topic."""
    with toy.producer() as out:
        sent = [
            out.send(
                toy.topic(name),
                key=f"k{n}".encode(),
                value=b'{"id": "k%d", "n": %d}' % (n, n),
                partition=partition,
            )
            for n in numbers
        ]
        for future in sent:
            future.get(timeout=30)


def done(toy: UnderTest) -> list[int]:
    return sorted(result["n"] for result in toy.results())


def stop(toy: UnderTest) -> None:
    """End the last worker with SIGTERM."""
    toy.workers[-1].send_signal(signal.SIGTERM)
    assert toy.workers[-1].wait(30) == 0


def stopped(toy: UnderTest) -> dict[str, object]:
    """Wait until the last worker reports that it has stopped. Returns the event that it logged."""
    number = len(toy.workers) - 1
    reports = until(
        lambda: [event for event in events(toy, number) if event["event"] == STOPPED], "it has stopped"
    )
    status, text = ask(toy, "/readyz", number)
    assert (status, ask(toy, "/healthz", number)[0]) == (503, 200)
    assert str(reports[0]["reason"]) in text
    assert toy.workers[-1].poll() is None
    return dict(reports[0])


def acknowledge(toy: UnderTest, report: Mapping[str, object]) -> None:
    """Stop the worker and run the command that its report names."""
    stop(toy)
    command = shlex.split(str(report["todo"]).partition("then: ")[2])
    assert command[0] == "copydesk"
    reset = toy.run(*command[1:])
    assert reset.returncode == 0, reset.stderr


def metric(toy: UnderTest) -> list[tuple[dict[str, str], float]]:
    return Scrape(toy, len(toy.workers) - 1).all(METRIC)


def test_what_was_deleted_while_no_worker_ran_stops_the_next_one_until_a_person_accepts_the_loss(
    pipeline: UnderTest,
) -> None:
    publish(pipeline, range(10), 0)
    publish(pipeline, range(100, 110), 1)
    pipeline.start()
    pipeline.drained()
    stop(pipeline)
    publish(pipeline, range(10, 30), 0)
    delete(pipeline, {0: 17})

    pipeline.start()
    report = stopped(pipeline)
    assert report["stage"] == "toy"
    assert (report["topic"], report["partitions"], report["records"]) == (pipeline.topic("order"), [0], 7)
    assert report["reason"] == "partition 0: up to 7 records were lost, from 10 to 16"
    assert metric(pipeline) == [({"stage": "toy", "partition": "0"}, 7)]
    publish(pipeline, range(30, 33), 0)
    assert done(pipeline) == [*range(10), *range(100, 110)]

    acknowledge(pipeline, report)
    assert offsets(pipeline) == {0: 17, 1: 10}
    pipeline.start()
    pipeline.drained()
    assert done(pipeline) == [*range(10), *range(17, 33), *range(100, 110)]
    ready(pipeline, 2)


def test_a_pipeline_whose_stage_is_first_started_when_records_are_gone_says_how_many(
    pipeline: UnderTest,
) -> None:
    assert offsets(pipeline) == {0: 0, 1: 0}
    publish(pipeline, range(9), 1)
    delete(pipeline, {1: 4})
    assert pipeline.run("topics", "create").returncode == 0
    assert offsets(pipeline) == {0: 0, 1: 0}

    pipeline.start()
    report = stopped(pipeline)
    assert report["reason"] == "partition 1: up to 4 records were lost, from 0 to 3"
    assert done(pipeline) == []


def test_a_group_that_kafka_has_forgotten_starts_at_0_and_stops_where_that_is_deleted(
    pipeline: UnderTest,
) -> None:
    publish(pipeline, range(5), 0)
    forget(pipeline)
    pipeline.start()
    pipeline.drained()
    assert done(pipeline) == [0, 1, 2, 3, 4]
    stop(pipeline)

    forget(pipeline)
    delete(pipeline, {0: 5})
    publish(pipeline, range(5, 8), 0)
    publish(pipeline, range(100, 103), 1)
    # The group is not new, so it must not start after the deleted records.
    assert pipeline.run("topics", "create").returncode == 0
    assert offsets(pipeline) == {1: 0}
    pipeline.start()
    report = stopped(pipeline)
    assert report["partitions"] == [0]
    assert "the group has no offset, so it is unknown whether the 5 records before the oldest" in str(report)

    acknowledge(pipeline, report)
    pipeline.start()
    pipeline.drained()
    assert done(pipeline) == [*range(8), 100, 101, 102]


def test_an_offset_beyond_the_end_of_the_log_stops_the_worker(pipeline: UnderTest) -> None:
    publish(pipeline, range(5), 0)
    commit(settings_of(pipeline), 40)

    pipeline.start()
    report = stopped(pipeline)
    assert "the next record would be 40, but the log ends at 5: it was recreated or truncated" in str(report)
    assert metric(pipeline) == [({"stage": "toy", "partition": "0"}, 1)]
    assert done(pipeline) == []


def test_retention_that_overtakes_a_worker_at_work_stops_it_and_what_it_has_read_is_finished(
    pipeline: UnderTest,
) -> None:
    # More than a fetch, so that what is deleted is not in the memory of the worker.
    pipeline.configure(partitions=2, window=1, work={"seconds": 0.3})
    with pipeline.producer() as out:
        for n in range(60):
            pad = "x" * 900_000
            value = b'{"id": "k%d", "n": %d, "pad": "%s"}' % (n, n, pad.encode())
            out.send(pipeline.topic("order"), key=b"k", value=value, partition=0)
    pipeline.start()
    until(lambda: pipeline.results(), "the worker has written results")
    delete(pipeline, {0: 55})

    reason = str(stopped(pipeline)["reason"])
    at = int(reason.split()[-3])
    assert 0 < at < 55
    assert reason == f"partition 0: up to {55 - at} records were lost, from {at} to 54"
    until(lambda: offsets(pipeline)[0] == at, "what was read is finished")
    assert done(pipeline) == list(range(at))


def test_of_a_topic_that_is_recreated_nothing_is_skipped(pipeline: UnderTest) -> None:
    publish(pipeline, range(20), 0)
    pipeline.start()
    pipeline.drained()
    stop(pipeline)
    with admin(pipeline) as kafka:
        kafka.delete_topics([pipeline.topic("order")])
    until(
        lambda: f"created  {pipeline.topic('order')}" in pipeline.run("topics", "create").stdout,
        "the topic is recreated",
    )
    publish(pipeline, range(50, 80), 0)

    pipeline.start()
    pipeline.drained()
    assert done(pipeline) == [*range(20), *range(50, 80)]


def test_partitions_added_while_workers_run_are_read_from_their_first_record(pipeline: UnderTest) -> None:
    publish(pipeline, range(10), 0)
    pipeline.start()
    pipeline.drained()
    added = pipeline.run(
        "kafka", "topics", "--alter", "--topic", pipeline.topic("order"), "--partitions", "5"
    )
    assert added.returncode == 0, added.stderr
    for partition in range(2, 5):
        publish(pipeline, range(100 * partition, 100 * partition + 20), partition)

    pipeline.drained()
    new = [n for partition in (2, 3, 4) for n in range(100 * partition, 100 * partition + 20)]
    assert done(pipeline) == [*range(10), *new]
    assert offsets(pipeline) == {0: 10, 1: 0, 2: 20, 3: 20, 4: 20}
    assert STOPPED not in pipeline.log()


def test_a_new_sink_starts_at_the_oldest_record_and_one_that_was_stopped_too_long_stays_stopped(
    pipeline: UnderTest,
) -> None:
    path = pipeline.folder / "copydesk.toml"
    path.write_text(
        path.read_text() + f'[sinks.late]\nkind = "jsonl"\nfolder = "{pipeline.folder / "late"}"\n'
    )
    publish(pipeline, range(10), 0, "result")
    publish(pipeline, range(100, 105), 1, "result")
    delete(pipeline, {0: 4}, "result")
    # `topics create` wrote initial offsets for the sink that was configured then, and for no other.
    assert (offsets(pipeline, "sink.jsonl"), offsets(pipeline, "sink.late")) == ({0: 0, 1: 0}, {})

    pipeline.start("sink", "late")
    until(lambda: offsets(pipeline, "sink.late") == {0: 10, 1: 5}, "all is written")
    [begins] = [event for event in events(pipeline) if "begins at the oldest record" in event["event"]]
    assert begins["event"].endswith(f"of {pipeline.topic('result')}; 4 records before it were deleted")
    stop(pipeline)

    publish(pipeline, range(10, 20), 0, "result")
    delete(pipeline, {0: 13}, "result")
    pipeline.start("sink", "late")
    report = stopped(pipeline)
    assert (report["sink"], report["partitions"], report["records"]) == ("late", [0], 3)
