"""What happens to the desk's own processes."""

import signal
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psutil

from bench.faults.articles import NEARBY, Mix
from bench.faults.row import DEEDS, PORTIONS, Fault
from bench.faults.running import PROCESSES, STAGES, WINDOW, Running
from bench.faults.watched import RowError
from streams.watchdog import SILENCE_SECONDS

SKEWED = Path(__file__).parent.parent / "skewed"
#: Longer than `session_seconds` of the rows.
BEYOND_THE_SESSION = 10
STORM_SECONDS = 120
#: Time enough for a window of articles without a model.
WINDOW_SECONDS = 1.5


def end_all(run: Running, number: signal.Signals) -> None:
    """Each sink's and stage's process while it is at work, the last in the line first: else those behind one
    that was ended would have nothing to do. Once all of them have gone on, the same again."""
    for _ in range(2):
        with run.recovering() as recovers:
            for name in run.at_work(reversed(PROCESSES)):
                run.kill(name, number)
                recovers(name)
    run.happened.append(f"10 processes ended by {number.name}")


kill_all = partial(end_all, number=signal.SIGKILL)
roll = partial(end_all, number=signal.SIGTERM)


def race(run: Running) -> None:
    """Entities meets all of it at once, so that large and small ones are published together; killed twice."""
    _meet_all_at_once(run, "entities")
    for name in run.along(2 * ("entities",), 0.3, 0.3, "entities"):
        run.kill(name)
        run.recovers(name)
    run.happened.append("entities killed twice")


def kill_children(run: Running) -> None:
    """Three children of each stage."""
    for _ in range(3):
        with run.recovering() as recovers:
            for name in run.at_work(reversed(STAGES)):
                run.kill_child(name)
                recovers(name)
    run.happened.append("9 children killed")


def scale(run: Running) -> None:
    """One process of clean, three, one."""
    run.until_written("clean", 0.1)
    run.start("clean-2", "clean-3")
    run.recovers("clean")
    run.until(lambda: run.members("clean") == 3, "three share the partitions")
    run.until_written("clean", 0.5)
    for one in ("clean", "clean-2"):
        run.leave(one)
    run.recovers("clean")
    run.happened.append("1, 3, 1 processes of clean")


def storm(run: Running) -> None:
    """Members of clean and entities join, and leave again, one every 2 to 5 s for two minutes."""
    random, until = Random(1), time.monotonic() + STORM_SECONDS
    left = dict.fromkeys(("clean-2", "clean-3", "entities-2", "entities-3"), 0)
    there: set[str] = set()
    while time.monotonic() < until:
        name = random.choice(list(left))
        stage = name.partition("-")[0]
        if name not in there:
            run.start(name)
            there.add(name)
        elif run.members(stage) == 1 + sum(one.startswith(stage) for one in there):
            run.leave(name)
            there.remove(name)
            left[name] += 1
            run.recovers(stage)
        time.sleep(random.uniform(2, 5))
    for name in there:
        run.leave(name)
    if not all(left.values()):
        raise RowError(f"not all have been members: {left}")
    run.happened.append(f"{sum(left.values())} joined and left in {STORM_SECONDS} s")


def freeze(run: Running) -> None:
    """SIGSTOP to one of two processes of entities, of whose window the oldest article is under way and the
    rest is done; the other takes over; SIGCONT: what it had done is another's now."""
    process = _share(run)
    # Both are held: on a busy machine clean may have passed on little so far.
    run.until(lambda: run.lag("entities") >= 8 * WINDOW, "there is enough for both")
    other = run.folder / f"held.{run.pid('entities-2')}"
    other.touch()  # else it may have worked off nearly all before the first is stopped
    dozing = _doze(run, process)
    process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    dozing.unlink()
    other.unlink()
    if run.lag("entities") < 4 * WINDOW:
        raise RowError("little was left for the other to do")
    run.until(lambda: run.members("entities") == 1, "the other has them alone")
    run.recovers("entities")
    run.recoveries.append(time.monotonic() - began)
    time.sleep(max(0.0, began + BEYOND_THE_SESSION - time.monotonic()))
    _passed(run, "entities")
    if time.monotonic() - began > SILENCE_SECONDS:
        raise RowError("it stood still so long that the watchdog ends it, whatever others have done")
    process.send_signal(signal.SIGCONT)
    run.until(lambda: run.pid("entities") != process.pid, "it notices and ends", 60)
    run.happened.append("it stood still beyond its session, and ended when it woke")


def _share(run: Running) -> psutil.Process:
    """Have two processes of entities share what there is, which is held until they do; the first of them."""
    (run.folder / "held").touch()
    _meet_all_at_once(run, "entities", "entities-2")
    run.until(lambda: run.members("entities") == 2, "two share the partitions")
    return psutil.Process(run.pid("entities"))


