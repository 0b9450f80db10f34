"""One row of the table: start, publish, inject the fault, wait until everything is processed, count."""

import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.reliability.articles import Mix, articles
from tests.reliability.counts import Counts, Expected, judge
from tests.reliability.observed import observe, revision
from tests.reliability.publisher import Publisher
from tests.reliability.running import Running, start_kafka
from tests.reliability.watched import RowError

#: Records that a row publishes by default.
ARTICLES = 5000
#: More than the processes that a row kills one after the other, so that some records are left until the end.
PORTIONS = 12
#: How long a row that has failed may take to process the rest.
STUCK_SECONDS = 60
#: The pipeline, with what a fault needs inside its processes.
ACTIONS = "tests.reliability.pipeline"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A row: what happens to the pipeline while articles are in flight. `strike` adds to `happened` what it
    did."""

    name: str
    description: str
    strike: Callable[[Running], None]
    nodes: int = 1
    real: bool = False
    """With the real models; else articles pass without entities."""
    pipeline: str = "agents"
    """`ACTIONS` if articles or mutants do something in the processes of the pipeline."""
    mix: Mix = field(default_factory=Mix)
    rate: float | None = None
    """Records published per second, for `ARTICLES` records; None: as fast as Kafka accepts them."""
    portions: int = 1
    """How many portions are published, each when the fault asks for it, so that work is left."""
    compression: str | None = None
    """The compression of the published records."""
    share: float = 1.0
    """The share of the requested articles that this row publishes."""
    worker: Mapping[str, Any] = field(default_factory=dict)
    around: Callable[[ExitStack, Path], dict[str, Any]] = lambda _, __: {}
    """What else the row needs (a proxy, a database): arguments for `Running`."""
    reordered: bool = False
    """Dead letters are replayed after newer revisions, so topics may end on an older one."""
    afterwards: Callable[[Running], None] = lambda _: None
    """Runs when everything is processed, before the counting."""


@dataclass(kw_only=True)
class Row:
    """The result of a fault. `failure` is empty if all counts are as they must be."""

    fault: str
    description: str
    articles: int = 0
    counts: Counts = field(default_factory=Counts)
    happened: list[str] = field(default_factory=list)
    recovery: float | None = None
    seconds: float = 0
    failure: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def run(
    fault: Fault, count: int, seed: int, folder: Path, report: Callable[[str], None], own: Mapping[str, str]
) -> Row:
    """Run one fault. Whatever goes wrong, in the pipeline or in the row itself, is in the row's `failure`."""
    began, row = time.monotonic(), Row(fault=fault.name, description=fault.description)
    try:
        _run(row, fault, count, seed, folder, report, own)
    except RowError as error:
        row.failure = str(error)
    except Exception as error:  # noqa: BLE001 - a crash of this row must not end the others
        row.failure = f"the row itself failed: {type(error).__name__}: {error}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "crash.txt").write_text(traceback.format_exc())
    row.seconds = time.monotonic() - began
    return row


def _run(
    row: Row,
    fault: Fault,
    count: int,
    seed: int,
    folder: Path,
    report: Callable[[str], None],
    own: Mapping[str, str],
) -> None:
    records = list(articles(max(50, int(count * fault.share)), seed, fault.mix))
    row.articles = len(records)
    with ExitStack() as stack:
        report("starting Kafka and the pipeline")
        running = _pipeline(stack, fault, folder, own)
        rate = None if fault.rate is None else fault.rate * count / ARTICLES
        publisher = Publisher(running.settings, running.raw, records, rate, fault.compression, fault.portions)
        running.publisher = publisher
        publisher.start()
        failure = _strike(fault, running, report)
        row.happened, row.recovery = running.happened, max(running.recoveries, default=None)
        report("counting")
        # A row in which Kafka's data are lost publishes again, with another publisher.
        publisher = running.publisher
        row.counts = judge(observe(running), _expected(running, publisher))
    wrong = row.counts.wrong(reordered=fault.reordered)
    failures = [f"{name}: {value}" for name, value in wrong.items()]
    confirmed = {placed.record.poison for placed in publisher.confirmed}
    absent = {record.poison for record in records} - confirmed
    failures += [f"no record that must be dead with {reason} was confirmed" for reason in absent]
    row.failure = "; ".join([*filter(None, [failure]), *failures, *row.counts.astray])


def _pipeline(stack: ExitStack, fault: Fault, folder: Path, own: Mapping[str, str]) -> Running:
    """Start Kafka and the processes of the pipeline; the stack ends them."""
    more = fault.around(stack, folder)
    kafka = more.pop("kafka", None) or stack.enter_context(start_kafka(folder, fault.nodes))
    running = Running(
        kafka=kafka,
        folder=folder / "pipeline",
        pipeline_name=fault.pipeline,
        worker=fault.worker,
        own=dict(more.pop("own", {})) | dict(own),
        real=fault.real,
        **more,
    )
    running.set_up()
    stack.callback(running.stop)
    running.start()
    return running


def _strike(fault: Fault, running: Running, report: Callable[[str], None]) -> str:
    try:
        report("injecting the fault")
        fault.strike(running)
        report("processing the rest")
        running.quiet()
        fault.afterwards(running)
    except RowError as error:
        with suppress(RowError):
            # Only lost records must be counted, not those that still wait.
            running.quiet(STUCK_SECONDS)
        return str(error)
    return "" if running.happened else "the fault was not injected"


def _expected(running: Running, publisher: Publisher) -> Expected:
    confirmed = {(running.raw, placed.partition, placed.offset): placed for placed in publisher.confirmed}
    return Expected(
        confirmed={
            origin: revision(placed.record.key, placed.at, placed.record.value)
            for origin, placed in confirmed.items()
        },
        poison={origin: placed.record.poison for origin, placed in confirmed.items() if placed.record.poison},
        gone=frozenset(running.gone),
    )
