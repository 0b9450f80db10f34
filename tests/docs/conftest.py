"""The topics and the processes of the tests of the example consumers."""

from collections.abc import Iterator

import pytest

from streams.core.pipeline import load_pipeline
from streams.kafka.topics import create_topics
from streams.settings import Settings
from tests.support.documents.alerts import Consumer


@pytest.fixture
def topic(settings: Settings) -> Settings:
    create_topics(settings, load_pipeline(settings).all_topics())
    return settings


@pytest.fixture
def started() -> Iterator[list[Consumer]]:
    """Consumers that are killed after the test."""
    consumers: list[Consumer] = []
    yield consumers
    for consumer in consumers:
        if consumer.process is not None:
            consumer.kill()
