"""The topics of the toy pipeline, for commands that run in this process."""

from collections.abc import Iterator
from typing import Any

import pytest

from streams.core.pipeline import Pipeline
from streams.kafka import client
from streams.kafka.topics import create_topics
from streams.settings import Settings


@pytest.fixture
def pipeline(settings: Settings, pipeline: Pipeline) -> Pipeline:
    """The toy pipeline, with its topics."""
    create_topics(settings, pipeline.all_topics())
    return pipeline


@pytest.fixture
def producer(settings: Settings, pipeline: Pipeline) -> Iterator[Any]:
    with client.producer(settings) as producer:
        yield producer
