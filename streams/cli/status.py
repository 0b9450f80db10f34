import time
from collections.abc import Iterator, Mapping
from typing import Annotated

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from streams.cli.options import AsJson, BootstrapServers, Prefix
from streams.core.pipeline import load_pipeline
from streams.errors import BrokerError
from streams.inspection.reconciliation import Reconciliation
from streams.inspection.status import (
    RECONCILED_RECORDS,
    ComponentStatus,
    Status,
    as_plain,
    rates,
    read_status,
)
from streams.kafka.open_transactions import OpenTransaction
from streams.printable import one_line
from streams.settings import load_settings
from streams.terminal import Terminal

MANUAL = "docs/operations.md#open-transactions"
COLUMNS = ("", "reads", "lag", "oldest", "sent", "discarded", "dead", "workers", "state")
STYLES = {
    "drained": "green",
    "working": "cyan",
    "rebalancing": "yellow",
    "held": "red",
    "no worker": "red",
    "no topic": "red",
}


def status(
    reconcile: Annotated[
        bool | None,
        typer.Option(
            help="Count what became of every article. It reads all topics,"
            f" so by default only up to {RECONCILED_RECORDS:,} records."
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks.")] = 2.0,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    as_json: AsJson = False,
) -> None:
    """Show each stage and sink: how far behind, what it wrote, its workers; then what became of all articles.

    Everything is read from Kafka, so it says the same on every machine and when no worker runs.

    Example: copydesk status --watch
    """
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    pipeline = load_pipeline(settings)

    def look() -> Status:
        return read_status(settings, pipeline, with_reconciliation=reconcile)

    def looks() -> Iterator[Status | BrokerError]:
        """The first must succeed; later Kafka may be away for a while."""
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
        raise typer.Exit(0) from None


def _show(now: Status, *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(as_plain(now)).decode())
    else:
        Terminal().print(page(now, {}))


def _watch(looks: Iterator[Status | BrokerError]) -> None:
    """Each look in the place of the one before it, with what was sent a second since."""
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
    """The table and the line under it. `speed` is stage → records a second."""
    table = Table(*COLUMNS, header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for number in range(2, 8):
        table.columns[number].justify = "right"
    for one in now.stages:
        table.add_row(*_cells(one, speed.get(one.name)))
    for one in now.sinks:
        table.add_row(*_cells(one, None, kind="sink "))
    return Group(table, Text(_reconciliation_line(now)), *(_transaction(one) for one in now.transactions))


def _transaction(one: OpenTransaction) -> Text:
    return Text(f"{one_line(str(one))}. They are in no count of the account; {MANUAL}", "red")


def _cells(one: ComponentStatus, speed: float | None, kind: str = "") -> tuple[str | Text, ...]:
    sent = _number(one.sent) + (f" ({speed:.1f}/s)" if speed is not None else "")
    return (
        kind + one.name,
        one.reads.rpartition(".")[2],
        _number(one.lag),
        "-" if one.age is None else f"{one.age:,.0f} s",
        sent,
        _number(one.discarded),
        _number(one.dead),
        _number(one.members),
        Text(one.state, style=STYLES.get(one.state, "")),
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
    """`5 finished`; in a pipeline with branches `5 finished (summaries 6, alerts 2)`: what lies on each end.

    An article that is dead or waits on another branch lies there too, and is not finished.
    """
    ends = reconciliation.finished_on if len(reconciliation.finished_on) > 1 else {}
    return f"{reconciliation.finished:,} finished" + (f" ({_counts(ends)})" if ends else "")


def _deleted(reconciliation: Reconciliation) -> str:
    if not reconciliation.deleted:
        return ""
    return (
        f"; up to {reconciliation.deleted:,} records were deleted while they were counted:"
        " some articles may only seem to wait, look again"
    )


def _open(reconciliation: Reconciliation) -> str:
    """`; 7 dead letters open` where that is not the number of the dead: some were resolved, or died again."""
    count = sum(reconciliation.open_dead_letters.values())
    return (
        f"; {count:,} dead letters open"
        if reconciliation.open_dead_letters and count != sum(reconciliation.dead.values())
        else ""
    )


def _with_reasons(outcome: str, reasons: Mapping[str, int]) -> str:
    return f"{sum(reasons.values()):,} {outcome}" + (f" ({_counts(reasons)})" if reasons else "")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"
