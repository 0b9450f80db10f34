"""Open a client of kafka-python so that nothing of it stays where it cannot be opened.

Its constructors start a thread, and leave that running, with its sockets, when they raise; and the socket
of a connection that was refused is left to the collector (3.0.12). A worker that asks for its lag every few
seconds would gather them for as long as Kafka is away.
"""

import socket
from collections.abc import Callable
from typing import Any

from kafka.net import inet
from kafka.net.compat import KafkaNetClient


def opened(client: Callable[..., Any], **arguments: Any) -> Any:
    """The client, made. Raises what its constructor raises, with nothing left open."""
    inet.KafkaNetSocket.sock_connect = _connect
    inside = []

    def kept(**given: Any) -> Any:
        inside.append(KafkaNetClient(**given))
        return inside[-1]

    try:
        return client(kafka_client=kept, **arguments)
    except BaseException:
        for one in inside:
            one.close()
        raise


_sock_connect = inet.KafkaNetSocket.sock_connect


async def _connect(own: Any, net: Any, sock: socket.socket, *arguments: Any, **options: Any) -> Any:
    """kafka-python's own, which closes the socket that it does not return."""
    try:
        return await _sock_connect(own, net, sock, *arguments, **options)
    except BaseException:
        sock.close()
        raise
