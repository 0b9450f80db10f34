"""A toy desk for each test, on the broker of the run."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.core.pipeline import Desk, load_desk
from streams.kafka.topics import create_topics
from streams.local.broker.node import Broker
from streams.settings import load_settings
from tests.support import harness
from tests.support.dlq import settings_of
from tests.support.harness import TOY_DESK, UnderTest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--first-loop`: the marked tests alone, each expected to fail."""
    if config.getoption("--plain-member"):
        harness.WORKER = [str(harness.TOY_DESK / "plain_worker.py")]
    if config.getoption("--first-loop"):
        harness.WORKER = [str(harness.TOY_DESK / "first_loop.py")]
        items[:] = [item for item in items if item.get_closest_marker("breaks_first_loop")]
        for item in items:
            item.add_marker(pytest.mark.xfail(strict=True, reason="the loop as it was first written"))


@pytest.fixture
def toy(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[UnderTest]:
    """The toy desk, its workers ended afterwards. To be configured, and its topics made, by the test."""
    desk = UnderTest(broker.bootstrap_servers, prefix, tmp_path)
    yield desk
    desk.stop()


@pytest.fixture
def toydesk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy desk for commands that run in this process."""
    monkeypatch.syspath_prepend(str(TOY_DESK))
    monkeypatch.setenv("COPYDESK_DESK", "toydesk")


@pytest.fixture
def desk(toydesk: None) -> Desk:
    """The toy desk, for readers in this process."""
    return load_desk(load_settings(desk="toydesk"))


@pytest.fixture
def ready(toy: UnderTest, desk: Desk) -> UnderTest:
    """The toy desk with its topics and no worker."""
    toy.configure()
    create_topics(settings_of(toy), desk.all_topics())
    return toy


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
