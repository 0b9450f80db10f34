"""Faults of articles, or of the work on them."""

import signal

from tests.reliability.articles import Mix
from tests.reliability.row import ACTIONS, Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError


def poison(run: Running) -> None:
    """The parent processes of two stages are also killed."""
    with run.recovering() as recovers:
        for name in run.along(("clean", "entities"), 0.2, 0.3):
            run.kill(name)
            recovers(name)
    run.happened.append("1 in 20 is poison; clean and entities killed")


def hang(run: Running) -> None:
    """Articles hang, and those behind them are finished: the worker is stopped with SIGTERM, and killed."""
    for number in run.along((signal.SIGTERM, signal.SIGKILL, signal.SIGKILL), 0.1, 0.25, "entities"):
        run.until_still("entities", 0.8)
        run.kill("entities", number)
        run.recovers("entities")
    run.happened.append("entities stopped once and killed twice with hanging articles in flight")


def flow(run: Running) -> None:
    """Only the articles themselves cause the fault."""
    run.quiet()
    run.happened.append("all processed")


def kill_with_articles(run: Running) -> None:
    """Articles kill the pool process that works on them; each time, wait until the stage continues."""
    run.published()
    # The lag ends the loop if dead letters are missing; the counts then report them.
    while run.dead_letters("entities") < run.poisoned and any(map(run.lag, ("clean", "entities"))):
        process = run.pool_process("entities")
        run.until(
            lambda process=process: not process.is_running() or run.lag("entities") == 0,
            "the pool process exits",
        )
        if not process.is_running():
            run.recovers("entities")
    run.happened.append(f"{run.poisoned} articles have killed their pool process")


def all_bad(run: Running) -> None:
    """The dead-letter limit stops the stage, and a restart does not reset it; then the cause is fixed."""
    stopped = "stopped at the dead-letter limit"
    run.until(lambda: stopped in run.log("entities"), "the limit stops entities")
    dead_letters = run.dead_letters("entities")
    before = run.log("entities").count(stopped)
    run.kill("entities", signal.SIGTERM)
    run.until(lambda: run.log("entities").count(stopped) > before, "after a restart it stops again")
    if run.dead_letters("entities") > dead_letters:
        raise RowError("a restart reset the limit")
    (run.folder / "fixed").touch()
    run.leave("entities")
    run.start("entities", more=["--acknowledge-dead-letters"])
    run.recovers("entities")
    run.happened.append(f"stopped at {dead_letters} dead letters, after a restart too; fixed, acknowledged")


def replay_dead_letters(run: Running) -> None:
    """Replay every dead letter after the cause is fixed."""
    run.quiet()
    dead_letters = run.dead_letters("entities")
    if not dead_letters:
        raise RowError("there are no dead letters")
    (run.folder / "fixed").touch()
    # Dead letters that are older than a takedown of their article stay open: exit code 1.
    run.copydesk("dlq", "replay", "entities", "--all", "--yes", codes=(0, 1))
    run.copydesk("dlq", "drop", "entities", "--all", "--yes")
    run.quiet()
    run.happened.append(f"{dead_letters} dead letters replayed")


def break_pool_processes(run: Running) -> None:
    """Kill the pool process of entities, and let no other one start for a while."""
    run.until_written("clean", 0.3)
    before = run.restarts("entities")
    (run.folder / "broken").touch()
    run.kill_pool_process("entities")
    run.until(lambda: run.restarts("entities") > before + 1, "entities fails to start", 120)
    (run.folder / "broken").unlink()
    run.recovers("entities")
    run.happened.append(f"{run.restarts('entities') - before} restarts, of which only the last succeeded")


FAULTS = (
    Fault(
        name="poison",
        description="1 article in 20 is poison, and kill -9",
        strike=poison,
        pipeline=ACTIONS,
        mix=Mix(actions={"die": 333, "grow": 211, "fail": 40}, invalid=50),
        worker={"article_seconds": 10},
    ),
    Fault(
        name="all-bad",
        description="all articles are bad, then the cause is fixed and the dead letters are replayed",
        strike=all_bad,
        afterwards=replay_dead_letters,
        pipeline=ACTIONS,
        mix=Mix(every="fail", fixed=True),
        share=0.2,
        reordered=True,
        worker={"dead_run": 40},
    ),
    Fault(
        name="letters-replayed",
        description="1 article in 10 is dead, is corrected meanwhile, and is replayed",
        strike=flow,
        afterwards=replay_dead_letters,
        pipeline=ACTIONS,
        mix=Mix(actions={"fail": 10}, fixed=True),
        share=0.4,
        reordered=True,
    ),
    Fault(
        name="hanging",
        description="1 article in 25 hangs, SIGTERM, and kill -9",
        strike=hang,
        pipeline=ACTIONS,
        mix=Mix(actions={"hang": 25}),
        # Long enough that the row sees the stage stalled before the time limit ends it.
        worker={"article_seconds": 4, "pool_processes": 2},
        share=0.1,
    ),
    Fault(
        name="killers",
        description="1 article in 25 kills its pool process",
        strike=kill_with_articles,
        pipeline=ACTIONS,
        mix=Mix(actions={"die": 25}),
        share=0.1,
    ),
    Fault(
        name="broken-children",
        description="no pool process can start for a while",
        strike=break_pool_processes,
        pipeline=ACTIONS,
    ),
    Fault(
        name="too-large",
        description="1 result in 50 is larger than its topic allows",
        strike=flow,
        pipeline=ACTIONS,
        mix=Mix(actions={"grow": 50}),
        worker={"article_seconds": 10},
        share=0.2,
    ),
    Fault(
        name="bombs",
        description="1 page in 100 has 17 MB and is small only when compressed",
        strike=flow,
        mix=Mix(bombs=100),
        compression="lz4",
        share=0.2,
    ),
    Fault(
        name="forged",
        description="1 record in 4 has false headers about its origin",
        strike=flow,
        mix=Mix(forged=4),
        share=0.4,
    ),
)
