"""A test run leaves no process behind, and one slow test does not end the run."""

import subprocess
import sys
from pathlib import Path

import psutil

from tests.support.pipelines.harness import until
from tests.support.places import ROOT

KILLED = """
import subprocess, time
import psutil
from pathlib import Path

def test_until_killed(postgres):
    detached = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    server = psutil.Process(postgres.get_pid())
    pids = [detached.pid, server.pid, *(process.pid for process in server.children())]
    Path("{pids}").write_text("\\n".join([str(postgres.pgdata), *map(str, pids)]) + "\\n")
    time.sleep(1000)
"""
SLOW = """
import time, pytest

@pytest.mark.timeout(0.5)
def test_slow():
    time.sleep(1000)

async def test_that_follows():
    pass
"""


def running(pids: list[str]) -> list[psutil.Process]:
    """Those of them that still run: PostgreSQL starts workers that end by themselves (autovacuum)."""
    with_numbers = {process.pid: process for process in psutil.process_iter()}
    return [with_numbers[int(pid)] for pid in pids if int(pid) in with_numbers]


def command(test: Path, *options: str) -> list[str]:
    """A separate test run, of one file, with the fixtures of all tests."""
    own = ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest"]
    return [sys.executable, "-m", "pytest", "-q", *own, *options, str(test)]


def test_a_run_killed_in_the_middle_of_a_test_leaves_no_process_and_no_postgresql(tmp_path: Path) -> None:
    test, report = tmp_path / "test_killed.py", tmp_path / "pids"
    test.write_text(KILLED.replace("{pids}", str(report)))
    with subprocess.Popen(command(test), cwd=ROOT, stdout=subprocess.DEVNULL) as run:
        try:
            until(lambda: report.exists() and report.read_text().endswith("\n"), "the test has started")
            folder, *pids = report.read_text().split()
            processes = running(pids)
        finally:
            run.kill()
    assert len(processes) > 3
    assert psutil.wait_procs(processes, timeout=10)[1] == []
    until(lambda: not Path(folder).exists(), "the folder of PostgreSQL is removed", 10)


def test_a_test_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    test = tmp_path / "test_slow.py"
    test.write_text(SLOW)
    run = subprocess.run(command(test), cwd=ROOT, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed" in run.stdout, run.stdout + run.stderr
