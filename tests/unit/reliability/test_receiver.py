"""What the receiver of the webhook's fault rows counts as posted."""

import socket
from collections.abc import Iterator

import pytest

from tests.reliability.receiver import Receiver

HEADERS = (
    b"POST /articles HTTP/1.1\r\nhost: 127.0.0.1\r\nwebhook-id: a\r\ncopydesk-version: 1\r\n"
    b"copydesk-source: log\r\ncopydesk-topic: t\r\ncopydesk-partition: 0\r\ncopydesk-offset: 7\r\n"
    b"content-length: 4\r\n\r\n"
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver(keep=True)
    yield server
    server.stop()


@pytest.mark.parametrize(("body", "posted"), [(b"{}{}", 1), (b"{}", 0), (b"", 0)])
def test_a_request_counts_only_when_its_whole_body_has_arrived(
    receiver: Receiver, body: bytes, posted: int
) -> None:
    with socket.create_connection(receiver.server_address) as connection:
        connection.sendall(HEADERS + body)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    assert (receiver.posted, len(receiver.kept), receiver.broken_off) == (posted, posted, 1 - posted)
