"""The first steps of who publishes and of who reads, as docs/getting-started has them, on a real Kafka."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.local.broker.ports import free_ports
from tests.support.documents.journeys import STEP, Reader, reading
from tests.support.documents.operations import Operator
from tests.support.places import DOCS, ROOT

#: A Kafka and the models are started once; on a busy machine that takes long.
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]
PUBLISH, CONSUME = (DOCS / "getting-started" / f"{name}.md" for name in ("publish", "consume"))


@pytest.fixture(scope="module")
def port() -> int:
    return free_ports(0)[0]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Reader]:
    """A reader with `copydesk` on the path, in an empty folder. Kafka has a port that no other test uses."""
    folder = tmp_path_factory.mktemp("reader")
    programs = tmp_path_factory.mktemp("bin")
    for name, command in (("copydesk", f"{sys.executable} -m streams"), ("python", sys.executable)):
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (programs / name).chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    environment = {
        **inherited,
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "COPYDESK_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}",
    }
    with reading(Operator(folder, environment, "")) as someone:
        yield someone


@pytest.mark.parametrize("document", [PUBLISH, CONSUME], ids=lambda path: path.stem)
def test_a_reader_can_do_what_the_page_says_by_copying_its_commands(
    reader: Reader, document: Path, port: int
) -> None:
    text = document.read_text("utf-8").replace("copydesk up --local", f"copydesk up --local --port {port}")
    reader.follow(text.replace("127.0.0.1:9092", f"127.0.0.1:{port}"))


def test_the_steps_of_a_page_are_its_terminals_its_words_to_wait_for_and_its_blocks() -> None:
    steps = [step.lastgroup for step in STEP.finditer(CONSUME.read_text("utf-8"))]
    assert steps == ["terminal", "word", "block", "terminal", "word", *["block"] * 3]