def _doze(run: Running, process: psutil.Process) -> Path:
    """Go on, until this process has done all of its window but the oldest, which takes long; the file that
    keeps it so."""
    (run.folder / f"drowsy.{process.pid}").touch()
    (run.folder / "held").unlink()
    dozing = run.folder / f"dozing.{process.pid}"
    run.until(dozing.exists, "one of its articles takes long")
    # No more than its window: what is done behind the oldest is not seen from outside.
    time.sleep(WINDOW_SECONDS)
    return dozing


def _passed(run: Running, stage: str) -> None:
    """Wait until a stage has written all that corrects what was under way, or has nothing left."""
    beyond = run.written(stage) + WINDOW + 2 * NEARBY
    run.until(
        lambda: run.written(stage) >= beyond or run.lag(stage) == 0, "the other has met the corrections"
    )


def _meet_all_at_once(run: Running, *names: str) -> None:
    """Have these processes of entities begin when all there is waits for them."""
    run.leave("entities")
    run.until_written("clean", 1.0)
    run.start(*names)


def stall(run: Running) -> None:
    """The thread that reads, of one of two processes of clean."""
    file = run.folder / "stalled"
    run.leave("clean")
    run.start("clean", own={"FAULT_STALL": str(file)})
    run.start("clean-2")
    run.until(lambda: run.members("clean") == 2, "two share the partitions")
    file.touch()
    run.until(lambda: run.members("clean") == 1, "the other has them alone")
    run.recovers("clean")
    file.unlink()
    run.until(lambda: run.members("clean") == 2, "it is back")
    run.happened.append("its thread stood still beyond the session")


def skew(run: Running) -> None:
    """The clock of every process goes an hour ahead, then an hour behind, then right."""
    file = run.folder / "clock"
    for off in run.along((3600.0, -3600.0, 0.0), 0.15, 0.25):
        made = file.with_name("clock.new")
        made.write_text(str(off))
        made.rename(file)
        for name in PROCESSES:
            read = file.with_name(f"clock.{off}.{run.pid(name)}")
            run.until(read.exists, f"the clock of {name} is {off:g} s off", 60)
        run.recovers("clean")
    run.happened.append("clocks an hour ahead, then an hour behind")


def with_clock(_: ExitStack, folder: Path) -> dict[str, Any]:
    """The processes of this row read their clock through bench/faults/skewed."""
    clock = folder / "desk" / "clock"
    return {"own": {"PYTHONPATH": f"{SKEWED}:.", "FAULT_CLOCK": str(clock)}}


def fill(run: Running) -> None:
    """All stages stopped, 50,000 small articles; then how much memory each holds on the way."""
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
    Fault(name="nothing", what="no fault at all", strike=lambda run: run.happened.append("nothing")),
    Fault(
        name="worker-kill", what="kill -9 of every stage and sink, twice", strike=kill_all, portions=PORTIONS
    ),
    Fault(
        name="worker-kill-real",
        what="the same, with the real models",
        strike=kill_all,
        portions=PORTIONS,
        real=True,
    ),
    Fault(
        name="child-kill",
        what="kill -9 of three children of every stage",
        strike=kill_children,
        portions=PORTIONS,
    ),
    Fault(
        name="rolling-restart", what="SIGTERM to every stage and sink, twice", strike=roll, portions=PORTIONS
    ),
    Fault(
        name="rolling-restart-real",
        what="the same, with the real models",
        strike=roll,
        portions=PORTIONS,
        real=True,
    ),
    Fault(name="scale", what="1, 3, 1 processes of a stage", strike=scale),
    Fault(name="rebalance-storm", what="members join and leave for 2 min", strike=storm, rate=42),
    Fault(
        name="worker-frozen",
        what="SIGSTOP beyond the session, then SIGCONT",
        strike=freeze,
        desk=DEEDS,
        # All that is done behind an article that takes long, and corrected meanwhile by the other process.
        mix=Mix(deeds={"doze": 10}, corrections=60),
        # What takes long may do so until the row has seen what it waits for.
        worker={"children": 2, "article_seconds": 60, "rebalance_seconds": 120, "stop_seconds": 120},
    ),
    Fault(
        name="thread-stalled",
        what="the thread that reads stands still, the rest goes on",
        strike=stall,
        desk=DEEDS,
        rate=100,
    ),
    Fault(
        name="large-and-small",
        what="pages of 300 kB with a correction or takedown right behind, and kill -9",
        strike=race,
        desk=DEEDS,
        # What sleeps keeps those behind it in the window, so that they are published together.
        mix=Mix(large=10, deeds={"sleep": 30}),
        worker={"children": 2},
        share=0.2,
    ),
    Fault(name="clock", what="the workers' clocks an hour off", strike=skew, around=with_clock),
    # With the real models, because what a process holds is what is asked: this row alone takes half an hour.
    Fault(name="backlog", what="50,000 articles wait, the real models", strike=fill, share=10, real=True),
)
