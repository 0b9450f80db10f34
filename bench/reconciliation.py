"""Whether all pages are processed although every stage is killed, with the same bytes as without Kafka.

    python bench/reconciliation.py            the 181 pages of ../shared/data/pages/aeb.jsonl

Starts a Kafka and the three stages, kills (-9) the process of each stage once while it works, and compares:
the reconciliation with the published pages, and each finished value with that of the same page and the same
stages without Kafka. Exits with 1 where anything differs.
"""

import asyncio
import gzip
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from streams.core.message import Message
from streams.core.pipeline import Pipeline, load_pipeline
from streams.core.record_headers import RAW
from streams.core.stage import Outcome
from streams.inspection.reconciliation import Reconciliation
from streams.inspection.status import read_status
from streams.kafka import client
from streams.kafka.reader import as_message, extents, scan
from streams.local.demo import pipeline_in_a_folder
from streams.local.offline import process
from streams.local.supervisor import Supervisor
from streams.settings import Settings, load_settings

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
HTML = (("content-type", b"text/html"),)
PATIENCE_SECONDS = 300.0
Pages = Sequence[tuple[str, bytes]]


def pages() -> Pages:
    rows = (DATA / "pages" / "aeb.jsonl").read_text("utf-8").splitlines()
    return [
        (page["url"], gzip.decompress((DATA / page["file"]).read_bytes())) for page in map(json.loads, rows)
    ]


def publish(settings: Settings, inputs: Pages) -> list[str]:
    with client.producer(settings) as out:
        topic = f"{settings.prefix}.raw"
        sent = [out.send(topic, key=url.encode(), value=page, headers=list(HTML)) for url, page in inputs]
        placed = [future.get(timeout=60) for future in sent]
    return [f"{record.topic}/{record.partition}/{record.offset}" for record in placed]


def wait_until_processed(
    settings: Settings, pipeline: Pipeline, supervisor: Supervisor, count: int
) -> Reconciliation:
    """Wait until all pages are processed. Each stage's process is killed once, after a fifth of them."""
    killed: set[str] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        supervisor.look()
        status = read_status(settings, pipeline, with_reconciliation=True)
        assert status.reconciliation is not None
        for stage in status.stages:
            process_of = supervisor.processes[stage.name].process
            if stage.name not in killed and (stage.sent or 0) > count / 5 and process_of is not None:
                process_of.kill()
                killed.add(stage.name)
                print(f"killed {stage.name} after {stage.sent} articles", file=sys.stderr)
        if status.reconciliation.waiting == 0:
            return status.reconciliation
    raise SystemExit("the pages were not all processed")


def finished(settings: Settings) -> dict[str, set[bytes]]:
    """The values in the last topic, by the raw record that each was made from."""
    values: dict[str, set[bytes]] = {}
    with client.consumer(settings) as reader:
        for record in scan(reader, extents(reader, [f"{settings.prefix}.summaries"])):
            message = as_message(record)
            values.setdefault(message.header(RAW) or "", set()).add(message.value or b"")
    return values


async def without_kafka(settings: Settings, pipeline: Pipeline, inputs: Pages) -> dict[int, bytes]:
    """The finished values, by the number of the page."""
    messages = [
        Message(topic="raw", partition=0, offset=n, timestamp=0, key=url.encode(), value=page, headers=HTML)
        for n, (url, page) in enumerate(inputs)
    ]
    return {
        result.source.offset: result.value or b""
        async for result in process(settings, pipeline.stages, messages, workers=2)
        if result.outcome is Outcome.SENT
    }


def main() -> None:
    if not DATA.is_dir():
        print(f"Nothing was measured: the folder {DATA.name} beside the checkout does not exist.")
        return
    settings = load_settings()
    pipeline, inputs = load_pipeline(settings), pages()
    with pipeline_in_a_folder(settings, pipeline, lambda text: print(text, file=sys.stderr)) as (
        ours,
        supervisor,
    ):
        began = time.monotonic()
        placed = publish(ours, inputs)
        reconciliation = wait_until_processed(ours, pipeline, supervisor, len(inputs))
        seconds = time.monotonic() - began
        with_kafka = finished(ours)
    ours_alone = asyncio.run(without_kafka(settings, pipeline, inputs))
    other = [
        n
        for n, at in enumerate(placed)
        if with_kafka.get(at, set()) != {ours_alone[n]} - {b""} and n in ours_alone
    ]
    print(f"{len(inputs)} pages in {seconds:.1f} s, each stage killed once: {reconciliation}")
    print(f"{len(ours_alone)} finished without Kafka, {len(other)} of them with other bytes: {other}")
    sys.exit(bool(other) or reconciliation.waiting > 0 or reconciliation.finished != len(ours_alone))


if __name__ == "__main__":
    main()
