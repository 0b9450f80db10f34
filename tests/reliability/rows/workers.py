"""Faults of the pipeline's own processes."""

import signal
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psutil

from streams.runtime.watchdog import SILENCE_SECONDS
from tests.reliability.articles import NEARBY, Mix
from tests.reliability.row import ACTIONS, PORTIONS, Fault
from tests.reliability.running import PROCESSES, STAGES, WINDOW, Running
from tests.reliability.watched import RowError

SKEWED = Path(__file__).parent.parent / "skewed"
#: Longer than `session_seconds` of the rows.
BEYOND_THE_SESSION = 10
STORM_SECONDS = 120
#: Enough time for a window of articles without a model.
WINDOW_SECONDS = 1.5


def end_all(run: Running, number: signal.Signals) -> None:
    """End each sink and stage while it is at work, and once more after all of them have continued.

    The last ones come first, because those behind an ended process would have nothing to do.
    """
    for _ in range(2):
        with run.recovering() as recovers:
            for name in run.at_work(reversed(PROCESSES)):
                run.kill(name, number)
                recovers(name)
    run.happened.append(f"10 processes ended by {number.name}")


kill_all = partial(end_all, number=signal.SIGKILL)
roll = partial(end_all, number=signal.SIGTERM)


def race(run: Running) -> None:
    """Let all articles wait for entities, so that large and small ones are together; kill it twice."""
    _meet_all_at_once(run, "entities")
    for name in run.along(2 * ("entities",), 0.3, 0.3, "entities"):
        run.kill(name)
        run.recovers(name)
    run.happened.append("entities killed twice")


def kill_pool_processes(run: Running) -> None:
    """Kill three pool processes of each stage."""
    for _ in range(3):
        with run.recovering() as recovers:
            for name in run.at_work(reversed(STAGES)):
                run.kill_pool_process(name)
                recovers(name)
    run.happened.append("9 pool processes killed")


def scale(run: Running) -> None:
    """Run one process of clean, then three, then one."""
    run.until_written("clean", 0.1)
    run.start("clean-2", "clean-3")
    run.recovers("clean")
    run.until(lambda: run.members("clean") == 3, "three share the partitions")
    run.until_written("clean", 0.5)
    for name in ("clean", "clean-2"):
        run.leave(name)
    run.recovers("clean")
    run.happened.append("1, 3, 1 processes of clean")


def storm(run: Running) -> None:
    """Let members of clean and entities join and leave, one every 2 to 5 s for two minutes."""
    random, deadline = Random(1), time.monotonic() + STORM_SECONDS
    left = dict.fromkeys(("clean-2", "clean-3", "entities-2", "entities-3"), 0)
    present: set[str] = set()
    while time.monotonic() < deadline:
        name = random.choice(list(left))
        stage = name.partition("-")[0]
        if name not in present:
            run.start(name)
            present.add(name)
        elif run.members(stage) == 1 + sum(member.startswith(stage) for member in present):
            run.leave(name)
            present.remove(name)
            left[name] += 1
            run.recovers(stage)
        time.sleep(random.uniform(2, 5))
    for name in present:
        run.leave(name)
    if not all(left.values()):
        raise RowError(f"not all have been members: {left}")
    run.happened.append(f"{sum(left.values())} joined and left in {STORM_SECONDS} s")


def freeze(run: Running) -> None:
    """SIGSTOP to one of two processes of entities; the other one takes over; SIGCONT.

    The oldest article of its window is in flight and the others are finished. When it wakes up, they belong
    to the other process.
    """
    process = _share(run)
    # Both are held: on a busy machine, clean may have written few records so far.
    run.until(lambda: run.lag("entities") >= 8 * WINDOW, "there is enough for both")
    other = run.folder / f"held.{run.pid('entities-2')}"
    other.touch()  # otherwise it may finish nearly all before the first one is stopped
    dozing = _doze(run, process)
    process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    dozing.unlink()
    other.unlink()
    if run.lag("entities") < 4 * WINDOW:
        raise RowError("little was left for the other to do")
    run.until(lambda: run.members("entities") == 1, "the other has all partitions")
    run.recovers("entities")
    run.recoveries.append(time.monotonic() - began)
    time.sleep(max(0.0, began + BEYOND_THE_SESSION - time.monotonic()))
    _passed(run, "entities")
    if time.monotonic() - began > SILENCE_SECONDS:
        raise RowError("it was suspended so long that the watchdog ends it in any case")
    process.send_signal(signal.SIGCONT)
    run.until(lambda: run.pid("entities") != process.pid, "it notices and exits", 60)
    run.happened.append("it was suspended beyond its session, and exited when it woke up")


def _share(run: Running) -> psutil.Process:
    """Let two processes of entities share the articles, which wait until then; returns the first one."""
    (run.folder / "held").touch()
    _meet_all_at_once(run, "entities", "entities-2")
    run.until(lambda: run.members("entities") == 2, "two share the partitions")
    return psutil.Process(run.pid("entities"))


def _doze(run: Running, process: psutil.Process) -> Path:
    """Continue until this process has finished all of its window except the oldest article.

    Returns the file that makes this article wait.
    """
    (run.folder / f"drowsy.{process.pid}").touch()
    (run.folder / "held").unlink()
    dozing = run.folder / f"dozing.{process.pid}"
    run.until(dozing.exists, "one of its articles waits")
    # A pause, because the articles that it finishes behind the oldest cannot be seen from outside.
    time.sleep(WINDOW_SECONDS)
    return dozing


