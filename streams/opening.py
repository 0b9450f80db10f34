"""Open a client of kafka-python so that nothing of it stays where it cannot be opened.

Its constructors start a thread, and leave that running, with its sockets, when they raise. Sockets are left
to the collector (3.0.12): of a connection that was refused, of a TLS handshake that failed, of a client that
was closed while a request was still to be written. A worker that asks for its lag every few seconds would
gather them for as long as Kafka is away. And a TLS handshake with a peer that says nothing never ends.
"""

import socket
import ssl
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from kafka.net import inet
from kafka.net.compat import KafkaNetClient
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaSSLTransport

#: As long as kafka-python gives a connection to be made (`socket_connection_setup_timeout_ms`).
HANDSHAKE_SECONDS = 10.0


def opened(client: Callable[..., Any], **arguments: Any) -> Any:
    """The client, made. Raises what its constructor raises, with nothing left open."""
    inet.KafkaNetSocket.sock_connect = _connect
    KafkaSSLTransport.handshake = _handshake
    inside = []

    def kept(**given: Any) -> Any:
        inside.append(KafkaNetClient(net=ClosingSelector(**given), **given))
        return inside[-1]

    try:
        return client(kafka_client=kept, **arguments)
    except BaseException:
        for one in inside:
            one.close()
        raise


class ClosingSelector(NetworkSelector):  # type: ignore[misc]  # kafka-python has no types
    """The event loop of a client, which closes with itself every socket that was waited for on it."""

    def __init__(self, **configs: Any) -> None:
        super().__init__(**configs)
        self._waited_for: WeakSet[socket.socket] = WeakSet()

    def register_event(self, fileobj: socket.socket, event: int, task: Any) -> None:
        self._waited_for.add(fileobj)
        super().register_event(fileobj, event, task)

    def close(self) -> None:
        try:
            super().close()
        finally:
            for waited_for in list(self._waited_for):
                waited_for.close()


_sock_connect = inet.KafkaNetSocket.sock_connect


async def _connect(own: Any, net: Any, sock: socket.socket, *arguments: Any, **options: Any) -> Any:
    """kafka-python's own, which closes the socket that it does not return."""
    try:
        return await _sock_connect(own, net, sock, *arguments, **options)
    except BaseException:
        sock.close()
        raise


async def _handshake(own: Any) -> None:
    """kafka-python's own, which ends, and closes the socket of a handshake that failed."""
    timeout_at = time.monotonic() + HANDSHAKE_SECONDS
    try:
        while not await _shaken(own, timeout_at):
            pass
    except BaseException as error:
        own.abort(error)
        raise


async def _shaken(own: Any, timeout_at: float) -> bool:
    """Whether the handshake is done; if not, after more of it can be read or written."""
    try:
        own._sock.do_handshake()
    except ssl.SSLWantReadError:
        await own._net.wait_read(own._sock, timeout_at=timeout_at)
    except ssl.SSLWantWriteError:
        await own._net.wait_write(own._sock, timeout_at=timeout_at)
    else:
        return True
    return False
