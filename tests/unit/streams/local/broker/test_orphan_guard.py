"""A guarded process ends with its parent, and not before."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from streams.errors import CannotStart
from streams.local.broker.node import Broker
from streams.local.broker.orphan_guard import Guarded
from tests.support.machine.handles import file_handles_up_to

PARENT = """
import sys, time
from streams.local.broker.orphan_guard import Guarded
with open(sys.argv[1], "wb") as output:
    guarded = Guarded(["sleep", "1000"], output)
print(guarded.pid, guarded.guard.pid, flush=True)
time.sleep(1000)
"""


@pytest.fixture
def sleeper(tmp_path: Path) -> Guarded:
    with (tmp_path / "output").open("wb") as output:
        return Guarded(["sleep", "1000"], output)


def test_a_killed_parent_leaves_neither_the_process_nor_its_guard(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "output")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        orphans = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert all(process.is_running() for process in orphans)
        parent.kill()
    assert psutil.wait_procs(orphans, timeout=10)[1] == []


def test_a_guard_ends_with_its_process(sleeper: Guarded) -> None:
    assert sleeper.alive
    sleeper.terminate(10)
    assert not sleeper.alive
    assert sleeper.guard.returncode is not None


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    with (tmp_path / "output").open("wb") as output:
        stubborn = Guarded(["sh", "-c", f"trap '' TERM; echo >{ready}; while :; do sleep 1; done"], output)
    ready.read_text()
    stubborn.terminate(0.2)
    assert not stubborn.alive


def test_the_output_is_written_to_the_given_file(tmp_path: Path) -> None:
    with (tmp_path / "output").open("wb") as output:
        guarded = Guarded(["sh", "-c", "echo out; echo err >&2"], output)
    guarded.process.wait()
    guarded.kill()
    assert (tmp_path / "output").read_text() == "out\nerr\n"


@pytest.mark.parametrize("spare", range(10))
def test_without_file_handles_for_a_guard_no_process_is_left(tmp_path: Path, spare: int) -> None:
    before = set(psutil.Process().children())
    with (tmp_path / "output").open("wb") as output:
        try:
            with file_handles_up_to(output.fileno() + 1 + spare):
                guarded = Guarded(["sleep", "1000"], output)
        except OSError:
            pass
        else:
            guarded.kill()
    assert set(psutil.Process().children()) == before


def test_a_kafka_that_cannot_start_for_lack_of_file_handles_is_an_error_of_one_sentence(
    tmp_path: Path,
) -> None:
    with file_handles_up_to(3), pytest.raises(CannotStart, match="could not start: Too many open files"):
        Broker(tmp_path).start()
