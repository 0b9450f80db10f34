"""Kafka's data are lost under a running pipeline; topics are recreated, and the articles published again."""

import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pyarrow import parquet

from streams.kafka.topics import create_topics
from tests.reliability.observed import select_rows
from tests.reliability.publisher import Publisher
from tests.reliability.receiver import Receiver, sink
from tests.reliability.row import Fault
from tests.reliability.rows.taken_over import all_posted
from tests.reliability.running import PROCESSES, Running
from tests.reliability.watched import RowError

#: What a sink logs when its topic is another log than before.
REPORTED = ("another log", "the topic is another log")


def with_all_sinks(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """Add a Parquet sink and a webhook."""
    receiver = Receiver(keep=True)
    stack.callback(receiver.stop)
    files = f'kind = "parquet"\nfolder = "{folder / "pipeline" / "parquet"}"'
    return {
        "receiver": receiver,
        "more_sinks": {"parquet": files, "posts": sink(receiver.url, folder / "pipeline")},
    }


def lose(run: Running) -> None:
    """When half is written, give Kafka an empty folder, recreate the topics, and publish everything."""
    run.go_on()
    run.until(
        lambda: len(run.confirmed) >= run.total // 2 and run._done() == 0 == run._done(),
        "the first half is written",
    )
    run.leave("parquet")
    before = _written(run)
    run.start("parquet")
    lost = len(run.confirmed)
    run.kafka.stop()
    run.kafka.data.rename(run.kafka.data.with_name("lost"))
    run.kafka.start()
    began = time.monotonic()
    run.until(lambda: _recreated(run), "the topics are recreated")
    assert run.publisher is not None
    run.publisher = Publisher(run.settings, run.raw, run.publisher.records, None)
    run.publisher.start()
    run.until(lambda: run.written("summaries") > 0, "the stages continue")
    run.until(lambda: sum(run.acknowledged("rows").values()) > 0, "the sinks continue")
    run.recoveries.append(time.monotonic() - began)
    run.quiet()
    run.leave("parquet")
    _require_kept(run, *before)
    silent = [name for name in (*PROCESSES[3:], "parquet", "posts") if not _reported(run, name)]
    run.happened.append(f"{lost} articles lost with Kafka; every sink keeps what it had")
    if silent:
        raise RowError(f"the new log is not reported by {', '.join(silent)}")


def _recreated(run: Running) -> bool:
    try:
        create_topics(run.settings, run.pipeline.all_topics())
    except Exception:  # noqa: BLE001 - Kafka is not up yet
        return False
    return True


def _reported(run: Running, name: str) -> bool:
    return any(text in run.log(name) for text in REPORTED)


def _written(run: Running) -> tuple[dict[Path, bytes], dict[str, str]]:
    """What the sinks have written so far: the bytes of files, and rows."""
    files = [*(run.folder / "lines").glob("*.jsonl"), *(run.folder / "parquet").glob("date=*/*/*.parquet")]
    return {path: path.read_bytes() for path in files}, dict(select_rows(run))


def _require_kept(run: Running, files: dict[Path, bytes], rows: dict[str, str]) -> None:
    """Nothing of before is gone or changed. The files are renamed, so that only the new log counts."""
    for path, content in files.items():
        if not path.exists() or path.read_bytes() != content:
            raise RowError(f"{path.name} was changed")
        path.rename(path.with_suffix(f"{path.suffix}.before"))
    if not files or not rows:
        raise RowError("nothing was written before")
    now = dict(select_rows(run))
    if any(now.get(article, version) < version for article, version in rows.items()):
        raise RowError("a row went back to an older revision")


def in_new_files(run: Running) -> None:
    """Each finished record was posted, and is in the files once."""
    all_posted(run)
    rows: Counter[Any] = Counter()
    for path in (run.folder / "parquet").glob("date=*/*/*.parquet"):
        rows.update(map(str, parquet.read_table(path, columns=["event"], partitioning=None).to_pylist()))
    if not rows or max(rows.values()) > 1:
        raise RowError("parquet has a record twice, or no records")


FAULTS = (
    Fault(
        name="kafka-lost",
        description="Kafka's data are lost; topics are recreated, and all records published again",
        strike=lose,
        around=with_all_sinks,
        afterwards=in_new_files,
        portions=2,
    ),
)
