"""Who is let in: so many connections, and of them fewer that may send at once.

A connection costs a file handle, and one that says nothing holds it. So there are never more of them than
there are handles to spare: where one more comes, the one that has waited longest without a request is closed.
A few places are kept free of senders, for probes and for the answer 503.
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

#: File handles that stay for Kafka's brokers, logs and libraries.
KEPT_HANDLES = 100
LEAST_CONNECTIONS = 16
#: One place of so many is for those that send nothing.
OF_PLACES = 8
BACKLOG = 1024
LOOK_SECONDS = 0.5

Protocol = Callable[[], asyncio.BaseProtocol]


def most_connections(wanted: int) -> int:
    """How many connections the process may hold, by the settings and by its file handles."""
    handles, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if handles == resource.RLIM_INFINITY:
        return wanted
    return max(LEAST_CONNECTIONS, min(wanted, handles - KEPT_HANDLES))


@dataclass(slots=True)
class HttpConnection:
    """A connection: until when it may wait for a request, and whether it is within one."""

    transport: asyncio.Transport
    until: float
    sending: bool = False

    @property
    def holds_handle(self) -> bool:
        """A transport that closes still holds it, until all is sent."""
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
        """Whether as many requests are in flight as may be."""
        return self.sending >= self.most - max(2, self.most // OF_PLACES)

    async def open(self, protocol: Protocol, host: str, port: int) -> tuple[str, int]:
        """Listen; the address. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            listening = socket.create_server(address, family=family, backlog=BACKLOG)
            listening.setblocking(False)
            self._listening.append(listening)
            self._tasks.append(asyncio.create_task(self._accept(listening, protocol)))
        self._tasks.append(asyncio.create_task(self._look()))
        where = self._listening[0].getsockname()
        return str(where[0]), int(where[1])

    async def shut(self) -> None:
        """Let nobody in any more; who is in stays."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listening in self._listening:
            listening.close()

    def begin(self, transport: asyncio.Transport | None) -> bool:
        """A request that sends something begins, if there is a place."""
        if self.full:
            return False
        self.sending += 1
        if transport is not None:
            self._link(transport).sending = True
        return True

    def end(self, transport: asyncio.Transport | None) -> None:
        """It has ended: from now on the connection waits for the next one."""
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
        return self.links.setdefault(
            transport, HttpConnection(transport, self._now() + self.settings.head_seconds)
        )

    def _make_room(self) -> None:
        """Close the connections that have waited longest, as many as are too many."""
        waiting = (one for one in list(self.links.values()) if not one.sending)
        for link in islice(waiting, max(0, len(self.links) - self.most)):
            self._close(link)

    async def _look(self) -> None:
        """Close who has waited too long."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._forget_closed()
            for link in list(self.links.values()):
                if not link.sending and link.until < self._now():
                    self._close(link)

    def _close(self, link: HttpConnection) -> None:
        """At once: one that closes in order stays for as long as its client does not read."""
        link.transport.abort()
        self.links.pop(link.transport, None)

    def _forget_closed(self) -> None:
        for link in [one for one in self.links.values() if not one.holds_handle]:
            del self.links[link.transport]

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
