"""A client that cannot be opened leaves nothing behind: a worker retries until Kafka is available."""

import gc
import os
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError
from kafka.net.transport import KafkaTCPTransport

from streams.kafka.client import opened
from streams.kafka.tolerant import sockets
from streams.kafka.tolerant.sockets import ClosingSelector

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


@pytest.fixture
def babbling() -> Iterator[str]:
    """An address where something answers in neither Kafka's protocol nor TLS."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        answering = threading.Thread(target=_babble, args=[server])
        answering.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        answering.join()


def _babble(server: socket.socket) -> None:
    with suppress(OSError):  # the test has shut it down
        while True:
            accepted, _ = server.accept()
            with accepted:
                accepted.sendall(b"220 a.example ESMTP\r\n")


@contextmanager
def nothing_left_open() -> Iterator[None]:
    gc.collect()
    before = held()
    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(warning.message) for warning in unclosed] == []
    assert held() == before


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL"])
@pytest.mark.parametrize("server", ["rejecting", "silent", "babbling"])
def test_a_client_that_cannot_be_opened_leaves_no_thread_and_no_socket(
    client: type, protocol: str, server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "HANDSHAKE_SECONDS", 0.05)
    address = request.getfixturevalue(server)
    with nothing_left_open():
        for _ in range(3):
            with pytest.raises(KafkaError):
                opened(
                    client, bootstrap_servers=address, security_protocol=protocol, bootstrap_timeout_ms=100
                )


def test_a_client_closed_with_a_request_still_to_be_written_leaves_no_socket() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server, nothing_left_open():
        selector = ClosingSelector()
        connected = socket.create_connection(server.getsockname())
        connected.setblocking(False)
        transport = KafkaTCPTransport(selector, connected)
        transport.write(b"the last request")
        transport.close()
        selector.close()
        del connected, transport, selector


def test_an_error_in_the_arguments_is_raised_unchanged() -> None:
    with pytest.raises(KafkaError, match="Unrecognized configs"):
        opened(KafkaAdminClient, bootstrap_server="127.0.0.1:9092")
