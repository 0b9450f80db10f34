"""How long `copydesk trace` takes among 100,000 records, and whether it finds all revisions.

    python bench/trace.py [RECORDS]

Starts a Kafka and fills the pipeline's topics as the stages would: of ten articles seven are finished, two
discarded and one dead; some are corrected or removed. Then it runs the command three times for an article of
each kind, each time in a new process, and once more where nothing is acknowledged yet. Exits with 1 above 5
s.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kafka.structs import OffsetAndMetadata

from agents.ids import article_id
from streams.core import record_headers
from streams.core.message import Message, Outgoing
from streams.core.pipeline import Pipeline, load_pipeline
from streams.core.stage import Failure, Reason
from streams.dead_letters.record import dead_letter
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.reader import extents
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.settings import Settings, load_settings

MOST_SECONDS = 5.0
TEXT = "The ferry between the two harbours of Saltmere ran again on Monday, two hours late. " * 40
KINDS = ("finished",) * 7 + ("discarded",) * 2 + ("dead",)


def url(number: int) -> str:
    """A URL of one of a hundred newspapers."""
    return f"https://www.paper-{number % 100}.example/2026/{number}/the-ferry.html"


def raw_value(number: int) -> bytes:
    """A page of 3.4 kB."""
    return json.dumps(
        {"url": url(number), "html": f"<p>{number}</p><p>{TEXT}</p>", "feed": "saltmere"}
    ).encode()


def made_of(pipeline: Pipeline, prefix: str, message: Message, number: int) -> Iterator[Outgoing]:
    kind, origin, key = KINDS[number % 10], record_headers.origin(message), article_id(url(number)).encode()
    if kind == "dead":
        dead = Failure(reason=Reason.FAILED, error="ValueError", message=f"article {number} is no good")
        yield dead_letter(message, dead, pipeline.stages[0])
        return
    for stage in pipeline.stages if kind == "finished" else pipeline.stages[:1]:
        stamp = record_headers.Stamp(stage=stage.name, version="1", model=None, prefix=prefix)
        headers = record_headers.write(origin, (), stamp, topic=stage.writes.name, key=key)
        value: dict[str, Any] = {"id": key.decode(), "url": url(number), "title": "The ferry", "text": TEXT}
        if kind == "finished":
            topic = stage.writes.full_name
            plain = None if message.value is None else json.dumps(value).encode()
            yield Outgoing(topic=topic, key=key, value=plain, headers=headers)
        else:
            discarded = {"id": key.decode(), "url": url(number), "stage": stage.name, "reason": "too-short"}
            topic = stage.discards.full_name
            yield Outgoing(
                topic=topic, key=message.key, value=json.dumps(discarded).encode(), headers=headers
            )


def fill(settings: Settings, pipeline: Pipeline, records: int) -> int:
    """Fill the topics with this many records. Returns the number of articles."""
    articles = round(records / 3.4)
    topic = pipeline.first[0].full_name
    with client.producer(settings, linger_ms=20, compression_type="lz4") as out:
        for start in range(0, articles, 2000):
            some = range(start, min(start + 2000, articles))
            values = {
                n: None if n % 1000 == 6 and n > 1000 else raw_value(n % 1000 if n % 100 == 6 else n)
                for n in some
            }
            about = {n: n % 1000 if n % 100 == 6 else n for n in some}
            sent = {n: out.send(topic, key=url(about[n]).encode(), value=values[n]) for n in some}
            for n, future in sent.items():
                at = future.get(timeout=60)
                message = Message(
                    topic=topic,
                    partition=at.partition,
                    offset=at.offset,
                    timestamp=at.timestamp,
                    key=url(about[n]).encode(),
                    value=values[n],
                )
                for result in made_of(pipeline, settings.prefix, message, about[n]):
                    out.send(result.topic, key=result.key, value=result.value, headers=list(result.headers))
    return articles


def acknowledge_all(settings: Settings, pipeline: Pipeline) -> None:
    """Acknowledge everything, as if every stage had processed it."""
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        committed(admin, [stage.group for stage in pipeline.stages])  # until ready
        for stage in pipeline.stages:
            spans = extents(reader, [stage.reads.full_name])
            offsets = {partition: OffsetAndMetadata(span.end, "", -1) for partition, span in spans.items()}
            admin.alter_group_offsets(stage.group, offsets)


def measured(settings: Settings, article: str) -> tuple[float, float, str]:
    """Seconds of the command with its start, by the clock and of the processor, and its result in short."""
    environment = {
        **os.environ,
        "COPYDESK_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "COPYDESK_PREFIX": settings.prefix,
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
    }
    began, spent = time.monotonic(), _spent()
    command = [sys.executable, "-m", "streams", "trace", article, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds, story = time.monotonic() - began, json.loads(done.stdout)
    return seconds, _spent() - spent, f"{story['now']}, {len(story['revisions'])} revisions"


def _spent() -> float:
    """Processor seconds of all started processes that have exited."""
    used = os.times()
    return used.children_user + used.children_system


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder)) as node:
        settings = load_settings(bootstrap_servers=node.bootstrap_servers, prefix="trace")
        pipeline = load_pipeline(settings)
        create_topics(settings, pipeline.all_topics())
        articles = fill(settings, pipeline, records)
        with client.consumer(settings) as reader:
            spans = extents(reader, [topic.full_name for topic in pipeline.all_topics()])
        print(f"{sum(span.records for span in spans.values()):,} records of {articles:,} articles")
        acknowledge_all(settings, pipeline)
        for number in (articles // 20 * 10, 8, 9, 6):
            times, spent, reports = zip(*(measured(settings, url(number)) for _ in range(3)), strict=True)
            worst = max(worst, *times)
            print(f"{min(times):.2f} to {max(times):.2f} s ({min(spent):.2f} s of processor): {reports[0]}")
        other = load_settings(bootstrap_servers=node.bootstrap_servers, prefix="waiting")
        create_topics(other, pipeline.all_topics())
        with client.producer(other, linger_ms=20, compression_type="lz4") as out:
            for n in range(records):
                out.send("waiting.raw", key=url(n).encode(), value=raw_value(n))
        seconds, used, report = measured(other, url(4711))
        print(f"{records:,} raw records, none acknowledged: {seconds:.2f} s ({used:.2f} s): {report}")
    sys.exit(worst > MOST_SECONDS)


if __name__ == "__main__":
    main()
