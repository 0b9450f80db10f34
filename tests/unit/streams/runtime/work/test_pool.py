"""Pool processes: a fault of an article is the outcome of that article alone. Any other fault is raised."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from streams.core.message import Message, Oversized
from streams.core.stage import Failure, Processed, Reason
from streams.errors import CannotStart, Unavailable
from streams.runtime.work import pool as pool_module
from streams.runtime.work.pool import Pool
from streams.settings import WorkerSettings
from tests.support.pipelines.actions import STAGE
from tests.support.places import ROOT

MakePool = Callable[..., Pool]
ACTIONS = "tests.support.pipelines.actions"


def message(name: str, do: str = "echo", file: Path | str = "") -> Message:
    """An order as a stage reads it."""
    value = json.dumps({"id": name, "do": do, "file": str(file)}).encode()
    return Message(topic="t.order", partition=0, offset=0, timestamp=0, key=name.encode(), value=value)


@pytest.fixture
def started() -> Iterator[MakePool]:
    """A function that starts a pool. All pools are stopped afterwards."""
    pools: list[Pool] = []

    def start(**settings: Any) -> Pool:
        limits = WorkerSettings.model_validate({"article_seconds": 10, **settings})
        pools.append(Pool(STAGE, limits, {}))
        pools[-1].start()
        return pools[-1]

    yield start
    for pool in pools:
        pool.stop()


async def outcomes(pool: Pool, *messages: Message) -> list[str]:
    """The outcome of each message, or the reason if it is dead."""
    results = await asyncio.gather(*(pool.process(message) for message in messages))
    return [
        result.reason.value if isinstance(result, Failure) else result.outcome.value for result in results
    ]


async def test_only_the_article_that_killed_its_pool_process_twice_is_dead(started: MakePool) -> None:
    pool, bad, good = started(pool_processes=2), message("bad", "die"), [message(f"{n}") for n in range(6)]
    assert await outcomes(pool, *good, bad, *good) == ["sent"] * 6 + ["killed-worker"] + ["sent"] * 6
    assert await pool.process(bad) == Failure(
        reason=Reason.KILLED_WORKER,
        error="ProcessExpired",
        message="its pool process exited twice, the second time alone (exit code -9)",
    )


async def test_an_article_whose_pool_process_was_killed_once_is_retried(
    started: MakePool, tmp_path: Path
) -> None:
    [outcome] = await outcomes(started(), message("unlucky", "die once", tmp_path / "killed"))
    assert (outcome, (tmp_path / "killed").exists()) == ("sent", True)


@pytest.mark.parametrize("action", ["hang", "regex"])
async def test_the_time_limit_ends_a_pool_process_even_in_a_c_call_and_the_next_article_is_processed(
    started: MakePool, action: str
) -> None:
    pool = started(article_seconds=0.5)
    dead = await pool.process(message("slow", action))
    assert dead == Failure(
        reason=Reason.TIMED_OUT, error="TimeoutError", message="not done within 0.5 seconds"
    )
    assert await outcomes(pool, message("next")) == ["sent"]


async def test_cancelled_articles_are_not_processed_and_the_pool_keeps_working(
    started: MakePool, tmp_path: Path
) -> None:
    """One pool process: it has at most its article and the next one. The other eight are never started."""
    pool, marks = started(pool_processes=1), tmp_path / "marks"
    in_flight = [asyncio.create_task(pool.process(message(str(n), "mark", marks))) for n in range(10)]
    while not marks.exists():  # noqa: ASYNC110 - it is a file, from another process
        await asyncio.sleep(0.01)
    for task in in_flight:
        task.cancel()
    results = await asyncio.gather(*in_flight, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)

    assert await outcomes(pool, message("next")) == ["sent"]
    assert marks.read_text().split() in (["0"], ["0", "1"])


LARGE = message("x" * 1024)
TOO_MUCH = f"the record has {LARGE.size} bytes with its headers; 1024 are allowed"


@pytest.mark.parametrize(
    ("unread", "reason", "sentence"),
    [
        (LARGE, Reason.TOO_LARGE, TOO_MUCH),
        (replace(message("fine"), value=Oversized.of(0)), Reason.INVALID, "the value: it cannot be unpacked"),
    ],
)
async def test_a_value_over_the_limit_or_not_unpacked_is_dead_without_being_processed(
    started: MakePool, unread: Message, reason: Reason, sentence: str
) -> None:
    dead = await started(article_bytes=1024).process(unread)
    assert isinstance(dead, Failure)
    assert (dead.reason, dead.message) == (reason, sentence)


async def test_an_article_is_retried_while_the_target_is_unavailable(
    started: MakePool, tmp_path: Path
) -> None:
    waiting = asyncio.create_task(started().process(message("later", "away", tmp_path / "back")))
    (tmp_path / "back").touch()
    assert isinstance(await waiting, Processed)


async def test_a_target_that_stays_unavailable_is_raised_and_fails_no_article(started: MakePool) -> None:
    with pytest.raises(Unavailable, match=r"the target is unavailable \(tried for 1 s\)"):
        await started(unavailable_seconds=1).process(message("never", "away", "/nowhere"))


async def test_pool_processes_that_do_not_answer_are_raised(
    started: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a pool process is killed while it holds the lock of pebble, the lock is never released."""
    monkeypatch.setattr(pool_module, "STUCK_SECONDS", 0.5)
    pool = started(article_seconds=0.2)
    lock = pool._pool._pool_manager.worker_manager.workers_channel.mutex
    assert lock.acquire(timeout=10)
    try:
        with pytest.raises(Unavailable, match="the pool processes of stage actions no longer answer"):
            await pool.process(message("stuck"))
    finally:
        lock.release()


