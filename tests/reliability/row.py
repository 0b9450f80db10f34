"""One row of the table: start, publish, strike, wait for quiet, count."""

import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.reliability.articles import Mix, articles
from tests.reliability.counts import Counts, Expected, judge
from tests.reliability.observed import find, revision
from tests.reliability.publisher import Publisher
from tests.reliability.running import Running, a_kafka
from tests.reliability.watched import RowError

#: As many are published in a row, unless told otherwise.
ARTICLES = 5000
#: More than the processes that a row strikes one after the other, so that some are left for the working off.
PORTIONS = 12
#: How long a row that has failed may take to work off the rest.
STUCK_SECONDS = 60
#: The pipeline itself, and what a fault needs inside its processes.
ACTIONS = "tests.reliability.pipeline"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A row: what is done to the pipeline while articles flow. `strike` notes in `happened` that it was
    done."""

    name: str
    what: str
    strike: Callable[[Running], None]
    nodes: int = 1
    real: bool = False
    """With the real models; else articles go through without entities."""
    pipeline: str = "agents"
    """`ACTIONS`, where articles or mutants are to do something in its processes."""
    mix: Mix = field(default_factory=Mix)
    rate: float | None = None
    """Records published a second, of `ARTICLES`; None: as fast as Kafka takes them."""
    portions: int = 1
    """In so many they are published, each when the fault asks for it: there is work left for the last."""
    compression: str | None = None
    """Of what is published."""
    share: float = 1.0
    """How many of the articles asked for."""
    worker: Mapping[str, Any] = field(default_factory=dict)
    around: Callable[[ExitStack, Path], dict[str, Any]] = lambda _, __: {}
    """What else is needed around the pipeline (a proxy, a database): arguments for `Running`."""
    reordered: bool = False
    """Dead letters are replayed, behind newer revisions: topics may end on the older."""
    afterwards: Callable[[Running], None] = lambda _: None
    """What is done when all is quiet, before the counting."""


@dataclass(kw_only=True)
class Row:
    """What a fault did. `failure` is empty where all counts are as they must be."""

    fault: str
    what: str
    articles: int = 0
    counts: Counts = field(default_factory=Counts)
    happened: list[str] = field(default_factory=list)
    recovery: float | None = None
    seconds: float = 0
    failure: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def run(
    fault: Fault, count_of: int, seed: int, folder: Path, tell: Callable[[str], None], own: Mapping[str, str]
) -> Row:
    """Run one fault. Whatever goes wrong, with the pipeline or with the row itself, the row says it."""
    began, row = time.monotonic(), Row(fault=fault.name, what=fault.what)
    try:
        _run(row, fault, count_of, seed, folder, tell, own)
    except RowError as error:
        row.failure = str(error)
    except Exception as error:  # noqa: BLE001 - one row's crash ends no other
        row.failure = f"the row itself failed: {type(error).__name__}: {error}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "crash.txt").write_text(traceback.format_exc())
    row.seconds = time.monotonic() - began
    return row


def _run(
    row: Row,
    fault: Fault,
    count_of: int,
    seed: int,
    folder: Path,
    tell: Callable[[str], None],
    own: Mapping[str, str],
) -> None:
    made = list(articles(max(50, int(count_of * fault.share)), seed, fault.mix))
    row.articles = len(made)
    with ExitStack() as stack:
        tell("starting Kafka and the pipeline")
        running = _pipeline(stack, fault, folder, own)
        rate = None if fault.rate is None else fault.rate * count_of / ARTICLES
        publisher = Publisher(running.settings, running.raw, made, rate, fault.compression, fault.portions)
        running.publisher = publisher
        publisher.start()
        failure = _strike(fault, running, tell)
        row.happened, row.recovery = running.happened, max(running.recoveries, default=None)
        tell("counting")
        # A row in which Kafka is lost publishes again.
        publisher = running.publisher
        row.counts = judge(find(running), _expected(running, publisher))
    wrong = row.counts.wrong(reordered=fault.reordered)
    report = [f"{name}: {value}" for name, value in wrong.items()]
    absent = {one.poison for one in made} - {one.made.poison for one in publisher.confirmed}
    report += [f"nothing that is to be {reason} was confirmed" for reason in absent]
    row.failure = "; ".join([*filter(None, [failure]), *report, *row.counts.astray])


def _pipeline(stack: ExitStack, fault: Fault, folder: Path, own: Mapping[str, str]) -> Running:
    """Kafka and the pipeline's processes, started; the stack ends them."""
    given = fault.around(stack, folder)
    kafka = given.pop("kafka", None) or stack.enter_context(a_kafka(folder, fault.nodes))
    running = Running(
        kafka=kafka,
        folder=folder / "pipeline",
        pipeline_name=fault.pipeline,
        worker=fault.worker,
        own=dict(given.pop("own", {})) | dict(own),
        real=fault.real,
        **given,
    )
    running.set_up()
    stack.callback(running.stop)
    running.start()
    return running


def _strike(fault: Fault, running: Running, tell: Callable[[str], None]) -> str:
    try:
        tell("the fault")
        fault.strike(running)
        tell("working off")
        running.quiet()
        fault.afterwards(running)
    except RowError as error:
        with suppress(RowError):
            # What is counted is what is lost, not what is still to come.
            running.quiet(STUCK_SECONDS)
        return str(error)
    return "" if running.happened else "the fault was not injected"


def _expected(running: Running, publisher: Publisher) -> Expected:
    placed = {(running.raw, one.partition, one.offset): one for one in publisher.confirmed}
    return Expected(
        confirmed={
            origin: revision(one.made.key, (one.timestamp, one.partition, one.offset), one.made.value)
            for origin, one in placed.items()
        },
        poison={origin: one.made.poison for origin, one in placed.items() if one.made.poison},
        gone=frozenset(running.gone),
    )
