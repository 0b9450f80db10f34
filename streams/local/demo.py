"""The demo: a real Kafka, every stage, some pages, and the outcome of each of them."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.core.record_headers import received
from streams.errors import CannotStart, Interrupted
from streams.ingest.files import ReadOptions, RejectedInput, find_sources, read_sources
from streams.ingest.publisher import publish
from streams.inspection.reconciliation import Reconciliation
from streams.inspection.status import read_status
from streams.kafka import client
from streams.kafka.reader import as_message, extents, scan
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.local.supervisor import Supervisor, environment
from streams.settings import Settings

PARTITIONS = 4
#: If nothing happens for this long, a stage hangs, and the demo fails.
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """The records of the demo's topics. `seconds`: from the first page published to the last outcome."""

    reconciliation: Reconciliation
    finished: Sequence[Message]
    discarded: Sequence[Message]
    dead: Sequence[Message]
    seconds: float


@contextmanager
def pipeline_in_a_folder(
    settings: Settings, pipeline: Pipeline, say: Callable[[str], None]
) -> Iterator[tuple[Settings, Supervisor]]:
    """A broker and the stages, with their data in a folder that is kept only if something goes wrong."""
    folder = Path(tempfile.mkdtemp(prefix="copydesk-demo-"))
    try:
        with _started(settings, pipeline, folder, say) as started:
            yield started
    except (KeyboardInterrupt, Interrupted):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(
    settings: Settings, pipeline: Pipeline, folder: Path, say: Callable[[str], None]
) -> Iterator[tuple[Settings, Supervisor]]:
    with ExitStack() as stack:
        say("starting Kafka")
        node = stack.enter_context(Broker(folder / "kafka"))
        changes = {"bootstrap_servers": node.bootstrap_servers, "partitions": PARTITIONS}
        ours = settings.model_copy(update=changes)
        create_topics(ours, pipeline.all_topics())
        quiet = {**environment(ours), "COPYDESK_PROBES__PORT": "0"}
        supervisor = Supervisor(quiet, ours.worker.stop_seconds, output=folder)
        stack.callback(supervisor.stop)
        stack.callback(say, "stopping")
        say(f"starting {', '.join(stage.name for stage in pipeline.stages)}")
        for stage in pipeline.stages:
            supervisor.start(stage.name, ["worker", stage.name])
        yield ours, supervisor


def run(
    settings: Settings,
    pipeline: Pipeline,
    supervisor: Supervisor,
    paths: Sequence[str],
    *,
    reject: Callable[[RejectedInput], None],
    progress: Callable[[Reconciliation], None],
) -> DemoResult:
    """Publish the pages and wait until each has its outcome. Raises `CannotStart` if that stalls."""
    first = pipeline.stages[0].reads.full_name
    inputs = read_sources(find_sources(paths, ReadOptions()), ReadOptions())
    began = time.monotonic()
    publish(settings, first, inputs, reject=reject)
    return DemoResult(
        reconciliation=_wait(settings, pipeline, supervisor, progress),
        seconds=time.monotonic() - began,
        finished=_records(settings, [topic.name for topic in pipeline.last]),
        discarded=_records(settings, sorted({stage.discards.name for stage in pipeline.stages})),
        dead=_records(settings, [stage.dead.name for stage in pipeline.stages]),
    )


def _wait(
    settings: Settings, pipeline: Pipeline, supervisor: Supervisor, progress: Callable[[Reconciliation], None]
) -> Reconciliation:
    waiting, deadline = -1, time.monotonic() + PATIENCE_SECONDS
    while True:
        supervisor.look()
        reconciliation = read_status(settings, pipeline, with_reconciliation=True).reconciliation
        if reconciliation is None:
            raise AssertionError("the reconciliation was requested")
        progress(reconciliation)
        if reconciliation.waiting == 0:
            return reconciliation
        if reconciliation.waiting != waiting:
            waiting, deadline = reconciliation.waiting, time.monotonic() + PATIENCE_SECONDS
        if time.monotonic() > deadline:
            raise CannotStart(f"{waiting} pages are stuck; the logs of the stages are in {supervisor.output}")
        time.sleep(LOOK_SECONDS)


def _records(settings: Settings, names: Sequence[str]) -> list[Message]:
    """All records of some topics, in the order in which their articles were received."""
    topics = [f"{settings.prefix}.{name}" for name in names]
    with client.consumer(settings) as reader:
        messages = [as_message(record) for record in scan(reader, extents(reader, topics))]
    return sorted(messages, key=lambda message: (received(message), message.partition, message.offset))
