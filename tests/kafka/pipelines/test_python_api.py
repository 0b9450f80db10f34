"""Python, the command `process` and Kafka hold the same bytes for each of the samples."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

import copydesk
from streams.local.broker.node import Broker
from streams.local.supervisor import Supervisor
from tests.support.pipelines.harness import until
from tests.support.pipelines.news import NewsPipeline
from tests.support.places import ROOT

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def in_kafka(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[bytes]]:
    """The finished values of the samples, in the order of the samples."""
    pipeline = NewsPipeline(broker.bootstrap_servers, "python", tmp_path_factory.mktemp("python"))
    pipeline.set_up(partitions=1)
    supervisor = Supervisor(pipeline.config, stop_seconds=20, output=pipeline.folder)
    try:
        for stage in ("clean", "entities", "summaries"):
            supervisor.start(stage, ["worker", stage])
        pipeline.run("publish", str(ROOT / "agents" / "samples"))
        until(lambda: pipeline.reconciliation().waiting == 0, "the samples are worked off", 400)
        yield [record.value for record in pipeline.read("summaries")]
    finally:
        supervisor.stop()


def outcome(page: copydesk.Page) -> copydesk.Outcome:
    """The outcome of `process`, raised or not."""
    try:
        return copydesk.process(page)
    except (copydesk.Discarded, copydesk.Dead) as other:
        return other


def comparable(outcome: copydesk.Outcome) -> bytes | str:
    """The bytes of an article, or the sentence of another outcome."""
    return outcome.value if isinstance(outcome, copydesk.Finished) else str(outcome)


def test_each_sample_has_the_same_bytes_in_this_process_in_pool_processes_by_command_and_in_kafka(
    in_kafka: list[bytes],
) -> None:
    samples = copydesk.samples()
    command = [sys.executable, "-m", "streams", "process", "--workers", "1", "agents/samples"]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=200, check=False).stdout
    here = [outcome(page) for page in samples]
    with copydesk.Pipeline(workers=1) as pipeline:
        in_pools = list(pipeline.process(samples))

    assert list(map(comparable, here)) == list(map(comparable, in_pools))
    finished = [article for article in here if isinstance(article, copydesk.Finished)]
    assert [article.value for article in finished] == in_kafka == written.splitlines()
    assert [article.article.title for article in finished] == [
        json.loads(value)["title"] for value in in_kafka
    ]
    others = [page.reason for page in here if isinstance(page, copydesk.NotFinished)]
    assert others == ["not-an-article"] * 3 + ["too-short", "not-an-article"] + ["invalid"] * 2
