"""kafka-python 3.0.12 leaves sockets to the garbage collector, and a TLS handshake may never end.

Left open are the socket of a rejected connection and of a failed handshake, one more with each attempt, and
that of a client which is closed while a request is still to be written.
"""

import socket
import ssl
import time
from typing import Any
from weakref import WeakSet

from kafka.net import inet
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaSSLTransport

#: As long as kafka-python gives a connection to be opened (`socket_connection_setup_timeout_ms`).
HANDSHAKE_SECONDS = 10.0

_sock_connect = inet.KafkaNetSocket.sock_connect


def close_rejected_sockets() -> None:
    """Make kafka-python close a socket that it could not connect, and end a handshake without an answer."""
    inet.KafkaNetSocket.sock_connect = _connect
    KafkaSSLTransport.handshake = _handshake


class ClosingSelector(NetworkSelector):  # type: ignore[misc]  # kafka-python has no types
    """The event loop of a client. Closing it closes every socket that it ever waited for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._sockets: WeakSet[socket.socket] = WeakSet()

    def register_event(self, fileobj: socket.socket, event: int, task: Any) -> None:
        self._sockets.add(fileobj)
        super().register_event(fileobj, event, task)

    def close(self) -> None:
        try:
            super().close()
        finally:
            for sock in list(self._sockets):
                sock.close()


async def _connect(own: Any, net: Any, sock: socket.socket, *arguments: Any, **options: Any) -> Any:
    try:
        return await _sock_connect(own, net, sock, *arguments, **options)
    except BaseException:
        sock.close()
        raise


async def _handshake(own: Any) -> None:
    timeout_at = time.monotonic() + HANDSHAKE_SECONDS
    try:
        while not await _handshake_done(own, timeout_at):
            pass
    except BaseException as error:
        own.abort(error)
        raise


async def _handshake_done(own: Any, timeout_at: float) -> bool:
    """Try the handshake; if it needs the peer, wait until its socket can be read or written."""
    try:
        own._sock.do_handshake()
    except ssl.SSLWantReadError:
        await own._net.wait_read(own._sock, timeout_at=timeout_at)
    except ssl.SSLWantWriteError:
        await own._net.wait_write(own._sock, timeout_at=timeout_at)
    else:
        return True
    return False
