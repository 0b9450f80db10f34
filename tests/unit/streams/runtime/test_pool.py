"""Pool processes: what is an article's own doing is its outcome alone; what is not is raised."""

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
from streams.runtime import pool as pool_module
from streams.runtime.pool import Pool
from streams.settings import WorkerSettings
from tests.support.actions import STAGE
from tests.support.places import ROOT

MakePool = Callable[..., Pool]


def message(name: str, do: str = "echo", file: Path | str = "") -> Message:
    """An order as it was read."""
    value = json.dumps({"id": name, "do": do, "file": str(file)}).encode()
    return Message(topic="t.order", partition=0, offset=0, timestamp=0, key=name.encode(), value=value)


@pytest.fixture
def started() -> Iterator[MakePool]:
    """Makes a pool that has started; it is stopped afterwards."""
    pools: list[Pool] = []

    def start(**settings: Any) -> Pool:
        limits = WorkerSettings.model_validate({"article_seconds": 10, **settings})
        pools.append(Pool(STAGE, "t", limits, {}))
        pools[-1].start()
        return pools[-1]

    yield start
    for one in pools:
        one.stop()


async def outcomes(pool: Pool, *messages: Message) -> list[str]:
    """The outcome of each, the reason where it is dead."""
    results = await asyncio.gather(*(pool.process(one) for one in messages))
    return [one.reason.value if isinstance(one, Failure) else one.outcome.value for one in results]


async def test_a_child_that_dies_takes_only_its_own_article_with_it(started: MakePool) -> None:
    good = [message(f"good {n}") for n in range(6)]
    found = await outcomes(started(pool_processes=2), *good, message("bad", "die"), *good)
    assert found == ["sent"] * 6 + ["killed-worker"] + ["sent"] * 6


async def test_an_article_whose_child_died_once_is_tried_again(started: MakePool, tmp_path: Path) -> None:
    [found] = await outcomes(started(), message("unlucky", "die once", tmp_path / "died"))
    assert (found, (tmp_path / "died").exists()) == ("sent", True)


async def test_a_dead_letter_says_that_the_process_died_twice(started: MakePool) -> None:
    dead = await started().process(message("bad", "die"))
    assert dead == Failure(
        reason=Reason.KILLED_WORKER,
        error="ProcessExpired",
        message="its pool process exited twice, the second time alone (exit code -9)",
    )


@pytest.mark.parametrize("action", ["hang", "regex"])
async def test_the_time_limit_ends_a_child_even_in_a_c_call_and_the_next_article_goes_on(
    started: MakePool, action: str
) -> None:
    pool = started(article_seconds=0.5)
    dead = await pool.process(message("slow", action))
    assert dead == Failure(
        reason=Reason.TIMED_OUT, error="TimeoutError", message="not done within 0.5 seconds"
    )
    assert await outcomes(pool, message("next")) == ["sent"]


async def test_who_is_cancelled_is_forgotten_and_the_pool_goes_on(started: MakePool, tmp_path: Path) -> None:
    """One child: what was handed over is itself and one more; the other eight were never begun."""
    pool, marks = started(pool_processes=1), tmp_path / "marks"
    in_flight = [asyncio.create_task(pool.process(message(str(n), "mark", marks))) for n in range(10)]
    while not marks.exists():  # noqa: ASYNC110 - it is a file, from another process
        await asyncio.sleep(0.01)
    for one in in_flight:
        one.cancel()
    assert all(
        isinstance(one, asyncio.CancelledError)
        for one in await asyncio.gather(*in_flight, return_exceptions=True)
    )

    assert await outcomes(pool, message("next")) == ["sent"]
    assert marks.read_text().split() in (["0"], ["0", "1"])


async def test_a_value_over_the_limit_is_dead_without_being_read(started: MakePool) -> None:
    large = message("x" * 1024)
    dead = await started(article_bytes=1024).process(large)
    assert isinstance(dead, Failure)
    report = f"the record has {large.size} bytes with its headers; 1024 are allowed"
    assert (dead.reason, dead.message) == (Reason.TOO_LARGE, report)


async def test_a_record_that_cannot_be_unpacked_is_dead_and_says_so(started: MakePool) -> None:
    dead = await started().process(replace(message("fine"), value=Oversized.of(0)))
    assert isinstance(dead, Failure)
    assert (dead.reason, dead.message) == (Reason.INVALID, "the value: it cannot be unpacked")


