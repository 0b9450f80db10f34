"""A toy desk for each test, on the broker of the run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.broker.node import Broker
from tests.kafka.harness import UnderTest


@pytest.fixture
def toy(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[UnderTest]:
    """The toy desk, its workers ended afterwards. To be configured, and its topics made, by the test."""
    desk = UnderTest(broker.bootstrap_servers, prefix, tmp_path)
    yield desk
    desk.stop()
