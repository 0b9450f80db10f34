"""Faults in which a sink is suspended, another one takes over, and the first one wakes up."""

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tests.reliability.row import PORTIONS, Fault
from tests.reliability.rows.workers import BEYOND_THE_SESSION
from tests.reliability.running import Running
from tests.reliability.watched import RowError

ROUNDS = 3


def freeze(name: str, run: Running) -> None:
    """SIGSTOP to a sink when it has records; another one takes over and continues; SIGCONT."""
    for _ in range(ROUNDS):
        for victim in run.at_work([name]):
            _freeze(run, victim)
    run.happened.append(f"suspended {ROUNDS} times beyond its session, and exited each time when it woke up")


def _freeze(run: Running, name: str) -> None:
    process, other, began = psutil.Process(run.pid(name)), f"{name}-2", time.monotonic()
    process.send_signal(signal.SIGSTOP)
    run.start(other)
    run.go_on()
    run.recovers(name)
    time.sleep(max(0.0, began + BEYOND_THE_SESSION - time.monotonic()))
    process.send_signal(signal.SIGCONT)
    run.until(lambda: run.pid(name) != process.pid, "it notices and exits", 60)
    run.until(lambda: run.members(name) == 2, "it is back")
    run.leave(other)
    run.until(lambda: run.members(name) == 1, "it has all partitions")


def with_parquet(_: ExitStack, folder: Path) -> dict[str, Any]:
    return {"more_sinks": {"parquet": f'kind = "parquet"\nfolder = "{folder / "pipeline" / "parquet"}"'}}


def finish_parquet(run: Running) -> None:
    """What is still in journals becomes a file when the sink exits normally."""
    run.leave("parquet")
    if left := list((run.folder / "parquet" / "_journal").iterdir()):
        raise RowError(f"{len(left)} journals are left")


def frozen(kind: str, sink: str, **options: Any) -> Fault:
    """The row of a sink, by its kind and its name in the configuration."""
    strike: Callable[[Running], None] = partial(freeze, sink)
    fault = "suspended beyond its session in mid-batch, another takes over, it wakes up; 3 times"
    return Fault(
        name=f"sink-frozen-{kind}",
        description=f"the sink {kind} {fault}",
        strike=strike,
        portions=PORTIONS,
        **options,
    )


FAULTS = (
    frozen("jsonl", "lines"),
    frozen("parquet", "parquet", around=with_parquet, afterwards=finish_parquet),
)
