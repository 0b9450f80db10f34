"""The supervisor restarts processes that exit, and stops all of them at its own end."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from streams.errors import CannotStart
from streams.local import supervisor as module
from streams.local.supervisor import LONGEST_PAUSE, Supervisor, environment
from streams.settings import load_settings
from tests.support.machine.handles import file_handles_up_to

PROGRAM = """
import os, signal, sys, time
action, mark = sys.argv[1], sys.argv[2]
if action == "unresponsive":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(mark, "a") as file:
    file.write(os.environ.get("COPYDESK_PREFIX", "") + "\\n")
if action == "wrong":
    print("no such setting", file=sys.stderr)
    sys.exit(2)
if action == "exits":
    sys.exit("no reason to go on")
time.sleep(3600)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `python -m streams` runs `PROGRAM`, which does what its first argument says."""
    (tmp_path / "streams").mkdir()
    (tmp_path / "streams" / "__main__.py").write_text(PROGRAM)
    (tmp_path / "streams" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def supervisor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """A supervisor that writes the output of its processes into the folder. Its pauses start at 0.2 s."""
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.2)
    started = Supervisor({"COPYDESK_PREFIX": "ours"}, stop_seconds=1, output=folder)
    yield started
    started.stop()


def until(happened: Callable[[], object], supervisor: Supervisor) -> None:
    """Supervise the processes until something has happened."""
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        supervisor.look()
        time.sleep(0.01)


def pid(supervisor: Supervisor, name: str) -> int:
    """The id of the process that runs under a name."""
    process = supervisor.processes[name].process
    assert process is not None
    return process.pid


def test_a_killed_process_is_restarted_with_the_same_environment(
    supervisor: Supervisor, folder: Path
) -> None:
    mark = folder / "mark"
    supervisor.start("clean", ["steady", str(mark)])
    until(lambda: mark.exists() and mark.read_text() == "ours\n", supervisor)
    first = pid(supervisor, "clean")
    psutil.Process(first).kill()
    until(lambda: mark.read_text() == "ours\nours\n", supervisor)
    assert pid(supervisor, "clean") != first
    assert supervisor.processes["clean"].restarts == 1


def test_a_process_that_exits_at_once_is_restarted_after_growing_pauses_and_does_not_affect_the_others(
    supervisor: Supervisor, folder: Path
) -> None:
    pauses: list[float] = []
    exits: list[tuple[str, int]] = []

    def record_exit(name: str, code: int) -> None:
        exits.append((name, code))
        pauses.append(supervisor.processes[name].next_start - time.monotonic())

    supervisor.on_exit = record_exit
    supervisor.start("entities", ["steady", str(folder / "steady")])
    before = pid(supervisor, "entities")
    supervisor.start("clean", ["exits", str(folder / "mark")])
    until(lambda: len(exits) == 3, supervisor)
    assert exits == [("clean", 1)] * 3
    assert pauses[0] < pauses[1] < pauses[2] < LONGEST_PAUSE
    assert (folder / "clean.log").read_text() == "no reason to go on\n" * 3
    assert (pid(supervisor, "entities"), supervisor.processes["entities"].exits) == (before, 0)


def test_the_pause_before_a_restart_has_a_maximum(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("clean", ["exits", str(folder / "mark")])
    supervisor.processes["clean"].exits = 50
    until(lambda: supervisor.processes["clean"].exits == 51, supervisor)
    assert supervisor.processes["clean"].next_start - time.monotonic() <= LONGEST_PAUSE


def test_an_exit_after_a_long_run_counts_as_the_first(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("clean", ["exits", str(folder / "mark")])
    supervised = supervisor.processes["clean"]
    supervised.exits, supervised.started = 7, supervised.started - 3600
    until(lambda: supervised.process is None, supervisor)
    assert supervised.exits == 1


def test_stopping_ends_all_processes_and_kills_unresponsive_ones(
    supervisor: Supervisor, folder: Path
) -> None:
    supervisor.start("clean", ["steady", str(folder / "steady")])
    supervisor.start("entities", ["unresponsive", str(folder / "unresponsive")])
    until(lambda: (folder / "steady").exists() and (folder / "unresponsive").exists(), supervisor)
    processes = {name: supervised.process for name, supervised in supervisor.processes.items()}
    supervisor.stop()
    codes = {name: process.returncode for name, process in processes.items() if process}
    assert codes == {"clean": -signal.SIGTERM, "entities": -signal.SIGKILL}


def test_processes_get_the_settings_of_the_command_line() -> None:
    settings = load_settings(bootstrap_servers="a:1,b:2", prefix="ours", partitions=3)
    assert environment(settings) == {
        "COPYDESK_BOOTSTRAP_SERVERS": "a:1,b:2",
        "COPYDESK_PREFIX": "ours",
        "COPYDESK_PIPELINE": "agents",
        "COPYDESK_PARTITIONS": "3",
    }


def test_a_wrong_configuration_is_an_error_and_not_retried(supervisor: Supervisor, folder: Path) -> None:
    supervisor.start("clean", ["wrong", str(folder / "mark")])
    with pytest.raises(CannotStart, match="clean cannot run with this configuration: no such setting"):
        until(lambda: False, supervisor)


def test_a_start_that_fails_for_lack_of_file_handles_is_reported_and_retried_after_growing_pauses(
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
    assert supervised.next_start - time.monotonic() > 0.2
    assert capsys.readouterr().out.count("a process could not be started") == 3
    until(mark.exists, supervisor)
    assert pid(supervisor, "entities") == before


def test_a_program_that_cannot_be_executed_stops_neither_the_supervisor_nor_the_others(
    supervisor: Supervisor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor.start("clean", ["steady", str(folder / "clean")])
    with monkeypatch.context() as patch:
        patch.setattr("sys.executable", str(folder / "no such python"))
        supervisor.start("entities", ["steady", str(folder / "entities")])
        until(lambda: supervisor.processes["entities"].exits == 2, supervisor)
    until((folder / "entities").exists, supervisor)
    assert supervisor.processes["clean"].exits == 0