async def test_while_the_target_is_unavailable_an_article_is_tried_again(
    started: MakePool, tmp_path: Path
) -> None:
    waiting = asyncio.create_task(started().process(message("later", "away", tmp_path / "back")))
    (tmp_path / "back").touch()
    assert isinstance(await waiting, Processed)


async def test_a_target_that_stays_unavailable_is_raised_and_blames_no_article(started: MakePool) -> None:
    with pytest.raises(Unavailable, match=r"the target is unavailable \(tried for 1 s\)"):
        await started(unavailable_seconds=1).process(message("never", "away", "/nowhere"))


async def test_children_that_give_no_answer_are_raised(
    started: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a child is killed while it holds pebble's lock: the lock is never free again."""
    monkeypatch.setattr(pool_module, "STUCK_SECONDS", 0.5)
    pool = started(article_seconds=0.2)
    lock = pool._pool._pool_manager.worker_manager.workers_channel.mutex
    assert lock.acquire(timeout=10)
    try:
        with pytest.raises(Unavailable, match="the pool processes of stage actions give no answer any more"):
            await pool.process(message("stuck"))
    finally:
        lock.release()


async def test_children_that_are_all_lost_between_two_articles_are_raised(started: MakePool) -> None:
    pool = started(pool_processes=1)
    lock = pool._pool._pool_manager.worker_manager.workers_channel.mutex
    assert lock.acquire(timeout=10)
    waiting = asyncio.create_task(pool.process(message("waits")))
    await asyncio.sleep(0)
    for child in spawned(os.getpid()):
        child.kill()
    with pytest.raises(
        Unavailable, match="the pool processes of stage actions are lost: All workers expired"
    ):
        await waiting
    lock.release()


@pytest.mark.parametrize(
    ("work", "given", "sentence"),
    [
        (
            "no.such:load",
            {},
            "stage actions cannot load its work no.such:load: ModuleNotFoundError: No module named 'no'",
        ),
        (
            "tests.support.actions:nothing",
            {},
            "module 'tests.support.actions' has no attribute 'nothing'",
        ),
        ("tests.support.actions:load_and_fail", {}, "FileNotFoundError: model.bin"),
        (
            "tests.support.actions:load",
            {"greting": "x"},
            "[stages.actions.work] has no setting 'greting'; it has greeting, times",
        ),
        (
            "tests.support.actions:load",
            {"times": "x"},
            "[stages.actions.work]: Expected `int`, got `str` - at `$.times`",
        ),
        ("tests.support.actions:load_and_die", {}, "stage actions: its pool process exited while loading"),
    ],
)
def test_work_that_cannot_be_loaded_is_one_sentence(work: str, given: dict[str, Any], sentence: str) -> None:
    pool = Pool(replace(STAGE, work=work), "t", WorkerSettings(), given)
    try:
        with pytest.raises(CannotStart) as raised:
            pool.start()
    finally:
        pool.stop()
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_children_do_not_outlive_a_parent_that_is_killed() -> None:
    program = """if __name__ == "__main__":
        from streams.runtime.pool import Pool
        from streams.settings import WorkerSettings
        from tests.support.actions import STAGE
        pool = Pool(STAGE, "t", WorkerSettings(pool_processes=2), {})
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
        children = spawned(parent.pid)
        parent.kill()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert (len(gone), alive) == (2, [])


def spawned(pid: int) -> list[psutil.Process]:
    """The pool's children below a process; the tracker of semaphores beside them is none."""
    below = psutil.Process(pid).children(recursive=True)
    return [one for one in below if "spawn_main" in " ".join(one.cmdline())]


def test_a_child_is_ended_before_its_parent_where_memory_runs_out(started: MakePool) -> None:
    """Otherwise the parent may be, and an article that takes too much ends every restart."""
    if not Path("/proc/self/oom_score_adj").exists():
        pytest.skip("only Linux counts so")
    started(pool_processes=1)
    score = int(Path("/proc/self/oom_score_adj").read_text())
    [child] = spawned(os.getpid())
    assert int(Path(f"/proc/{child.pid}/oom_score_adj").read_text()) > score or score == 1000
