"""Sinks that were stopped and wake up when another has taken over, and targets that fail side by side."""

import signal
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from agents.sinks.webhook.signature import webhook_id
from tests.reliability.observed import find
from tests.reliability.postgres import Postgres
from tests.reliability.receiver import Receiver, sink
from tests.reliability.row import Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

ANSWER_SECONDS = 0.03
#: Slow enough that a batch of the webhook takes as long as PostgreSQL is away.
SLOW_SECONDS = 0.4


def with_postgres(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """The sink rows writes to a PostgreSQL of this row's own."""
    server = stack.enter_context(Postgres())
    return {"database": server.url, "server": server}


def with_receiver(stack: ExitStack, folder: Path, seconds: float = ANSWER_SECONDS) -> dict[str, Any]:
    receiver = Receiver(seconds, keep=True)
    stack.callback(receiver.stop)
    return {"receiver": receiver, "more_sinks": {"posts": sink(receiver.url, folder / "pipeline")}}


def with_both(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """PostgreSQL, and a receiver that is slow."""
    return {**with_postgres(stack, folder), **with_receiver(stack, folder, SLOW_SECONDS)}


def freeze(run: Running, name: str, *, shared: bool = False) -> None:
    """SIGSTOP to a sink with a backlog, in mid-batch; another takes over, or, where they have `shared` the
    partitions, has all of them; SIGCONT."""
    run.leave(name)
    run.published()
    run.until_written("summaries", 1.0)
    run.start(name)
    if shared:
        run.start(f"{name}-2")
        run.until(lambda: run.members(name) == 2, "two share the partitions")
    run.until(lambda: sum(run.acknowledged(name).values()) > 0, "it has begun")
    process = psutil.Process(run.pid(name))
    process.suspend()
    began = time.monotonic()
    if not shared:
        run.start(f"{name}-2")
    if not run.lag(name):
        raise RowError("nothing was left for the other to do")
    run.until(partial(_goes_on, run, name, process.pid), "the other goes on, or says who keeps it waiting")
    waited = run.lag(name) > 0
    run.recoveries.append(time.monotonic() - began)
    ports = {one.laddr.port for one in process.net_connections()}
    _wake(run, name, process, ports)
    run.happened.append("it ended when it woke" + (", until then the other waited and named it" * waited))


def _goes_on(run: Running, name: str, stopped: int) -> bool:
    return run.lag(name) == 0 or f"held by process {stopped}, which is stopped" in run.log(f"{name}-2")


def _wake(run: Running, name: str, process: psutil.Process, ports: set[int]) -> None:
    """It may post nothing more: neither on the connections that it has, nor older over newer."""
    newest: dict[Any, int] = {}
    before = len(run.receiver.kept) if run.receiver else 0
    process.send_signal(signal.SIGCONT)
    run.until(lambda: run.pid(name) != process.pid, "it notices and ends", 60)
    if run.receiver is None:
        return
    for nth, one in enumerate(list(run.receiver.kept)):
        its_own, older = one.port in ports, one.offset < newest.get(one.key, -1)
        if nth >= before and (its_own or older):
            where = "on a connection of its own" if its_own else "from another process, behind a newer one"
            raise RowError(f"when it woke, {one.event} was posted {where}")
        newest[one.key] = max(newest.get(one.key, -1), one.offset)
    if run.receiver.broken_off:
        run.happened.append(f"{run.receiver.broken_off} requests broken off, their bodies never sent")


def all_posted(run: Running) -> None:
    """Every finished record has come to the receiver."""
    finished = find(run).finished
    wanted = {webhook_id(one.event) for one in finished}
    came = {one.event for one in run.receiver.kept}
    if wanted - came:
        raise RowError(f"{len(wanted - came)} records were not posted")
    run.happened.append(f"{len(wanted):,} records posted, {len(run.receiver.kept) - len(came):,} twice")


def kill_database(run: Running) -> None:
    """PostgreSQL killed while rows and posts are in mid-batch, and back after 15 s: longer than a batch."""
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
        raise RowError(f"only of {left} something was left")
    run.recovers("rows")
    began, before = time.monotonic(), run.receiver.posted
    run.until(lambda: run.lag("rows") == 0, "rows is through")
    took = time.monotonic() - began
    both = (run.receiver.posted - before) / took if took > 1 else alone
    run.happened.append(
        f"{alone:.1f} posts a second without PostgreSQL and {both:.1f} beside it;"
        f" rows was through {took:.0f} s later, when {run.lag('posts')} were still to be posted"
    )
    if alone < 0.5 * both or run.deaths("posts"):
        raise RowError("the webhook was held up by PostgreSQL")


FAULTS = (
    Fault(
        name="sink-frozen-sql",
        what="SIGSTOP of a sink to SQLite in mid-batch, then SIGCONT",
        strike=partial(freeze, name="rows"),
    ),
    Fault(
        name="sink-frozen-postgresql",
        what="SIGSTOP of a sink to PostgreSQL in mid-batch, then SIGCONT",
        strike=partial(freeze, name="rows"),
        around=with_postgres,
    ),
    Fault(
        name="sink-frozen-webhook",
        what="SIGSTOP of a webhook in mid-batch, then SIGCONT",
        strike=partial(freeze, name="posts"),
        around=with_receiver,
        afterwards=all_posted,
    ),
    Fault(
        name="sink-frozen-webhook-shared",
        what="SIGSTOP of one of two webhooks in mid-batch, then SIGCONT",
        strike=partial(freeze, name="posts", shared=True),
        around=with_receiver,
        afterwards=all_posted,
    ),
    Fault(
        name="database-killed-receiver-slow",
        what="PostgreSQL killed in mid-batch while the webhook is slow",
        strike=kill_database,
        around=with_both,
        afterwards=all_posted,
    ),
)
