"""A client that cannot be opened leaves nothing behind: a worker retries until Kafka is available."""

import gc
import os
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from streams.kafka.client import opened

CLIENTS = [KafkaAdminClient, KafkaConsumer, KafkaProducer]


def held() -> tuple[int, int]:
    """Open files and threads of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()


@pytest.fixture
def rejecting() -> Iterator[str]:
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """An address where something listens and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("server", ["rejecting", "silent"])
def test_a_client_that_cannot_be_opened_leaves_no_thread_and_no_socket(
    client: type, server: str, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue(server)
    gc.collect()
    before = held()
    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(3):
            with pytest.raises(KafkaError):
                opened(client, bootstrap_servers=address, bootstrap_timeout_ms=300)
        gc.collect()
    assert [str(warning.message) for warning in unclosed] == []
    assert held() == before


def test_an_error_in_the_arguments_is_raised_unchanged() -> None:
    with pytest.raises(KafkaError, match="Unrecognized configs"):
        opened(KafkaAdminClient, bootstrap_server="127.0.0.1:9092")
