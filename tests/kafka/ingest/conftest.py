"""A pipeline for each test module."""

import pytest

from streams.local.broker.node import Broker
from tests.support.http.ingest_api import pipeline_without_worker
from tests.support.pipelines.news import NewsPipeline


@pytest.fixture(scope="module")
def pipeline(
    broker: Broker, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NewsPipeline:
    """The topics of the pipeline with a prefix for each module, without workers."""
    prefix = request.node.path.stem.replace("_", "-")
    return pipeline_without_worker(broker, prefix, tmp_path_factory.mktemp(prefix))
