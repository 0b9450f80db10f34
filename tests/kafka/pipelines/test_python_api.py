"""`copydesk.process`, the command `process` and Kafka hold the same bytes for each of the samples."""

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


def test_each_sample_has_the_same_bytes_by_python_by_command_and_in_kafka(in_kafka: list[bytes]) -> None:
    command = [sys.executable, "-m", "streams", "process", "--workers", "1", "agents/samples"]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=200, check=False).stdout
    with copydesk.Pipeline(workers=0) as pipeline:
        outcomes = list(pipeline.process(copydesk.samples()))
    values = [outcome.value for outcome in outcomes if isinstance(outcome, copydesk.Finished)]

    assert values == in_kafka
    assert values == written.splitlines()
    titles = [outcome.article.title for outcome in outcomes if isinstance(outcome, copydesk.Finished)]
    assert titles == [json.loads(value)["title"] for value in in_kafka]
