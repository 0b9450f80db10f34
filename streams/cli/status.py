import time
from collections.abc import Iterator, Mapping

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from streams.cli.options import load
from streams.errors import BrokerError
from streams.exit_codes import ExitCode
from streams.inspection.reconciliation import Reconciliation
from streams.inspection.status import (
    ComponentStatus,
    Status,
    as_plain,
    rates,
    read_status,
)
from streams.kafka.open_transactions import OpenTransaction
from streams.printable import one_line
from streams.terminal import Terminal

MANUAL = "docs/operations/runbook.md#open-transactions"
COLUMNS = ("", "reads", "lag", "oldest", "sent", "discarded", "dead", "workers", "state")
STYLES = {
    "drained": "green",
    "working": "cyan",
    "rebalancing": "yellow",
    **dict.fromkeys(("held", "no worker", "no topic"), "red"),
}


def status(
    *,
    reconcile: bool | None,
    watch: bool,
    every: float,
    bootstrap_servers: str | None,
    prefix: str | None,
    as_json: bool,
) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)

    def look() -> Status:
        return read_status(settings, pipeline, with_reconciliation=reconcile)

    def looks() -> Iterator[Status | BrokerError]:
        """The first look must succeed; later Kafka may be unavailable for a while."""
        yield look()
        while True:
            time.sleep(every)
            try:
                yield look()
            except BrokerError as error:
                yield error

    try:
        if not watch:
            _show(look(), as_json=as_json)
        elif as_json:
            for now in looks():
                if isinstance(now, Status):
                    _show(now, as_json=True)
                else:
                    typer.echo(f"copydesk: {now}", err=True)
        else:
            _watch(looks())
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.DONE) from None


def _show(now: Status, *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(as_plain(now)).decode())
    else:
        Terminal().print(page(now, {}))


def _watch(looks: Iterator[Status | BrokerError]) -> None:
    """Show each look in the place of the one before it, with the records sent per second since then."""
    before: Status | None = None
    shown: RenderableType = ""
    since = time.monotonic()
    with Live(console=Terminal(), auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as live:
        for now in looks:
            if isinstance(now, BrokerError):
                live.update(Group(shown, Text(f"{now}; this is how it was before", "red")), refresh=True)
                continue
            moment = time.monotonic()
            speed = rates(before.stages, now.stages, moment - since) if before else {}
            shown = page(now, speed)
            live.update(shown, refresh=True)
            before, since = now, moment


def page(now: Status, speed: Mapping[str, float]) -> RenderableType:
    """The table and the line under it. `speed` is stage → records per second."""
    table = Table(*COLUMNS, header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number in range(2, 8):
        table.columns[number].justify = "right"
    for stage in now.stages:
        table.add_row(*_cells(stage, speed.get(stage.name)))
    for sink in now.sinks:
        table.add_row(*_cells(sink, None, kind="sink "))
    transactions = (_transaction(transaction) for transaction in now.transactions)
    return Group(table, Text(_reconciliation_line(now)), *transactions)


def _transaction(transaction: OpenTransaction) -> Text:
    return Text(f"{one_line(str(transaction))}. The reconciliation does not count them; {MANUAL}", "red")


def _cells(status: ComponentStatus, speed: float | None, kind: str = "") -> tuple[str | Text, ...]:
    return (
        kind + status.name,
        status.reads.rpartition(".")[2],
        _number(status.lag),
        "-" if status.age is None else f"{status.age:,.0f} s",
        _number(status.sent) + (f" ({speed:.1f}/s)" if speed is not None else ""),
        _number(status.discarded),
        _number(status.dead),
        _number(status.members),
        Text(status.state, style=STYLES.get(status.state, "")),
    )


def _reconciliation_line(now: Status) -> str:
    if now.reconciliation is not None:
        return reconciliation_words(now.reconciliation)
    return f"not reconciled: it would read {now.records:,} records; --reconcile does"


def reconciliation_words(reconciliation: Reconciliation) -> str:
    """`9 raw = 5 finished + 2 discarded (too-short 2) + 1 dead (invalid 1) + 0 removed + 1 waiting`."""
    discarded = _with_reasons("discarded", reconciliation.discarded)
    dead = _with_reasons("dead", reconciliation.dead)
    rest = f"{reconciliation.removed:,} removed + {reconciliation.waiting:,} waiting"
    counts = f"{reconciliation.raw:,} raw = {_finished(reconciliation)} + {discarded} + {dead} + {rest}"
    return counts + _open(reconciliation) + _deleted(reconciliation)


def _finished(reconciliation: Reconciliation) -> str:
    """`5 finished`; in a pipeline with branches `5 finished (summaries 6, alerts 2)`: what each end holds.

    An end may also hold articles that are dead or waiting on another branch: these are not finished.
    """
    ends = reconciliation.finished_on if len(reconciliation.finished_on) > 1 else {}
    return f"{reconciliation.finished:,} finished" + (f" ({_counts(ends)})" if ends else "")


def _deleted(reconciliation: Reconciliation) -> str:
    if not reconciliation.deleted:
        return ""
    return (
        f"; up to {reconciliation.deleted:,} records were deleted while they were counted:"
        " some articles may be counted as waiting by mistake; run it again"
    )


def _open(reconciliation: Reconciliation) -> str:
    """`; 7 dead letters open` where the dead are not as many: some were resolved, or failed again."""
    count = sum(reconciliation.open_dead_letters.values())
    differs = reconciliation.open_dead_letters and count != sum(reconciliation.dead.values())
    return f"; {count:,} dead letters open" if differs else ""


def _with_reasons(outcome: str, reasons: Mapping[str, int]) -> str:
    return f"{sum(reasons.values()):,} {outcome}" + (f" ({_counts(reasons)})" if reasons else "")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"
