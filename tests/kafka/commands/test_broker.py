"""The broker and the command line on a real Kafka."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from streams.errors import BrokerError, CannotStart
from streams.kafka.client import opened
from streams.local.broker.node import Broker
from tests.support.pipelines.harness import descendants_of

pytestmark = pytest.mark.kafka


def copydesk(*arguments: str, broker: Broker | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    address = {"COPYDESK_BOOTSTRAP_SERVERS": broker.bootstrap_servers} if broker else {}
    command = [sys.executable, "-m", "streams", *arguments]
    return subprocess.run(command, env=os.environ | address, capture_output=True, text=True, check=False)


@contextmanager
def command_running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`copydesk broker` on a folder, once it has printed its address."""
    command = [sys.executable, "-m", "streams", "broker", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().startswith("Kafka is at 127.0.0.1:")
        assert parent.stdout.readline() == f"Its data is in {folder}; Ctrl-C stops it\n"
        yield parent


def write(broker: Broker, topic: str, *values: bytes) -> None:
    """Create the topic if it is missing, and write to it. Every value is confirmed."""
    admin = opened(KafkaAdminClient, bootstrap_servers=broker.bootstrap_servers)
    if topic not in admin.list_topics():
        admin.create_topics([NewTopic(topic, 1, 1)])
    admin.close()
    producer = opened(KafkaProducer, bootstrap_servers=broker.bootstrap_servers)
    for value in values:
        producer.send(topic, value).get(timeout=30)
    producer.close()


def read(broker: Broker, topic: str) -> list[bytes]:
    """Every value of a topic with a single partition."""
    consumer = opened(KafkaConsumer, bootstrap_servers=broker.bootstrap_servers)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    values: list[bytes] = []
    while consumer.position(partition) < end:
        values += [record.value for records in consumer.poll(1000).values() for record in records]
    consumer.close()
    return values


def test_records_outlast_restart_and_kill_on_the_same_port(tmp_path: Path, prefix: str) -> None:
    with Broker(tmp_path) as broker:
        address, first = broker.bootstrap_servers, broker.pid
        write(broker, prefix, b"one")
        broker.restart()
        assert broker.bootstrap_servers == address
        assert broker.pid != first
        write(broker, prefix, b"two")
        broker.kill()
        assert not psutil.pid_exists(first)
        broker.start()
        assert broker.bootstrap_servers == address
        assert read(broker, prefix) == [b"one", b"two"]


def test_another_broker_on_the_folder_is_rejected_and_the_first_goes_on(broker: Broker, prefix: str) -> None:
    second = Broker(broker.folder)
    with pytest.raises(BrokerError) as caught:
        second.start()
    assert str(caught.value) == (
        f"the folder {broker.folder} is in use by another broker: stop it, or choose another"
    )
    write(broker, prefix, b"still here")
    assert read(broker, prefix) == [b"still here"]


def test_a_taken_port_is_one_sentence_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = copydesk("broker", "--port", str(port), "--data", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == (
        f"copydesk: port {port} is taken by another program: choose another one with --port, or stop what"
        " listens there\n"
    )


def test_a_heap_that_java_cannot_have_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        CannotStart, match="could not start: its heap is too small, or the machine has no memory"
    ):
        Broker(tmp_path, heap=1_000_000_000).start()


def test_kill_9_of_the_command_leaves_no_java(tmp_path: Path) -> None:
    with command_running(tmp_path) as parent:
        below = descendants_of(parent.pid)
        assert any(process.name() == "java" for process in below)
        parent.kill()
    assert psutil.wait_procs(below, timeout=10)[1] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_command_and_kafka_closes_its_logs(tmp_path: Path, number: signal.Signals) -> None:
    with command_running(tmp_path) as parent:
        parent.send_signal(number)
        report, _ = parent.communicate()
    assert parent.returncode == 0
    assert report == f"Stopped; the data stays in {tmp_path}\n"
    # Kafka writes this file when it has closed its logs itself.
    assert (tmp_path / "data" / ".kafka_cleanshutdown").exists()


def test_a_broker_that_is_killed_ends_the_command_with_its_reason(tmp_path: Path) -> None:
    with command_running(tmp_path) as parent:
        java = [process for process in psutil.Process(parent.pid).children() if process.name() == "java"]
        java[0].kill()
        _, report = parent.communicate()
    assert parent.returncode == 1
    assert report.startswith(f"copydesk: the Kafka in {tmp_path} stopped: it was killed by SIGKILL ")
    assert report.count("\n") == 1


def test_kafkas_tools_find_the_broker_and_their_exit_code_is_passed_on(broker: Broker, prefix: str) -> None:
    write(broker, prefix, b"one", b"two")
    listed = copydesk("kafka", "topics", "--list", broker=broker)
    assert prefix in listed.stdout.splitlines()
    assert (listed.returncode, listed.stderr) == (0, "")
    read_out = copydesk(
        *("kafka", "kafka-console-consumer.sh", "--topic", prefix, "--from-beginning"),
        *("--max-messages", "2", "--group", f"{prefix}.readers"),
        broker=broker,
    )
    assert read_out.stdout == "one\ntwo\n"
    groups = copydesk("kafka", "consumer-groups", "--describe", "--all-groups", broker=broker)
    assert f"{prefix}.readers" in groups.stdout
    unknown = copydesk("kafka", "topics", "--describe", "--topic", "no-such-topic", broker=broker)
    assert unknown.returncode == 1


def test_the_help_of_a_tool_is_kafkas_and_ours_lists_the_tools() -> None:
    ours = copydesk("kafka", "--help")
    assert "consumer-groups" in ours.stdout
    assert "Example: copydesk kafka consumer-groups --describe --all-groups" in ours.stdout
    assert "--partitions" in copydesk("kafka", "topics", "--help").stderr
