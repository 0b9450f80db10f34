"""Limits: how many connections there may be, and how many of them may send at once.

Each connection needs a file handle, idle ones too. So there are never more connections than spare handles:
when another one comes, the one that has waited longest without a request is closed. A few connections are
never used for sending: they are for probes, and for the answer 503.
"""

import asyncio
import resource
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import structlog

from streams.settings import IngestSettings

log = structlog.get_logger("copydesk.ingest")

#: File handles that are kept for Kafka's brokers, logs and libraries.
KEPT_HANDLES = 100
LEAST_CONNECTIONS = 16
#: One in this many connections is reserved for probes.
OF_PLACES = 8
BACKLOG = 1024
LOOK_SECONDS = 0.5

Protocol = Callable[[], asyncio.BaseProtocol]


def most_connections(wanted: int) -> int:
    """How many connections the process may have, by the settings and by its file handles."""
    handles, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if handles == resource.RLIM_INFINITY:
        return wanted
    return max(LEAST_CONNECTIONS, min(wanted, handles - KEPT_HANDLES))


@dataclass(slots=True)
class HttpConnection:
    """A connection: until when it may wait for a request, and whether it is sending one."""

    transport: asyncio.Transport
    until: float
    sending: bool = False

    @property
    def holds_handle(self) -> bool:
        """A transport that is closing still holds its handle, until everything is sent."""
        return bool(self.transport.get_extra_info("socket").fileno() >= 0)


@dataclass(slots=True)
class Door:
    """The connections of the ingest API. `links` are in the order in which they began to wait."""

    settings: IngestSettings
    most: int
    links: dict[asyncio.Transport, HttpConnection] = field(default_factory=dict)
    sending: int = 0
    _listening: list[socket.socket] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether no further request may be sent now."""
        return self.sending >= self.most - max(2, self.most // OF_PLACES)

    async def open(self, protocol: Protocol, host: str, port: int) -> tuple[str, int]:
        """Listen, and return the address. Raises `OSError`."""
        resolve = asyncio.get_running_loop().getaddrinfo
        addresses = await resolve(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(addresses):
            listening = socket.create_server(address, family=family, backlog=BACKLOG)
            listening.setblocking(False)
            self._listening.append(listening)
            self._tasks.append(asyncio.create_task(self._accept(listening, protocol)))
        self._tasks.append(asyncio.create_task(self._close_overdue()))
        bound = self._listening[0].getsockname()
        return str(bound[0]), int(bound[1])

    async def close(self) -> None:
        """Accept no further connections; those that are open stay."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listening in self._listening:
            listening.close()

    def begin(self, transport: asyncio.Transport | None) -> bool:
        """Begin a request that sends something; False if there are too many."""
        if self.full:
            return False
        self.sending += 1
        if transport is not None:
            self._link(transport).sending = True
        return True

    def end(self, transport: asyncio.Transport | None) -> None:
        """The request has ended: from now on the connection waits for the next one."""
        self.sending -= 1
        link = self.links.pop(transport, None) if transport else None
        if link is not None:
            link.until, link.sending = self._now() + self.settings.idle_seconds, False
            self.links[link.transport] = link

    async def _accept(self, listening: socket.socket, protocol: Protocol) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listening)
                transport, _ = await loop.connect_accepted_socket(protocol, connection)
            except OSError as error:  # no handle left, or the client is gone already
                log.warning("a connection could not be taken", error=str(error))
                await asyncio.sleep(LOOK_SECONDS)
                continue
            self._link(transport)
            if len(self.links) > self.most:
                self._forget_closed()
                self._make_room()
                await asyncio.sleep(0)  # else its handle is still taken when the next one comes

    def _link(self, transport: asyncio.Transport) -> HttpConnection:
        new = HttpConnection(transport, self._now() + self.settings.head_seconds)
        return self.links.setdefault(transport, new)

    def _make_room(self) -> None:
        """Close the connections above the limit, those that have waited longest."""
        waiting = (link for link in list(self.links.values()) if not link.sending)
        for link in islice(waiting, max(0, len(self.links) - self.most)):
            self._abort(link)

    async def _close_overdue(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._forget_closed()
            for link in list(self.links.values()):
                if not link.sending and link.until < self._now():
                    self._abort(link)

    def _abort(self, link: HttpConnection) -> None:
        """At once: an orderly close waits for as long as the client does not read."""
        link.transport.abort()
        self.links.pop(link.transport, None)

    def _forget_closed(self) -> None:
        for link in [link for link in self.links.values() if not link.holds_handle]:
            del self.links[link.transport]

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
