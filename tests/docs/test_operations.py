"""The runbook from beginning to end: every block unchanged, on a real Kafka and a real pipeline."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from kafka import KafkaAdminClient, TopicPartition

from streams.kafka.client import opened
from streams.local.broker.node import Broker
from streams.local.broker.ports import free_ports
from tests.support.documents import compose
from tests.support.documents.operations import PATIENCE, Block, Operator, missing, sections
from tests.support.kafka.transactions import Transaction
from tests.support.machine.tools import program
from tests.support.pipelines.harness import UnderTest, header, until
from tests.support.places import ROOT

# A section may wait for a stage several times, and on a busy machine each wait is long.
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
DOCUMENT = ROOT / "docs" / "operations" / "runbook.md"
SETUP = "Set up a terminal"
LIGHT = """
[worker]
commit_seconds = 0.3
session_seconds = 6
rebalance_seconds = 40
[stages.entities.work]
models = {}
[sinks.jsonl]
folder = "data/articles"
"""
SHORT = b'{"url": "https://new.example/short", "text": "Short."}'
#: The partitions that the document adds.
NEW_PARTITIONS = {"12", "13", "14", "15"}


@dataclass
class OperatorSession:
    """What an effect gets: the operator, the pipeline, and what was noted before."""

    operator: Operator
    pipeline: UnderTest
    noted: dict[str, object] = field(default_factory=dict)


SECTIONS = sections(DOCUMENT.read_text("utf-8"))
Effect = Callable[[OperatorSession], None]
BEFORE: dict[str, Effect] = {}
AFTER: dict[str, Effect] = {}


def before(title: str) -> Callable[[Effect], Effect]:
    """Runs before the section, and prepares what it needs."""
    return lambda effect: BEFORE.setdefault(title, effect)


def after(title: str) -> Callable[[Effect], Effect]:
    """Runs after the section, and checks more than the output of its commands."""
    return lambda effect: AFTER.setdefault(title, effect)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[OperatorSession]:
    """A pipeline that has processed the sample pages, on its own Kafka; `broker` is the new cluster."""
    kcat = program("kcat")
    folder = tmp_path_factory.mktemp("night")
    operator = Operator(folder, surroundings(folder, broker, Path(kcat).parent), SECTIONS[SETUP][0].commands)
    pipeline = UnderTest(operator.environment["COPYDESK_BOOTSTRAP_SERVERS"], "news", folder)
    with ended_with_us(folder / "stand-in"):
        operator.run(Block("docker compose start kafka"))
        until(lambda: "Kafka is at" in (folder / "stand-in/kafka.log").read_text(), "Kafka runs")
        operator.run(Block("copydesk topics create; docker compose up -d; copydesk publish agents/samples"))
        yield OperatorSession(operator, pipeline)
        pipeline.stop()


@contextmanager
def ended_with_us(folder: Path) -> Iterator[None]:
    """Every process with a .pid file in the folder ends with this process, even if that is killed."""
    kill = 'read -r nothing; for file in "$0"/*.pid; do kill -9 "-$(cat "$file")"; done'
    with subprocess.Popen(["sh", "-c", kill, str(folder)], stdin=subprocess.PIPE, start_new_session=True):
        yield


def surroundings(folder: Path, new: Broker, programs: Path) -> dict[str, str]:
    """The operator's folder and environment, with `copydesk`, `docker` and the samples."""
    for name in ("bin", "config", "agents", "stand-in"):
        (folder / name).mkdir()
    (folder / "config" / "copydesk.toml").write_text(LIGHT)
    (folder / "agents" / "samples").symlink_to(ROOT / "agents" / "samples")
    for name, run in (("copydesk", "-m streams"), ("docker", str(compose.__file__))):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nexec {sys.executable} {run} "$@"\n')
        script.chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    return {
        **inherited,
        "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"], str(programs)]),
        "PYTHONPATH": str(ROOT),
        "STAND_IN": str(folder / "stand-in"),
        "XDG_CONFIG_HOME": str(folder),
        "COPYDESK_BOOTSTRAP_SERVERS": f"127.0.0.1:{free_ports(0)[0]}",
        "NEW_KAFKA": new.bootstrap_servers,
    }


@pytest.mark.parametrize("title", SECTIONS)
def test_an_operator_can_do_what_the_section_says_by_copying_its_commands(
    session: OperatorSession, title: str
) -> None:
    BEFORE.get(title, lambda _: None)(session)
    for block in SECTIONS[title]:
        session.operator.run(block)
    AFTER.get(title, lambda _: None)(session)


@after("Lag")
def kafka_lists_each_of_the_twelve_partitions(session: OperatorSession) -> None:
    assert session.operator.output.count("copydesk.news.clean") == 12


@before("Reading again")
def note_what_is_finished(session: OperatorSession) -> None:
    session.noted["finished"] = session.pipeline.read("summaries")


