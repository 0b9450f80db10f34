import socket
import threading

import pytest

from tests.reliability.proxy import HOST, Proxy


@pytest.fixture
def echo() -> object:
    """A port that says again what it hears."""
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while said := connection.recv(100):
                    connection.sendall(said)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_bytes_pass_both_ways_and_at_its_end_nothing_stays_open(echo: int) -> None:
    with Proxy(echo) as proxy:
        client = socket.create_connection((HOST, proxy.port), 10)
        client.sendall(b"said")
        assert client.recv(100) == b"said"
    with client:
        try:
            rest = client.recv(100)
        except ConnectionResetError:
            rest = b""
        assert rest == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, proxy.port), 10)
