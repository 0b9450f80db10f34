"""The desk of a file of tests."""

import pytest

from streams.local.broker.node import Broker
from tests.support.intake import desk_without_worker
from tests.support.newsdesk import NewsDesk


@pytest.fixture(scope="module")
def desk(
    broker: Broker, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NewsDesk:
    """The topics of the desk, under a prefix of their own in each file, and no worker."""
    prefix = request.node.path.stem.replace("_", "-")
    return desk_without_worker(broker, prefix, tmp_path_factory.mktemp(prefix))
