"""kafka-python 3.0.12 leaves the socket of a rejected connection open: one more file handle per attempt."""

import socket
from typing import Any

from kafka.net import inet

_sock_connect = inet.KafkaNetSocket.sock_connect


def close_rejected_sockets() -> None:
    """Make kafka-python close a socket that it could not connect."""
    inet.KafkaNetSocket.sock_connect = _connect


async def _connect(own: Any, net: Any, sock: socket.socket, *arguments: Any, **options: Any) -> Any:
    try:
        return await _sock_connect(own, net, sock, *arguments, **options)
    except BaseException:
        sock.close()
        raise
