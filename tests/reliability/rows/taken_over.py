"""Sinks that are suspended and wake up when another has taken over, and targets that fail together."""

import signal
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from agents.sinks.webhook.signature import webhook_id
from tests.reliability.observed import observe
from tests.reliability.postgres import Postgres
from tests.reliability.receiver import Receiver, sink
from tests.reliability.row import Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

ANSWER_SECONDS = 0.03
#: Slow enough that a batch of the webhook takes as long as PostgreSQL is unavailable.
SLOW_SECONDS = 0.4


def with_postgres(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """The sink `rows` writes to a PostgreSQL of this row."""
    server = stack.enter_context(Postgres())
    return {"database": server.url, "server": server}


def with_receiver(stack: ExitStack, folder: Path, seconds: float = ANSWER_SECONDS) -> dict[str, Any]:
    receiver = Receiver(seconds, keep=True)
    stack.callback(receiver.stop)
    return {"receiver": receiver, "more_sinks": {"posts": sink(receiver.url, folder / "pipeline")}}


def with_both(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """PostgreSQL, and a slow receiver."""
    return {**with_postgres(stack, folder), **with_receiver(stack, folder, SLOW_SECONDS)}


def freeze(run: Running, name: str, *, shared: bool = False) -> None:
    """SIGSTOP to a sink with a backlog, in mid-batch; another one takes over; SIGCONT.

    With `shared`, the other one already has some of the partitions, and gets all of them.
    """
    run.leave(name)
    run.published()
    run.until_written("summaries", 1.0)
    run.start(name)
    if shared:
        run.start(f"{name}-2")
        run.until(lambda: run.members(name) == 2, "two share the partitions")
    run.until(lambda: sum(run.acknowledged(name).values()) > 0, "it has acknowledged a record")
    process = psutil.Process(run.pid(name))
    process.suspend()
    began = time.monotonic()
    if not shared:
        run.start(f"{name}-2")
    if not run.lag(name):
        raise RowError("the other process has no work left")
    run.until(
        partial(_continues, run, name, process.pid), "the other continues, or logs which process it waits for"
    )
    waited = run.lag(name) > 0
    run.recoveries.append(time.monotonic() - began)
    ports = {connection.laddr.port for connection in process.net_connections()}
    _wake(run, name, process, ports)
    run.happened.append("it exited when it woke up" + (", until then the other waited and named it" * waited))


def _continues(run: Running, name: str, stopped: int) -> bool:
    return run.lag(name) == 0 or f"held by process {stopped}, which is stopped" in run.log(f"{name}-2")


def _wake(run: Running, name: str, process: psutil.Process, ports: set[int]) -> None:
    """It must post nothing more, neither on its connections, nor older records after newer ones."""
    newest: dict[Any, int] = {}
    before = len(run.receiver.kept) if run.receiver else 0
    process.send_signal(signal.SIGCONT)
    run.until(lambda: run.pid(name) != process.pid, "it notices and exits", 60)
    if run.receiver is None:
        return
    for position, posted in enumerate(list(run.receiver.kept)):
        own, older = posted.port in ports, posted.offset < newest.get(posted.key, -1)
        if position >= before and (own or older):
            sender = "on its own connection" if own else "by another process, after a newer record"
            raise RowError(f"when it woke up, {posted.event} was posted {sender}")
        newest[posted.key] = max(newest.get(posted.key, -1), posted.offset)
    if run.receiver.broken_off:
        run.happened.append(f"{run.receiver.broken_off} requests broken off, their bodies never sent")


def all_posted(run: Running) -> None:
    """The receiver has every finished record."""
    finished = observe(run).finished
    wanted = {webhook_id(record.event) for record in finished}
    received = {posted.event for posted in run.receiver.kept}
    if wanted - received:
        raise RowError(f"{len(wanted - received)} records were not posted")
    run.happened.append(f"{len(wanted):,} records posted, {len(run.receiver.kept) - len(received):,} twice")


def kill_database(run: Running) -> None:
    """Kill PostgreSQL while `rows` and `posts` are in mid-batch, for 15 s, which is longer than a batch."""
    for name in ("rows", "posts"):
        run.leave(name)
    run.published()
    run.until_written("summaries", 1.0)
    run.start("posts")
    run.until(lambda: run.receiver.posted, "posts is at work")
    run.start("rows")
    run.until(lambda: sum(run.acknowledged("rows").values()) > 0, "rows is at work")
    run.server.kill()
    began, before = time.monotonic(), run.receiver.posted
    time.sleep(15)
    alone = (run.receiver.posted - before) / (time.monotonic() - began)
    left = [name for name in ("rows", "posts") if run.lag(name)]
    run.server.start()
    if len(left) < 2:
        raise RowError(f"only {left} had records left")
    run.recovers("rows")
    began, before = time.monotonic(), run.receiver.posted
    run.until(lambda: run.lag("rows") == 0, "rows has caught up")
    seconds = time.monotonic() - began
    both = (run.receiver.posted - before) / seconds if seconds > 1 else alone
    run.happened.append(
        f"{alone:.1f} posts a second without PostgreSQL and {both:.1f} beside it;"
        f" rows had caught up {seconds:.0f} s later, when {run.lag('posts')} were still to be posted"
    )
    if alone < 0.5 * both or run.restarts("posts"):
        raise RowError("PostgreSQL delayed the webhook")


FAULTS = (
    Fault(
        name="sink-frozen-sql",
        description="SIGSTOP of a sink to SQLite in mid-batch, then SIGCONT",
        strike=partial(freeze, name="rows"),
    ),
    Fault(
        name="sink-frozen-postgresql",
        description="SIGSTOP of a sink to PostgreSQL in mid-batch, then SIGCONT",
        strike=partial(freeze, name="rows"),
        around=with_postgres,
    ),
    Fault(
        name="sink-frozen-webhook",
        description="SIGSTOP of a webhook in mid-batch, then SIGCONT",
        strike=partial(freeze, name="posts"),
        around=with_receiver,
        afterwards=all_posted,
    ),
    Fault(
        name="sink-frozen-webhook-shared",
        description="SIGSTOP of one of two webhooks in mid-batch, then SIGCONT",
        strike=partial(freeze, name="posts", shared=True),
        around=with_receiver,
        afterwards=all_posted,
    ),
    Fault(
        name="database-killed-receiver-slow",
        description="PostgreSQL killed in mid-batch while the webhook is slow",
        strike=kill_database,
        around=with_both,
        afterwards=all_posted,
    ),
)