def _passed(run: Running, stage: str) -> None:
    """Wait until a stage has written all corrections of what was in flight, or has nothing left."""
    enough = run.written(stage) + WINDOW + 2 * NEARBY
    run.until(
        lambda: run.written(stage) >= enough or run.lag(stage) == 0, "the other has written the corrections"
    )


def _meet_all_at_once(run: Running, *names: str) -> None:
    """Start these processes of entities when all articles wait for them."""
    run.leave("entities")
    run.until_written("clean", 1.0)
    run.start(*names)


def stall(run: Running) -> None:
    """Stall the thread that reads, in one of two processes of clean."""
    file = run.folder / "stalled"
    run.leave("clean")
    run.start("clean", own={"FAULT_STALL": str(file)})
    run.start("clean-2")
    run.until(lambda: run.members("clean") == 2, "two share the partitions")
    file.touch()
    run.until(lambda: run.members("clean") == 1, "the other has all partitions")
    run.recovers("clean")
    file.unlink()
    run.until(lambda: run.members("clean") == 2, "it is back")
    run.happened.append("its thread was stalled beyond the session")


def skew(run: Running) -> None:
    """Set the clock of every process an hour ahead, then an hour behind, then right."""
    file = run.folder / "clock"
    for off in run.along((3600.0, -3600.0, 0.0), 0.15, 0.25):
        new_file = file.with_name("clock.new")
        new_file.write_text(str(off))
        new_file.rename(file)
        for name in PROCESSES:
            confirmation = file.with_name(f"clock.{off}.{run.pid(name)}")
            run.until(confirmation.exists, f"the clock of {name} is {off:g} s off", 60)
        run.recovers("clean")
    run.happened.append("clocks an hour ahead, then an hour behind")


def with_clock(_: ExitStack, folder: Path) -> dict[str, Any]:
    """The processes of this row read their clock through tests/reliability/skewed."""
    clock = folder / "pipeline" / "clock"
    return {"own": {"PYTHONPATH": f"{SKEWED}:.", "FAULT_CLOCK": str(clock)}}


def fill(run: Running) -> None:
    """Publish 50,000 small articles while all stages are stopped; then compare the memory of each process."""
    for name in STAGES:
        run.leave(name)
    run.published()
    run.start(*STAGES)
    run.until_written("summaries", 0.2)
    early = run.memory(PROCESSES)
    run.until_written("summaries", 1.0)
    late = run.memory(PROCESSES)
    worst = max(late[name] / early[name] for name in early)
    sizes = ", ".join(f"{name} {early[name]:.0f} to {late[name]:.0f} MB" for name in early)
    run.happened.append(f"from a fifth to the end: {sizes}")
    if worst > 1.1:
        raise RowError(f"a process grew by {worst - 1:.0%}")


FAULTS = (
    Fault(name="nothing", description="no fault at all", strike=lambda run: run.happened.append("nothing")),
    Fault(
        name="worker-kill",
        description="kill -9 of every stage and sink, twice",
        strike=kill_all,
        portions=PORTIONS,
    ),
    Fault(
        name="worker-kill-real",
        description="the same, with the real models",
        strike=kill_all,
        portions=PORTIONS,
        real=True,
    ),
    Fault(
        name="child-kill",
        description="kill -9 of three pool processes of every stage",
        strike=kill_pool_processes,
        portions=PORTIONS,
    ),
    Fault(
        name="rolling-restart",
        description="SIGTERM to every stage and sink, twice",
        strike=roll,
        portions=PORTIONS,
    ),
    Fault(
        name="rolling-restart-real",
        description="the same, with the real models",
        strike=roll,
        portions=PORTIONS,
        real=True,
    ),
    Fault(name="scale", description="1, 3, 1 processes of a stage", strike=scale),
    Fault(name="rebalance-storm", description="members join and leave for 2 min", strike=storm, rate=42),
    Fault(
        name="worker-frozen",
        description="SIGSTOP beyond the session, then SIGCONT",
        strike=freeze,
        pipeline=ACTIONS,
        # The articles finished behind one that waits are corrected meanwhile by the other process.
        mix=Mix(actions={"doze": 10}, corrections=60),
        # Articles may wait until the row has seen what it waits for.
        worker={"pool_processes": 2, "article_seconds": 60, "rebalance_seconds": 120, "stop_seconds": 120},
    ),
    Fault(
        name="thread-stalled",
        description="the thread that reads is stalled, the rest continues",
        strike=stall,
        pipeline=ACTIONS,
        rate=100,
    ),
    Fault(
        name="large-and-small",
        description="pages of 300 kB with a correction or takedown right behind, and kill -9",
        strike=race,
        pipeline=ACTIONS,
        # An article that sleeps keeps those behind it in the window, so that they are published together.
        mix=Mix(large=10, actions={"sleep": 30}),
        worker={"pool_processes": 2},
        share=0.2,
    ),
    Fault(name="clock", description="the workers' clocks an hour off", strike=skew, around=with_clock),
    # With the real models, because their memory is measured. This row alone takes half an hour.
    Fault(
        name="backlog",
        description="50,000 waiting articles, with the real models",
        strike=fill,
        share=10,
        real=True,
    ),
)
