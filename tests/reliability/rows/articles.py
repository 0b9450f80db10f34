"""What is wrong with the articles, or with the work on them."""

import signal

from tests.reliability.articles import Mix
from tests.reliability.row import ACTIONS, Fault
from tests.reliability.running import WINDOW, Running
from tests.reliability.watched import RowError


def poison(run: Running) -> None:
    """Among it, the parents of two stages are killed."""
    with run.recovering() as recovers:
        for name in run.along(("clean", "entities"), 0.2, 0.3):
            run.kill(name)
            recovers(name)
    run.happened.append("1 in 20 is poison; clean and entities killed")


def hang(run: Running) -> None:
    """Articles that hang, those behind them done: the worker is stopped in good order, and killed."""
    for number in run.along((signal.SIGTERM, signal.SIGKILL, signal.SIGKILL), 0.1, 0.25, "entities"):
        run.until_still("entities", 0.8)
        run.kill("entities", number)
        run.recovers("entities")
    run.happened.append("entities stopped once and killed twice with hanging articles in flight")


def flow(run: Running) -> None:
    """Nothing is done beside what the articles do themselves."""
    run.quiet()
    run.happened.append("worked off")


def lose_children(run: Running) -> None:
    """Articles end the child that works on them; each time, until the stage goes on."""
    run.published()
    # Dead letters that never come are for the counting to tell: there is an end to the waiting.
    while run.dead_letters("entities") < run.poisoned and any(map(run.lag, ("clean", "entities"))):
        child = run.child("entities")
        run.until(lambda child=child: not child.is_running() or run.lag("entities") == 0, "it ends")
        if not child.is_running():
            run.recovers("entities")
    run.happened.append(f"{run.poisoned} articles have ended their child")


def all_bad(run: Running) -> None:
    """The limit stops the stage, a restart does not reset it; then it is fixed, and the dead letters
    replayed."""
    stopped = "stopped at the dead-letter limit"
    run.until(lambda: stopped in run.log("entities"), "the limit stops it")
    dead_letters = run.dead_letters("entities")
    before = run.log("entities").count(stopped)
    run.kill("entities", signal.SIGTERM)
    run.until(lambda: run.log("entities").count(stopped) > before, "after a restart it stands still again")
    # Read before the first article of the partition that is at the limit: a window's worth, at most.
    if run.dead_letters("entities") > dead_letters + WINDOW:
        raise RowError("a restart reset the limit")
    (run.folder / "fixed").touch()
    run.leave("entities")
    run.start("entities", more=["--acknowledge-dead-letters"])
    run.recovers("entities")
    run.happened.append(f"stood still at {dead_letters} dead letters, after a restart too; fixed, accepted")


def replay_dead_letters(run: Running) -> None:
    """Every dead letter, once the cause is gone."""
    run.quiet()
    dead_letters = run.dead_letters("entities")
    if not dead_letters:
        raise RowError("there are no dead letters")
    (run.folder / "fixed").touch()
    # Those older than a takedown of their article stay open: exit code 1.
    run.copydesk("dlq", "replay", "entities", "--all", "--yes", codes=(0, 1))
    run.copydesk("dlq", "drop", "entities", "--all", "--yes")
    run.quiet()
    run.happened.append(f"{dead_letters} dead letters replayed")


def break_children(run: Running) -> None:
    """From now on no child of entities can start; the one that runs is killed."""
    run.until_written("clean", 0.3)
    before = run.deaths("entities")
    (run.folder / "broken").touch()
    run.kill_child("entities")
    run.until(lambda: run.deaths("entities") > before + 1, "it starts in vain", 120)
    (run.folder / "broken").unlink()
    run.recovers("entities")
    run.happened.append(f"{run.deaths('entities') - before} restarts, all but the last in vain")


FAULTS = (
    Fault(
        name="poison",
        what="1 article in 20 is poison, and kill -9",
        strike=poison,
        pipeline=ACTIONS,
        mix=Mix(actions={"die": 333, "grow": 211, "fail": 40}, invalid=50),
        worker={"article_seconds": 10},
    ),
    Fault(
        name="all-bad",
        what="all articles are bad, then it is fixed and the dead letters are replayed",
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
        what="1 article in 10 is dead, corrected meanwhile, and replayed",
        strike=flow,
        afterwards=replay_dead_letters,
        pipeline=ACTIONS,
        mix=Mix(actions={"fail": 10}, fixed=True),
        share=0.4,
        reordered=True,
    ),
    Fault(
        name="hanging",
        what="1 article in 25 hangs, SIGTERM, and kill -9",
        strike=hang,
        pipeline=ACTIONS,
        mix=Mix(actions={"hang": 25}),
        # Long enough that the standstill is seen before it is over.
        worker={"article_seconds": 4, "pool_processes": 2},
        share=0.1,
    ),
    Fault(
        name="killers",
        what="1 article in 25 kills its child",
        strike=lose_children,
        pipeline=ACTIONS,
        mix=Mix(actions={"die": 25}),
        share=0.1,
    ),
    Fault(
        name="broken-children", what="no child can start for a while", strike=break_children, pipeline=ACTIONS
    ),
    Fault(
        name="too-large",
        what="1 result in 50 is larger than its topic takes",
        strike=flow,
        pipeline=ACTIONS,
        mix=Mix(actions={"grow": 50}),
        worker={"article_seconds": 10},
        share=0.2,
    ),
    Fault(
        name="bombs",
        what="1 page in 100 has 17 MB and is small only compressed",
        strike=flow,
        mix=Mix(bombs=100),
        compression="lz4",
        share=0.2,
    ),
    Fault(
        name="forged",
        what="1 record in 4 has false headers about where it comes from",
        strike=flow,
        mix=Mix(forged=4),
        share=0.4,
    ),
)
