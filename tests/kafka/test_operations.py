"""docs/operations.md from beginning to end: every block as it stands, on a real Kafka and a real desk."""

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

from streams.broker.node import Broker
from streams.broker.ports import free_ports
from streams.opening import opened
from tests.kafka import compose
from tests.kafka.harness import UnderTest, header, until
from tests.kafka.operations import PATIENCE, Block, Operator, missing, sections
from tests.kafka.transactions import Transaction
from tests.tools import program

# A section may wait for a stage several times; on a busy machine each wait is long.
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "operations.md"
SETUP = "In each terminal"
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
#: Those that the document adds.
NEW_PARTITIONS = {"12", "13", "14", "15"}


@dataclass
class Night:
    """What an effect is told: who did it, on which desk, and what was noted before."""

    operator: Operator
    desk: UnderTest
    noted: dict[str, object] = field(default_factory=dict)


SECTIONS = sections(DOCUMENT.read_text("utf-8"))
Effect = Callable[[Night], None]
BEFORE: dict[str, Effect] = {}
AFTER: dict[str, Effect] = {}


def before(title: str) -> Callable[[Effect], Effect]:
    """What is to be so before the section is done."""
    return lambda effect: BEFORE.setdefault(title, effect)


def after(title: str) -> Callable[[Effect], Effect]:
    """What must be so when the section was done, beside what its commands said."""
    return lambda effect: AFTER.setdefault(title, effect)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[Night]:
    """A desk that has worked off the sample pages, on a Kafka of its own; `broker` is the new cluster."""
    kcat = program("kcat")
    folder = tmp_path_factory.mktemp("night")
    operator = Operator(folder, surroundings(folder, broker, Path(kcat).parent), SECTIONS[SETUP][0].commands)
    desk = UnderTest(operator.environment["COPYDESK_BOOTSTRAP_SERVERS"], "news", folder)
    with ended_with_us(folder / "stand-in"):
        operator.run(Block("docker compose start kafka"))
        until(lambda: "Kafka is at" in (folder / "stand-in/kafka.log").read_text(), "Kafka runs")
        operator.run(Block("copydesk topics create; docker compose up -d; copydesk publish agents/samples"))
        yield Night(operator, desk)


@contextmanager
def ended_with_us(folder: Path) -> Iterator[None]:
    """Whatever has its number in the folder ends with this process, also where that is killed."""
    kill = 'read -r nothing; for one in "$0"/*.pid; do kill -9 "-$(cat "$one")"; done'
    with subprocess.Popen(["sh", "-c", kill, str(folder)], stdin=subprocess.PIPE, start_new_session=True):
        yield


def surroundings(folder: Path, new: Broker, programs: Path) -> dict[str, str]:
    """Folder and environment of the operator: `copydesk`, `docker` and the samples are where they look."""
    for name in ("bin", "config", "agents", "stand-in"):
        (folder / name).mkdir()
    (folder / "config" / "copydesk.toml").write_text(LIGHT)
    (folder / "agents" / "samples").symlink_to(ROOT / "agents" / "samples")
    for name, run in (("copydesk", "-m streams"), ("docker", str(compose.__file__))):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nexec {sys.executable} {run} "$@"\n')
        script.chmod(0o755)
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    return {
        **outside,
        "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"], str(programs)]),
        "PYTHONPATH": str(ROOT),
        "STAND_IN": str(folder / "stand-in"),
        "XDG_CONFIG_HOME": str(folder),
        "COPYDESK_BOOTSTRAP_SERVERS": f"127.0.0.1:{free_ports(0)[0]}",
        "NEW_KAFKA": new.bootstrap_servers,
    }


@pytest.mark.parametrize("title", SECTIONS)
def test_an_operator_can_do_what_the_section_says_by_copying_its_commands(night: Night, title: str) -> None:
    BEFORE.get(title, lambda _: None)(night)
    for block in SECTIONS[title]:
        night.operator.run(block)
    AFTER.get(title, lambda _: None)(night)


@after("Lag")
def nobody_has_moved_an_offset(night: Night) -> None:
    assert night.operator.output.count("copydesk.news.clean") == 12


@before("Reading again")
def note_what_is_finished(night: Night) -> None:
    night.noted["finished"] = night.desk.read("summaries")


@after("Reading again")
def each_article_was_made_again_under_the_same_id_and_bytes(night: Night) -> None:
    once = night.noted["finished"]
    assert isinstance(once, list)
    known = {(one.key, header(one, "ce_id"), one.value) for one in once}
    again = night.desk.read("summaries")
    assert (len(once), len(again)) == (15, 30)
    assert {(one.key, header(one, "ce_id"), one.value) for one in again} == known


