"""Nothing is skipped in silence: what Kafka deleted unread, forgot or made anew stops a worker loudly."""

import shlex
import signal
import socket
from collections.abc import Mapping

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.structs import OffsetAndMetadata

from streams.opening import opened
from tests.kafka.harness import UnderTest, until
from tests.kafka.watching import Scrape, ask, events, ready, watch

pytestmark = pytest.mark.kafka

STOPPED = "stopped: records were deleted before they were read"
METRIC = "copydesk_deleted_unread_records"


@pytest.fixture
def desk(toy: UnderTest) -> UnderTest:
    """The toy desk with its topics, of two partitions, and its probes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        watch(toy, int(free.getsockname()[1]))
    toy.configure(partitions=2)
    toy.create_topics()
    return toy


def admin(toy: UnderTest) -> KafkaAdminClient:
    return opened(KafkaAdminClient, bootstrap_servers=toy.bootstrap)


def delete(toy: UnderTest, before: Mapping[int, int], name: str = "order") -> None:
    """Delete the records before these offsets (partition → offset), as retention does."""
    client = admin(toy)
    client.delete_records({TopicPartition(toy.topic(name), one): at for one, at in before.items()})
    client.close()


def offsets(toy: UnderTest, group: str = "toy") -> dict[int, int]:
    """Partition → what the group has committed."""
    client = admin(toy)
    name = f"copydesk.{toy.prefix}.{group}"
    found = client.list_group_offsets([name])[name]
    client.close()
    return {one.partition: at.offset for one, at in found.items() if at.offset >= 0}


def commit(toy: UnderTest, at: Mapping[int, int]) -> None:
    """Commit for the group of the stage."""
    client = admin(toy)
    wanted = {
        TopicPartition(toy.topic("order"), one): OffsetAndMetadata(to, "", -1) for one, to in at.items()
    }
    client.alter_group_offsets(f"copydesk.{toy.prefix}.toy", wanted)
    client.close()


def forget(toy: UnderTest) -> None:
    """Delete the offsets of the group of the stage, as Kafka does when it was away for a week."""
    client = admin(toy)
    partitions = [TopicPartition(toy.topic("order"), one) for one in offsets(toy)]
    client.delete_group_offsets(f"copydesk.{toy.prefix}.toy", partitions)
    client.close()
    assert offsets(toy) == {}


def publish(toy: UnderTest, numbers: range, partition: int) -> None:
    """Publish orders of these numbers to one partition of the first topic."""
    send(toy, "order", numbers, partition)


def send(toy: UnderTest, name: str, numbers: range, partition: int) -> None:
    """The same, to any topic."""
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
        for one in sent:
            one.get(timeout=30)


def done(toy: UnderTest) -> list[int]:
    """The numbers of all results."""
    return sorted(one["n"] for one in toy.results())


def stop(toy: UnderTest) -> None:
    """End the worker started last, in good order."""
    toy.workers[-1].send_signal(signal.SIGTERM)
    assert toy.workers[-1].wait(30) == 0


def stopped(toy: UnderTest) -> dict[str, object]:
    """Wait until the worker started last says that it has stopped: what it says."""
    number = len(toy.workers) - 1
    told = until(lambda: [one for one in events(toy, number) if one["event"] == STOPPED], "it has stopped")
    status, why = ask(toy, "/readyz", number)
    assert (status, ask(toy, "/healthz", number)[0]) == (503, 200)
    assert str(told[0]["why"]) in why
    assert toy.workers[-1].poll() is None
    return dict(told[0])


def accept(toy: UnderTest, told: Mapping[str, object]) -> None:
    """Stop the worker and do what it has said."""
    stop(toy)
    command = shlex.split(str(told["todo"]).partition("then: ")[2])
    assert command[0] == "copydesk"
    reset = toy.run(*command[1:])
    assert reset.returncode == 0, reset.stderr


def metric(toy: UnderTest) -> list[tuple[dict[str, str], float]]:
    return Scrape(toy, len(toy.workers) - 1).all(METRIC)


def test_what_was_deleted_while_no_worker_ran_stops_the_next_one_until_a_person_accepts_the_loss(
    desk: UnderTest,
) -> None:
    publish(desk, range(10), 0)
    publish(desk, range(100, 110), 1)
    desk.start()
    desk.drained()
    stop(desk)
    publish(desk, range(10, 30), 0)
    delete(desk, {0: 17})

    desk.start()
    told = stopped(desk)
    assert told["stage"] == "toy"
    assert (told["topic"], told["partitions"], told["records"]) == (desk.topic("order"), [0], 7)
    assert told["why"] == "partition 0: up to 7 records were deleted unread, from 10 to 16"
    assert metric(desk) == [({"stage": "toy", "partition": "0"}, 7)]
    publish(desk, range(30, 33), 0)
    assert done(desk) == [*range(10), *range(100, 110)]

    accept(desk, told)
    assert offsets(desk) == {0: 17, 1: 10}
    desk.start()
    desk.drained()
    assert done(desk) == [*range(10), *range(17, 33), *range(100, 110)]
    ready(desk, 2)


def test_a_desk_whose_stage_is_first_started_when_records_are_gone_says_how_many(desk: UnderTest) -> None:
    assert offsets(desk) == {0: 0, 1: 0}
    publish(desk, range(9), 1)
    delete(desk, {1: 4})
    assert desk.run("topics", "create").returncode == 0
    assert offsets(desk) == {0: 0, 1: 0}

    desk.start()
    told = stopped(desk)
    assert told["why"] == "partition 1: up to 4 records were deleted unread, from 0 to 3"
    assert done(desk) == []


def test_a_group_that_kafka_has_forgotten_begins_at_0_and_stops_where_that_is_gone(desk: UnderTest) -> None:
    publish(desk, range(5), 0)
    forget(desk)
    desk.start()
    desk.drained()
    assert done(desk) == [0, 1, 2, 3, 4]
    stop(desk)

    forget(desk)
    delete(desk, {0: 5})
    publish(desk, range(5, 8), 0)
    publish(desk, range(100, 103), 1)
    # Not a new group: nothing of it begins behind what was deleted.
    assert desk.run("topics", "create").returncode == 0
    assert offsets(desk) == {1: 0}
    desk.start()
    told = stopped(desk)
    assert told["partitions"] == [0]
    assert "the group has no offset, and of the 5 records before the oldest one nobody knows" in str(told)

    accept(desk, told)
    desk.start()
    desk.drained()
    assert done(desk) == [*range(8), 100, 101, 102]


def test_an_offset_behind_the_end_of_the_log_stops_the_worker(desk: UnderTest) -> None:
    publish(desk, range(5), 0)
    commit(desk, {0: 40})

    desk.start()
    told = stopped(desk)
    assert "the next record would be 40, and the log ends at 5: it was made anew or cut off" in str(told)
    assert metric(desk) == [({"stage": "toy", "partition": "0"}, 1)]
    assert done(desk) == []


def test_retention_that_overtakes_a_worker_at_work_stops_it_and_what_it_has_read_is_finished(
    desk: UnderTest,
) -> None:
    # Larger than a fetch, so that what is deleted is not in the worker's memory.
    desk.configure(partitions=2, window=1, work={"seconds": 0.3})
    with desk.producer() as out:
        for n in range(60):
            pad = "x" * 900_000
            value = b'{"id": "k%d", "n": %d, "pad": "%s"}' % (n, n, pad.encode())
            out.send(desk.topic("order"), key=b"k", value=value, partition=0)
    desk.start()
    until(lambda: desk.results(), "it is at work")
    delete(desk, {0: 55})

    told = stopped(desk)
    until(lambda: len(set(done(desk))) == offsets(desk)[0], "what was read is finished")
    at = offsets(desk)[0]
    assert 0 < at < 55
    assert told["why"] == f"partition 0: up to {55 - at} records were deleted unread, from {at} to 54"
    assert done(desk) == list(range(at))


def test_of_a_topic_that_is_made_anew_nothing_is_skipped(desk: UnderTest) -> None:
    publish(desk, range(20), 0)
    desk.start()
    desk.drained()
    stop(desk)
    client = admin(desk)
    client.delete_topics([desk.topic("order")])
    client.close()
    until(lambda: f"made  {desk.topic('order')}" in desk.run("topics", "create").stdout, "it is made anew")
    publish(desk, range(50, 80), 0)

    desk.start()
    desk.drained()
    assert done(desk) == [*range(20), *range(50, 80)]


def test_partitions_added_while_workers_run_are_read_from_their_first_record(desk: UnderTest) -> None:
    publish(desk, range(10), 0)
    desk.start()
    desk.drained()
    added = desk.run("kafka", "topics", "--alter", "--topic", desk.topic("order"), "--partitions", "5")
    assert added.returncode == 0, added.stderr
    for partition in range(2, 5):
        publish(desk, range(100 * partition, 100 * partition + 20), partition)

    desk.drained()
    new = [n for partition in (2, 3, 4) for n in range(100 * partition, 100 * partition + 20)]
    assert done(desk) == [*range(10), *new]
    assert offsets(desk) == {0: 10, 1: 0, 2: 20, 3: 20, 4: 20}
    assert STOPPED not in desk.log()


def test_a_sink_new_to_an_old_desk_begins_at_the_oldest_record_and_one_that_was_away_too_long_stops(
    desk: UnderTest,
) -> None:
    path = desk.folder / "copydesk.toml"
    path.write_text(path.read_text() + f'[sinks.late]\nkind = "jsonl"\nfolder = "{desk.folder / "late"}"\n')
    send(desk, "result", range(10), 0)
    send(desk, "result", range(100, 105), 1)
    delete(desk, {0: 4}, "result")
    # Written by `topics create` for the sink that was there then, and for no other.
    assert (offsets(desk, "sink.jsonl"), offsets(desk, "sink.late")) == ({0: 0, 1: 0}, {})

    desk.start("sink", "late")
    until(lambda: offsets(desk, "sink.late") == {0: 10, 1: 5}, "all is written")
    [line] = [one for one in events(desk) if "begins at the oldest record" in one["event"]]
    assert line["event"].endswith(f"of {desk.topic('result')}; 4 records before it were deleted")
    stop(desk)

    send(desk, "result", range(10, 20), 0)
    delete(desk, {0: 13}, "result")
    desk.start("sink", "late")
    told = stopped(desk)
    assert (told["sink"], told["partitions"], told["records"]) == ("late", [0], 3)
