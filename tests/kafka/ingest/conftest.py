"""A pipeline for each test module."""

import pytest

from streams.local.broker.node import Broker
from tests.support.http.ingest_api import MIB
from tests.support.pipelines.news import NewsPipeline


@pytest.fixture(scope="module")
def pipeline(
    broker: Broker, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NewsPipeline:
    """A pipeline without workers. Its first topic accepts smaller records than an article may be."""
    prefix = request.node.path.stem.replace("_", "-")
    pipeline = NewsPipeline(broker.bootstrap_servers, prefix, tmp_path_factory.mktemp(prefix))
    (pipeline.folder / "copydesk.toml").write_text(
        f'bootstrap_servers = "{pipeline.bootstrap}"\nprefix = "{pipeline.prefix}"\npartitions = 4\n'
        f"[worker]\narticle_bytes = {2 * MIB}\n"
    )
    pipeline.create_topics(raw={"max.message.bytes": MIB})
    return pipeline
