"""What a terminal shows while `up` runs: starting, ready, at work, without Kafka, stopping."""

import http.client
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.articles.newspaper import page
from tests.support.pipelines.harness import UnderTest
from tests.support.terminal.faults import faults
from tests.support.terminal.session import CTRL_C, Session, copydesk
from tests.support.terminal.silent_server import free_port, taken_port

pytestmark = pytest.mark.kafka

PROBES = re.compile(r"this process at (127\.0\.0\.1:\d+)")
KAFKA = re.compile(r"Kafka at (127\.0\.0\.1:\d+)")
FERRY = page("Ferry sinks", [f"The ferry sank off Lowport on day {n}, and nobody died." for n in range(20)])


@pytest.fixture
def folder() -> Iterator[Path]:
    """A working folder with a short name, so that a path fits in a row."""
    with tempfile.TemporaryDirectory(prefix="up-") as name:
        yield Path(name)


def first_match(session: Session, pattern: re.Pattern[str]) -> str:
    return next(match[1] for row in session.screen.seen if (match := pattern.search(row)))


def ready(address: str) -> int:
    """The status of /readyz."""
    connection = http.client.HTTPConnection(address, timeout=30)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    finally:
        connection.close()


def kill_kafka(session: Session) -> None:
    [java] = [each for each in psutil.Process(session.process.pid).children() if each.name() == "java"]
    java.kill()


def publish(folder: Path, address: str) -> None:
    (folder / "page.html").write_text(FERRY)
    url = "https://paper.example/ferry"
    command = [sys.executable, "-m", "streams", "publish", "page.html", "--url", url, "-b", address]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def test_from_start_to_end_with_a_kafka_that_is_killed(folder: Path) -> None:
    """80 columns, all stages and models."""
    with copydesk(
        *("up", "--local", "--port", "0"),
        columns=80,
        environment={"COPYDESK_PROBES__PORT": free_port()},
        folder=folder,
    ) as session:
        session.wait_for("this process at")
        probes = first_match(session, PROBES)
        assert ready(probes) == 503
        session.wait_for("ready after")
        assert ready(probes) == 200
        session.wait_for("articles: 0 in")
        publish(folder, first_match(session, KAFKA))
        session.wait_for("articles: 1 in, 1 done, 0 waiting")
        kill_kafka(session)
        session.wait_for("Kafka runs again")
        session.wait_until_shown("articles: 1 in, 1 done, 0 waiting")
        session.type(CTRL_C)
        assert session.end() == 0
    rows = session.screen.rows()
    assert [row for row in rows if "Kafka has ended" in row or "Kafka does not" in row] == [
        "Kafka has ended: it was killed by SIGKILL"
    ]
    assert sum("Kafka runs again" in row for row in rows) == 1
    kept = f"stopped; Kafka's data are kept in {folder}/data/kafka."
    assert " ".join(rows).endswith(f"{kept} `copydesk up --local` goes on where it stopped")
    assert faults(session) == []


def test_all_of_it_fits_in_120_columns_on_a_kafka_that_runs(toy: UnderTest) -> None:
    toy.configure()
    environment = {**toy.variables, "COPYDESK_PROBES__PORT": free_port()}
    with copydesk("up", columns=120, environment=environment, folder=toy.folder) as session:
        session.wait_for("articles: 0 in, 0 done, 0 waiting, 0 per minute")
        session.type(CTRL_C)
        assert session.end() == 0
    assert session.screen.rows()[-1] == "stopped. `copydesk up` goes on where it stopped"
    assert faults(session) == []


def test_ctrl_c_while_the_processes_start_stops_them(toy: UnderTest) -> None:
    toy.configure()
    environment = {**toy.variables, "COPYDESK_PROBES__PORT": free_port()}
    with copydesk("up", columns=80, environment=environment, folder=toy.folder) as session:
        session.wait_for("loading models")
        session.type(CTRL_C)
        assert session.end() == 0
    assert session.screen.rows()[-1] == "stopped. `copydesk up` goes on where it stopped"
    assert faults(session) == []


def test_ctrl_c_while_kafka_starts_leaves_no_kafka(toy: UnderTest) -> None:
    toy.configure()
    command = ("up", "--local", "--port", "0", "--data", "kafka")
    with copydesk(*command, columns=80, environment=toy.variables, folder=toy.folder) as session:
        session.wait_for("starting Kafka")
        session.wait_for("starting Kafka  1 s")
        below = psutil.Process(session.process.pid).children(recursive=True)
        session.type(CTRL_C)
        assert session.end() == 130
    assert " ".join(session.screen.rows()) == (
        "copydesk: interrupted while Kafka was starting; `copydesk up --local` starts it again"
    )
    assert psutil.wait_procs(below, timeout=20)[1] == []
    assert faults(session) == []


def test_a_port_of_kafka_that_is_taken_is_one_sentence(toy: UnderTest) -> None:
    toy.configure()
    with (
        taken_port() as port,
        copydesk(
            *("up", "--local", "--port", str(port), "--data", "kafka"),
            columns=80,
            environment=toy.variables,
            folder=toy.folder,
        ) as session,
    ):
        assert session.end() == 1
    assert " ".join(session.screen.rows()) == (
        f"copydesk: port {port} is taken by another program: choose another one with --port, or stop what"
        " listens there"
    )
    assert faults(session) == []


def test_a_port_of_the_probes_that_is_taken_is_a_warning_and_the_next_one_is_used(toy: UnderTest) -> None:
    toy.configure()
    with taken_port() as port:
        environment = {**toy.variables, "COPYDESK_PROBES__PORT": str(port)}
        with copydesk("up", columns=80, environment=environment, folder=toy.folder) as session:
            session.wait_for("articles: 0 in")
            session.type(CTRL_C)
            assert session.end() == 0
    assert any("the port of the probes is taken" in row for row in session.screen.seen)
    assert first_match(session, PROBES) != f"127.0.0.1:{port}"
    assert faults(session) == []
