"""A toy pipeline for each test, on the broker of the run."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.core.pipeline import Pipeline, load_pipeline
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.settings import load_settings
from tests.support.commands.dlq import settings_of
from tests.support.pipelines import harness
from tests.support.pipelines.harness import PROGRAMS, UnderTest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--first-loop`, run only the marked tests, and expect each to fail."""
    if config.getoption("--plain-member"):
        harness.WORKER = [str(harness.PROGRAMS / "plain_worker.py")]
    if config.getoption("--first-loop"):
        harness.WORKER = [str(harness.PROGRAMS / "first_loop.py")]
        items[:] = [item for item in items if item.get_closest_marker("breaks_first_loop")]
        for item in items:
            item.add_marker(pytest.mark.xfail(strict=True, reason="the loop as it was first written"))


@pytest.fixture
def toy(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[UnderTest]:
    """The toy pipeline. The test configures it and creates its topics; its workers are ended afterwards."""
    pipeline = UnderTest(broker.bootstrap_servers, prefix, tmp_path)
    yield pipeline
    pipeline.stop()


@pytest.fixture
def toy_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy pipeline for commands that run in this process."""
    monkeypatch.syspath_prepend(str(PROGRAMS))
    monkeypatch.setenv("COPYDESK_PIPELINE", "toy_pipeline")


@pytest.fixture
def pipeline(toy_pipeline: None, prefix: str) -> Pipeline:
    """The toy pipeline, for readers in this process."""
    return load_pipeline(load_settings(pipeline="toy_pipeline", prefix=prefix))


@pytest.fixture
def ready(toy: UnderTest, pipeline: Pipeline) -> UnderTest:
    """The toy pipeline, configured and with its topics, without a worker."""
    toy.configure()
    create_topics(settings_of(toy), pipeline.all_topics())
    return toy


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
