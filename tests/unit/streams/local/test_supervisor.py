"""Processes that are kept running: restarted when they die, ended when they are to end."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from streams.errors import CannotStart
from streams.local.supervisor import LONGEST_PAUSE, Supervisor, environment
from streams.settings import load_settings
from tests.support.handles import file_handles_up_to

PROGRAM = """
import os, signal, sys, time
what, mark = sys.argv[1], sys.argv[2]
if what == "unresponsive":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(mark, "a") as file:
    file.write(os.environ.get("COPYDESK_PREFIX", "") + "\\n")
if what == "wrong":
    print("no such setting", file=sys.stderr)
    sys.exit(2)
if what == "dies":
    sys.exit("this one dies")
time.sleep(3600)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `python -m streams` is a program that does what it is told."""
    (tmp_path / "streams").mkdir()
    (tmp_path / "streams" / "__main__.py").write_text(PROGRAM)
    (tmp_path / "streams" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def supervisor(folder: Path) -> Iterator[Supervisor]:
    """One that writes what its processes say into the folder."""
    one = Supervisor({"COPYDESK_PREFIX": "ours"}, stop_seconds=1, output=folder)
    yield one
    one.stop()


def until(happened: Callable[[], object], supervisor: Supervisor) -> None:
    """Look after the processes until something has happened."""
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        supervisor.look()
        time.sleep(0.01)


def pid(supervisor: Supervisor, name: str) -> int:
    """The process that runs under a name."""
    process = supervisor.processes[name].process
    assert process is not None
    return process.pid


def test_what_is_killed_is_restarted_with_the_same_environment(supervisor: Supervisor, folder: Path) -> None:
    mark = folder / "mark"
    supervisor.start("clean", ["steady", str(mark)])
    until(mark.exists, supervisor)
    first = pid(supervisor, "clean")
    psutil.Process(first).kill()
    until(lambda: mark.read_text() == "ours\nours\n", supervisor)
    assert pid(supervisor, "clean") != first
    assert supervisor.processes["clean"].restarts == 1


def test_what_dies_at_once_is_started_ever_more_slowly_and_what_it_said_is_kept(
    supervisor: Supervisor, folder: Path
) -> None:
    pauses: list[float] = []
    deaths: list[tuple[str, int]] = []

    def died(name: str, code: int) -> None:
        deaths.append((name, code))
        pauses.append(supervisor.processes[name].next_start - time.monotonic())

    supervisor.on_exit = died
    supervisor.start("clean", ["dies", str(folder / "mark")])
    until(lambda: len(deaths) == 3, supervisor)
    assert deaths == [("clean", 1)] * 3
    assert pauses[0] < pauses[1] < pauses[2] < LONGEST_PAUSE
    assert (folder / "clean.log").read_text() == "this one dies\n" * 3


def test_the_pause_grows_up_to_a_limit(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("clean", ["dies", str(folder / "mark")])
    supervisor.processes["clean"].exits = 50
    until(lambda: supervisor.processes["clean"].exits == 51, supervisor)
    assert supervisor.processes["clean"].next_start - time.monotonic() <= LONGEST_PAUSE


def test_a_death_after_a_steady_life_counts_as_the_first(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("clean", ["dies", str(folder / "mark")])
    supervised = supervisor.processes["clean"]
    supervised.exits, supervised.started = 7, supervised.started - 3600
    until(lambda: supervised.process is None, supervisor)
    assert supervised.exits == 1


def test_one_that_dies_does_not_disturb_the_others(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("clean", ["steady", str(folder / "steady")])
    supervisor.start("entities", ["dies", str(folder / "dies")])
    before = pid(supervisor, "clean")
    until(lambda: supervisor.processes["entities"].exits, supervisor)
    assert (pid(supervisor, "clean"), supervisor.processes["clean"].exits) == (before, 0)


def test_stopping_ends_all_and_kills_what_does_not_listen(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("clean", ["steady", str(folder / "steady")])
    supervisor.start("entities", ["unresponsive", str(folder / "unresponsive")])
    until(lambda: (folder / "steady").exists() and (folder / "unresponsive").exists(), supervisor)
    processes = {name: supervised.process for name, supervised in supervisor.processes.items()}
    supervisor.stop()
    codes = {name: process.returncode for name, process in processes.items() if process}
    assert codes == {"clean": -signal.SIGTERM, "entities": -signal.SIGKILL}


def test_processes_are_given_what_the_command_line_said() -> None:
    settings = load_settings(bootstrap_servers="a:1,b:2", prefix="ours", partitions=3)
    assert environment(settings) == {
        "COPYDESK_BOOTSTRAP_SERVERS": "a:1,b:2",
        "COPYDESK_PREFIX": "ours",
        "COPYDESK_PIPELINE": "agents",
        "COPYDESK_PARTITIONS": "3",
    }


def test_a_wrong_configuration_is_said_and_not_started_again(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("one", ["wrong", str(folder / "mark")])
    with pytest.raises(CannotStart, match="one cannot run with this configuration: no such setting"):
        until(lambda: False, supervisor)


def test_what_cannot_be_started_for_want_of_a_file_handle_is_retried_ever_more_slowly_and_said(
    supervisor: Supervisor, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = folder / "mark"
    supervisor.start("entities", ["steady", str(folder / "other")])
    before = pid(supervisor, "entities")
    with file_handles_up_to(3):
        supervisor.start("clean", ["steady", str(mark)])
        supervised = supervisor.processes["clean"]
        until(lambda: supervised.exits == 3, supervisor)
        assert supervisor.unready() == "to be restarted: clean"
    assert supervised.next_start - time.monotonic() > 1
    assert capsys.readouterr().out.count("a process could not be started") == 3
    until(mark.exists, supervisor)
    assert pid(supervisor, "entities") == before


def test_a_program_that_cannot_be_executed_ends_neither_the_supervisor_nor_the_others(
    supervisor: Supervisor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor.start("clean", ["steady", str(folder / "clean")])
    with monkeypatch.context() as patch:
        patch.setattr("sys.executable", str(folder / "no such python"))
        supervisor.start("entities", ["steady", str(folder / "entities")])
        until(lambda: supervisor.processes["entities"].exits == 2, supervisor)
    until((folder / "entities").exists, supervisor)
    assert supervisor.processes["clean"].exits == 0