@before("The dead-letter limit")
def a_scraper_sends_rubbish(night: Night) -> None:
    with night.desk.producer() as out:
        for _ in range(110):
            out.send("news.raw", value=b"{rubbish", partition=3)


@before("A sink from zero")
def its_folder_is_lost(night: Night) -> None:
    night.noted["lines"] = lines(night)
    shutil.rmtree(night.operator.folder / "data")


@after("A sink from zero")
def every_article_is_there_again(night: Night) -> None:
    assert lines(night) == night.noted["lines"]


@after("More partitions of news.raw")
def publish_into_the_new_partitions(night: Night) -> None:
    with night.desk.producer() as out:
        for partition in range(12, 16):
            out.send("news.raw", value=SHORT, partition=partition).get(timeout=PATIENCE)


@before("What was deleted before it was read")
def records_expire_while_the_stage_is_away(night: Night) -> None:
    # A partition that was added is met with Kafka's next list of them: what came before is not to be deleted.
    until(lambda: discarded_from(night) >= NEW_PARTITIONS, "what came into the new partitions was read")
    night.operator.run(Block("docker compose stop clean"))
    with night.desk.producer() as out:
        for _ in range(7):
            placed = out.send("news.raw", value=b"gone", partition=15).get(timeout=PATIENCE)
    client = opened(KafkaAdminClient, bootstrap_servers=night.desk.bootstrap)
    client.delete_records({TopicPartition("news.raw", 15): placed.offset + 1})
    client.close()
    night.operator.run(Block("docker compose start clean"))


@before("Open transactions")
def a_program_leaves_a_transaction_open(night: Night) -> None:
    transaction = Transaction(night.desk.bootstrap, "nightly-import")
    transaction.write(TopicPartition("news.raw", 3), SHORT, b"foreign")
    with night.desk.producer() as out:
        placed = out.send("news.raw", value=SHORT, partition=3).get(timeout=PATIENCE)
    night.noted |= {"transaction": transaction, "behind": f"news.raw/3/{placed.offset}"}


@after("Open transactions")
def what_stood_behind_it_was_read_and_nothing_of_it(night: Night) -> None:
    transaction = night.noted["transaction"]
    assert isinstance(transaction, Transaction)
    transaction.close(ended=True)
    read = {header(one, "copydesk_raw") for one in night.desk.read("discarded")}
    assert read & {*transaction.places, night.noted["behind"]} == {night.noted["behind"]}


@after("Taking an article down")
def both_are_taken_down(night: Night) -> None:
    assert len([one for one in night.desk.read("summaries") if one.value is None]) == 2


def lines(night: Night) -> list[bytes]:
    """What the sink has written."""
    folder = night.operator.folder / "data" / "articles"
    return sorted(line for path in folder.glob("*.jsonl") for line in path.read_bytes().splitlines())


def discarded_from(night: Night) -> set[str]:
    """The partitions of the raw records that were discarded."""
    return {header(one, "copydesk_raw").split("/")[1] for one in night.desk.read("discarded")}


def test_what_came_into_the_new_partitions_was_read_without_a_restart(night: Night) -> None:
    assert discarded_from(night) >= NEW_PARTITIONS


def test_what_stands_in_for_containers_ends_with_the_test(tmp_path: Path) -> None:
    with ended_with_us(tmp_path):
        service = subprocess.Popen(["sh", "-c", "while true; do sleep 60; done"], start_new_session=True)
        (tmp_path / "any.1.pid").write_text(str(service.pid))
    assert service.wait(PATIENCE) == -9


def test_every_effect_that_is_tested_belongs_to_a_section() -> None:
    assert {*BEFORE, *AFTER} - SECTIONS.keys() == set()


def test_every_alert_stands_in_the_table_and_no_other() -> None:
    rules = yaml.safe_load((ROOT / "config" / "prometheus" / "alerts.yml").read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    assert set(re.findall(r"`(Copydesk\w+)`", DOCUMENT.read_text("utf-8"))) == alerts


@pytest.mark.parametrize(
    ("said", "output", "lacks"),
    [
        (["a b", "c"], "a   b\nx c", None),
        (["a", "b"], "b a", "b"),
        (["lag ... drained"], "lag 0 0 drained", None),
        (["12 ok"], "112 ok", None),
        (["13 ok"], "12 ok", "13 ok"),
    ],
)
def test_what_a_block_must_say_is_looked_for_in_order(
    said: list[str], output: str, lacks: str | None
) -> None:
    assert missing(said, output) == lacks
