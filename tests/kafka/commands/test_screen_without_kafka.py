"""What a terminal shows where Kafka cannot be had: nothing to download it from, nothing that listens."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.terminal.faults import faults
from tests.support.terminal.session import CTRL_C, Session, copydesk
from tests.support.terminal.silent_server import no_server, silent_server

COMMANDS = [
    ("worker", "clean"),
    ("ingest",),
    ("up",),
    ("publish", "page.html", "--url", "https://paper.example/a"),
    ("takedown", "https://paper.example/a"),
    ("tail", "summaries"),
    ("trace", "https://paper.example/a"),
    ("status",),
    ("dlq", "list"),
    ("topics", "check"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("<title>Ferry</title><p>The ferry sank.</p>")
    return tmp_path


def maven(folder: Path, address: str) -> dict[str, str]:
    """The environment of a first start, with an empty cache and one Maven repository."""
    (folder / "jgo.conf").write_text(f"[repositories]\ncentral = {address}\n")
    return {"COPYDESK_CACHE": "cache", "JGO_CONFIG_FILE": str(folder / "jgo.conf")}


def sentence(session: Session) -> str:
    """The last lines, which are one sentence if a word stands at each break."""
    return " ".join(session.screen.rows())


@pytest.mark.parametrize("columns", [80, 120])
def test_each_command_says_in_one_sentence_that_nothing_listens_there(folder: Path, columns: int) -> None:
    def run(command: tuple[str, ...]) -> Session:
        environment = {"COPYDESK_PROBES__PORT": "0"}
        arguments = (*command, "-b", "127.0.0.1:1")
        with copydesk(*arguments, columns=columns, environment=environment, folder=folder) as session:
            assert session.end() == 1, session.screen.rows()
        return session

    with ThreadPoolExecutor(2) as threads:
        for command, session in zip(COMMANDS, threads.map(run, COMMANDS), strict=True):
            assert sentence(session) == (
                "copydesk: cannot reach Kafka at 127.0.0.1:1: Connection refused;"
                " `copydesk up --local` starts a Kafka on this machine, and -b names another"
            ), command
            assert faults(session) == [], command


@pytest.mark.parametrize(
    ("command", "line"), [("status", "connecting to Kafka at"), ("up", "creating topics in Kafka at")]
)
def test_a_kafka_that_does_not_answer_is_named_while_it_is_waited_for(
    folder: Path, command: str, line: str
) -> None:
    with silent_server() as address:
        kafka = address.removeprefix("http://")
        with copydesk(command, "-b", kafka, columns=80, environment={}, folder=folder) as session:
            session.wait_for(f"{line} {kafka}")
            assert session.end() == 1
    assert session.screen.rows() == [f"copydesk: cannot reach Kafka at {kafka}: no answer"]
    assert faults(session) == []


def test_ctrl_c_ends_up_at_once_while_kafka_does_not_answer(folder: Path) -> None:
    with silent_server() as address:
        kafka = address.removeprefix("http://")
        with copydesk("up", "-b", kafka, columns=80, environment={}, folder=folder) as session:
            session.wait_for("creating topics")
            session.type(CTRL_C)
            assert session.end() == 130
    assert sentence(session).endswith(
        f"copydesk: interrupted while topics were being created; `copydesk up -b {kafka}` goes on"
    )
    assert faults(session) == []


@pytest.mark.parametrize("command", [("demo",), ("up", "--local"), ("broker",)], ids=" ".join)
def test_a_first_start_without_a_network_says_what_to_do(folder: Path, command: tuple[str, ...]) -> None:
    with (
        no_server() as address,
        copydesk(*command, columns=80, environment=maven(folder, address), folder=folder) as session,
    ):
        assert session.end() == 1
    assert sentence(session).endswith(
        "could not be downloaded from Maven Central: connect to the network, point COPYDESK_CACHE to a"
        " filled cache, or set COPYDESK_BOOTSTRAP_SERVERS to use a Kafka that runs already"
    )
    assert faults(session) == []


def test_ctrl_c_during_the_download_ends_it_at_once_and_says_what_is_kept(folder: Path) -> None:
    with (
        silent_server() as address,
        copydesk("demo", columns=80, environment=maven(folder, address), folder=folder) as session,
    ):
        session.wait_for("MB")
        session.type(CTRL_C)
        assert session.end() == 130
    assert session.screen.rows()[-1] == (
        "copydesk: interrupted; what is loaded is kept, and the next start loads the rest"
    )
    assert faults(session) == []


@pytest.fixture
def installation(folder: Path) -> tuple[tuple[str, ...], Path]:
    """The program that `make` installs with, and a lock of one package."""
    (folder / "one.lock").write_text(f"copydesk-none==1 --hash=sha256:{'0' * 64}\n")
    return (sys.executable, str(ROOT / "streams" / "local" / "install_packages.py"), "one.lock"), folder


def index(address: str) -> dict[str, str]:
    own = {"PIP_INDEX_URL": f"{address}/simple", "PIP_RETRIES": "1", "PIP_CONFIG_FILE": os.devnull}
    return {**own, "PIP_NO_INPUT": "1"}


def test_ctrl_c_during_the_installation_says_what_to_do_next(
    installation: tuple[tuple[str, ...], Path],
) -> None:
    program, folder = installation
    with (
        silent_server() as address,
        Session(columns=80, environment=index(address), folder=folder, program=program) as session,
    ):
        session.wait_for("packages fetched")
        session.type(CTRL_C)
        assert session.end() == 130
    assert session.screen.rows()[-1] == "interrupted; the next call of make goes on"
    assert faults(session) == []


def test_an_installation_without_a_network_says_what_to_do_next(
    installation: tuple[tuple[str, ...], Path],
) -> None:
    program, folder = installation
    with (
        no_server() as address,
        Session(columns=80, environment=index(address), folder=folder, program=program) as session,
    ):
        assert session.end() == 1
    assert session.screen.rows()[-1] == (
        "the package index does not answer: connect to the network, and call make again"
    )
    assert faults(session) == []