@after("Reading again")
def each_article_is_repeated_with_the_same_id_and_bytes(session: OperatorSession) -> None:
    finished = session.noted["finished"]
    assert isinstance(finished, list)
    known = {(record.key, header(record, "ce_id"), record.value) for record in finished}
    records = session.pipeline.read("summaries")
    assert (len(finished), len(records)) == (15, 30)
    assert {(record.key, header(record, "ce_id"), record.value) for record in records} == known


@before("The dead-letter limit")
def a_scraper_sends_wrong_data(session: OperatorSession) -> None:
    with session.pipeline.producer() as producer:
        for _ in range(110):
            producer.send("news.raw", value=b"{wrong", partition=3)


@before("Rebuilding a sink")
def its_folder_is_deleted(session: OperatorSession) -> None:
    session.noted["lines"] = lines(session)
    shutil.rmtree(session.operator.folder / "data")


@after("Rebuilding a sink")
def every_article_is_there_again(session: OperatorSession) -> None:
    assert lines(session) == session.noted["lines"]


@after("More partitions of news.raw")
def publish_to_the_new_partitions(session: OperatorSession) -> None:
    with session.pipeline.producer() as producer:
        for partition in range(12, 16):
            producer.send("news.raw", value=SHORT, partition=partition).get(timeout=PATIENCE)


@before("Lost records")
def records_expire_while_the_stage_is_away(session: OperatorSession) -> None:
    # Workers see a new partition with Kafka's next list of partitions; earlier records must not be deleted.
    until(lambda: discarded_from(session) >= NEW_PARTITIONS, "the records of the new partitions are read")
    session.operator.run(Block("docker compose stop clean"))
    with session.pipeline.producer() as producer:
        for _ in range(7):
            place = producer.send("news.raw", value=b"gone", partition=15).get(timeout=PATIENCE)
    client = opened(KafkaAdminClient, bootstrap_servers=session.pipeline.bootstrap)
    client.delete_records({TopicPartition("news.raw", 15): place.offset + 1})
    client.close()
    session.operator.run(Block("docker compose start clean"))


@before("Open transactions")
def a_program_leaves_a_transaction_open(session: OperatorSession) -> None:
    transaction = Transaction(session.pipeline.bootstrap, "nightly-import")
    transaction.write(TopicPartition("news.raw", 3), SHORT, b"foreign")
    with session.pipeline.producer() as producer:
        place = producer.send("news.raw", value=SHORT, partition=3).get(timeout=PATIENCE)
    session.noted |= {"transaction": transaction, "behind": f"news.raw/3/{place.offset}"}


@after("Open transactions")
def the_record_behind_it_was_read_and_none_of_its_own(session: OperatorSession) -> None:
    transaction = session.noted["transaction"]
    assert isinstance(transaction, Transaction)
    transaction.close(ended=True)
    read = {header(record, "copydesk_raw") for record in session.pipeline.read("discarded")}
    assert read & {*transaction.places, session.noted["behind"]} == {session.noted["behind"]}


@after("Removing an article")
def both_articles_are_removed(session: OperatorSession) -> None:
    assert len([record for record in session.pipeline.read("summaries") if record.value is None]) == 2


def lines(session: OperatorSession) -> list[bytes]:
    folder = session.operator.folder / "data" / "articles"
    return sorted(line for path in folder.glob("*.jsonl") for line in path.read_bytes().splitlines())


def discarded_from(session: OperatorSession) -> set[str]:
    """The partitions of the raw records that were discarded."""
    records = session.pipeline.read("discarded")
    return {header(record, "copydesk_raw").split("/")[1] for record in records}


def test_the_processes_that_replace_containers_end_with_the_test(tmp_path: Path) -> None:
    with ended_with_us(tmp_path):
        service = subprocess.Popen(["sh", "-c", "while true; do sleep 60; done"], start_new_session=True)
        (tmp_path / "any.1.pid").write_text(str(service.pid))
    assert service.wait(PATIENCE) == -9


def test_every_effect_that_is_tested_belongs_to_a_section() -> None:
    assert {*BEFORE, *AFTER} - SECTIONS.keys() == set()


def test_the_table_of_alerts_lists_exactly_the_alerts() -> None:
    rules = yaml.safe_load((ROOT / "config" / "prometheus" / "alerts.yml").read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    assert set(re.findall(r"`(Copydesk\w+)`", DOCUMENT.read_text("utf-8"))) == alerts


@pytest.mark.parametrize(
    ("expected", "output", "absent"),
    [
        (["a b", "c"], "a   b\nx c", None),
        (["a", "b"], "b a", "b"),
        (["lag ... drained"], "lag 0 0 drained", None),
        (["12 ok"], "112 ok", None),
        (["13 ok"], "12 ok", "13 ok"),
    ],
)
def test_the_lines_of_a_block_are_expected_in_order(
    expected: list[str], output: str, absent: str | None
) -> None:
    assert missing(expected, output) == absent
