"""The first steps of who publishes, who reads and who extends, as the documents have them, on a real Kafka.

Those of who operates are in test_operations.py.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.local.broker.ports import free_ports
from tests.support.documents.journeys import LONG, STEP, Reader, reading
from tests.support.documents.operations import Operator, blocks
from tests.support.places import DOCS, ROOT

#: A Kafka and the models are started once; on a busy machine that takes long.
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(1800)]
PUBLISH, CONSUME = (DOCS / "getting-started" / f"{name}.md" for name in ("publish", "consume"))
CONTRIBUTE = ROOT / "CONTRIBUTING.md"


@pytest.fixture(scope="module")
def port() -> int:
    return free_ports(0)[0]


@contextmanager
def a_reader(folder: Path, port: int, setup: str = "", **environment: str) -> Iterator[Reader]:
    """A reader with `copydesk` on the path. Kafka has a port that no other test uses."""
    programs = folder / "bin"
    programs.mkdir()
    for name, command in (("copydesk", f"{sys.executable} -m streams"), ("python", sys.executable)):
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (programs / name).chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    environment |= {
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "COPYDESK_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}",
    }
    with reading(Operator(folder, {**inherited, **environment}, setup, patience=LONG)) as reader:
        yield reader


def at(port: int, text: str) -> str:
    """The document with another port than Kafka's usual one."""
    text = text.replace("copydesk up --local", f"copydesk up --local --port {port}")
    return text.replace("127.0.0.1:9092", f"127.0.0.1:{port}")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Reader]:
    with a_reader(tmp_path_factory.mktemp("reader"), port) as reader:
        yield reader


@pytest.mark.parametrize("document", [PUBLISH, CONSUME], ids=lambda path: path.stem)
def test_a_reader_can_do_what_the_page_says_by_copying_its_commands(
    reader: Reader, document: Path, port: int
) -> None:
    reader.follow(at(port, document.read_text("utf-8")))


def test_a_developer_can_run_the_pipeline_of_the_example_by_copying_its_commands(tmp_path: Path) -> None:
    section = CONTRIBUTE.read_text("utf-8").partition("**Run it**")[2].partition("\n## ")[0]
    first, rest = blocks(section)[0], section.partition("```\n")[2]
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "agents").symlink_to(ROOT / "agents")
    [port] = free_ports(0)[:1]
    # The entities are not tested here, and their model takes long to load.
    with a_reader(tmp_path, port, first.commands, COPYDESK_STAGES__ENTITIES__WORK='{"models": {}}') as reader:
        reader.follow(at(port, rest))


def test_the_steps_of_a_page_are_its_terminals_its_words_to_wait_for_and_its_blocks() -> None:
    steps = [step.lastgroup for step in STEP.finditer(CONSUME.read_text("utf-8"))]
    assert steps == ["terminal", "word", "block", "terminal", "word", *["block"] * 3]