async def test_pool_processes_that_all_exit_between_two_articles_are_raised(started: MakePool) -> None:
    pool = started(pool_processes=1)
    lock = pool._pool._pool_manager.worker_manager.workers_channel.mutex
    assert lock.acquire(timeout=10)
    waiting = asyncio.create_task(pool.process(message("waits")))
    await asyncio.sleep(0)
    for process in pool_processes(os.getpid()):
        process.kill()
    with pytest.raises(
        Unavailable, match="the pool processes of stage actions are lost: All workers expired"
    ):
        await waiting
    lock.release()


@pytest.mark.parametrize(
    ("work", "settings", "sentence"),
    [
        (
            "no:load",
            {},
            "stage actions cannot load its work no:load: ModuleNotFoundError: No module named 'no'",
        ),
        (f"{ACTIONS}:nothing", {}, f"module '{ACTIONS}' has no attribute 'nothing'"),
        (f"{ACTIONS}:load_and_fail", {}, "FileNotFoundError: model.bin"),
        (
            STAGE.work,
            {"greet": "x"},
            "[stages.actions.work] greet: there is no such setting; did you mean greeting?",
        ),
        (f"{ACTIONS}:load_and_die", {}, "stage actions: its pool process exited while loading"),
    ],
)
def test_work_that_cannot_be_loaded_is_an_error_of_one_sentence(
    work: str, settings: dict[str, Any], sentence: str
) -> None:
    pool = Pool(replace(STAGE, work=work), WorkerSettings(), settings)
    try:
        with pytest.raises(CannotStart) as raised:
            pool.start()
    finally:
        pool.stop()
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("work", "notices"),
    [(f"{ACTIONS}:load_with_notices", ("half of the model is missing",)), (STAGE.work, ())],
)
def test_what_work_says_of_itself_reaches_the_worker(work: str, notices: tuple[str, ...]) -> None:
    pool = Pool(replace(STAGE, work=work), WorkerSettings(), {})
    try:
        pool.start()
        assert pool.notices() == notices
    finally:
        pool.stop()


def test_pool_processes_do_not_outlive_a_parent_that_is_killed() -> None:
    program = """if __name__ == "__main__":
        from streams.runtime.work.pool import Pool
        from streams.settings import WorkerSettings
        from tests.support.pipelines.actions import STAGE
        pool = Pool(STAGE, WorkerSettings(pool_processes=2), {})
        pool.start()
        print("started", flush=True)
        input()
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        orphans = pool_processes(parent.pid)
        parent.kill()
    ended, alive = psutil.wait_procs(orphans, timeout=10)
    assert (len(ended), alive) == (2, [])


def pool_processes(pid: int) -> list[psutil.Process]:
    """The pool processes of a parent, without the semaphore tracker of Python."""
    below = psutil.Process(pid).children(recursive=True)
    return [process for process in below if "spawn_main" in " ".join(process.cmdline())]


def test_a_pool_process_is_killed_before_its_parent_when_memory_runs_out(started: MakePool) -> None:
    """Otherwise the parent may be killed, and an article that needs too much memory ends every restart."""
    if not Path("/proc/self/oom_score_adj").exists():
        pytest.skip("only Linux has such a score")
    started(pool_processes=1)
    score = int(Path("/proc/self/oom_score_adj").read_text())
    [process] = pool_processes(os.getpid())
    assert int(Path(f"/proc/{process.pid}/oom_score_adj").read_text()) > score or score == 1000
