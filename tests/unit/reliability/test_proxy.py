"""The proxy between clients and a broker that the fault rows use to cut connections."""

import socket
import threading

import pytest

from tests.reliability.proxy import HOST, Proxy


@pytest.fixture
def echo() -> object:
    """A port that sends back what it receives."""
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(100):
                    connection.sendall(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_bytes_pass_in_both_directions_and_no_connection_outlives_the_proxy(echo: int) -> None:
    with Proxy(echo) as proxy:
        client = socket.create_connection((HOST, proxy.port), 10)
        client.sendall(b"bytes")
        assert client.recv(100) == b"bytes"
    with client:
        try:
            rest = client.recv(100)
        except ConnectionResetError:
            rest = b""
        assert rest == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, proxy.port), 10)
