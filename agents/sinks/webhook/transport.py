"""httpx with connections to permitted addresses only.

A name is looked up once, all of its addresses are checked, and the connection is made to one of these: a
later change of the name does not count. The Host header, the TLS name and the certificate are those of the
name.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import httpcore
import httpx

from agents.sinks.webhook.allowlist import Addresses

Lookup = Callable[[str, int], Awaitable[list[str]]]


async def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, by the system's resolver. Raises `OSError`."""
    results = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in results))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that pass the check."""

    def __init__(self, addresses: Addresses, lookup: Lookup) -> None:
        self.before_sending: Callable[[], None] = lambda: None
        """Called right before anything is sent; may raise."""
        self._addresses = addresses
        self._lookup = lookup
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers. Raises `Forbidden` if any is not allowed."""
        rejected: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in await self.permitted(host, port):
            try:
                stream = await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
                return CheckedStream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                rejected = error
        raise rejected or httpcore.ConnectError(f"{host} has no address")

    async def permitted(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, all of them checked."""
        try:
            addresses = await self._lookup(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} cannot be looked up: {error}") from error
        for address in addresses:
            self._addresses.check(host, address, port)
        return addresses

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class CheckedStream(httpcore.AsyncNetworkStream):
    """Calls `before_sending` before each write, since the process may have been stopped in between."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, backend: CheckedBackend) -> None:
        self._stream = stream
        self._backend = backend

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        """Send all of it. Raises what the check raises."""
        self._backend.before_sending()
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return CheckedStream(stream, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class CheckedTransport(httpx.AsyncBaseTransport):
    """httpx's transport on a `CheckedBackend`, with a single connection. The environment's proxies are
    ignored.

    `httpx.AsyncHTTPTransport` does not accept a backend, and a patched one might be lost unnoticed. With 16
    connections in a pool, httpcore 1.0.9 reads all of them for each request, which then takes 4 ms.
    """

    def __init__(self, backend: CheckedBackend, context: ssl.SSLContext) -> None:
        self._backend = backend
        self._context = context
        self._pool = self._new_pool()

    def _new_pool(self) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._context,
            max_connections=1,
            keepalive_expiry=30.0,
            network_backend=self._backend,
        )

    async def renew(self) -> None:
        """Use a new connection: all later requests would wait for one that was lost."""
        old, self._pool = self._pool, self._new_pool()
        await old.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises what httpcore raises."""
        url = request.url
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )
        answer = await self._pool.handle_async_request(sent)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()
