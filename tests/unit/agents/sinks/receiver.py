"""A receiver of webhooks on loopback, as others would write it. Each test decides how it answers."""

import asyncio
import base64
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the receiver answers after `seconds`. With status 0 it resets the connection instead."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ReceivedRequest:
    """A request with a valid signature, and its answer."""

    path: str
    headers: Mapping[str, str]
    body: Any
    answer: Answer

    @property
    def event(self) -> str:
        """The idempotency key."""
        return self.headers["webhook-id"]


class Receiver:
    """Records each request. `answer` gets the number of the request, from 0, and its event."""

    def __init__(self, answer: Callable[[int, str], Answer], secret: str, tls: ssl.SSLContext | None) -> None:
        self.answer = answer
        self.requests: list[ReceivedRequest] = []
        self.unsigned: list[WebhookVerificationError] = []
        self.connections = 0
        self.most_at_once = 0
        self._at_once = 0
        self._received = 0
        self._verifier = Verifier(secret)
        self._tls = tls
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    @property
    def url(self) -> str:
        return self.url_at("127.0.0.1") + "articles"

    def url_at(self, host: str) -> str:
        """The root of the receiver under this name."""
        return f"http{'s' * bool(self._tls)}://{host}:{self.port}/"

    @property
    def accepted(self) -> list[ReceivedRequest]:
        """Requests whose answer was 2xx, also where the client did not wait for it."""
        return [request for request in self.requests if 200 <= request.answer.status < 300]

    def start(self) -> None:
        self._thread.start()
        self._up.wait(10)

    def stop(self) -> None:
        """Stop listening, and cut off whoever is connected."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls, backlog=256)
        self.port: int = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._stopping.wait()
        await _rounds_of_the_loop()
        server.close()
        await _rounds_of_the_loop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await _rounds_of_the_loop()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._request(reader, writer):
                pass
        writer.transport.abort()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read a request and answer it. Returns whether the connection stays open for another."""
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        answer = self.answer(self._received, headers["webhook-id"])
        self._received += 1
        self._record(first.split(" ")[1], headers, body, answer)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(answer.seconds)
        finally:
            self._at_once -= 1
        if answer.status:
            writer.write(_encoded(answer))
            await writer.drain()
        return bool(answer.status) and answer.headers.get("connection") != "close"

    def _record(self, path: str, headers: Mapping[str, str], body: bytes, answer: Answer) -> None:
        try:
            content = self._verifier.verify(body, dict(headers))
        except WebhookVerificationError as error:
            self.unsigned.append(error)
        else:
            self.requests.append(ReceivedRequest(path=path, headers=headers, body=content, answer=answer))


async def _rounds_of_the_loop() -> None:
    """Let connections that were just accepted begin, and those that were cut off close.

    asyncio leaves the socket of a connection open that was accepted, and not started yet, when its server is
    closed or its task is cancelled (Python 3.11.7).
    """
    for _ in range(10):
        await asyncio.sleep(0)


def _encoded(answer: Answer) -> bytes:
    headers = {**answer.headers, "content-length": str(len(answer.body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {answer.status} Answer\r\n{lines}\r\n".encode("latin-1") + answer.body


def always(answer: Answer) -> Callable[[int, str], Answer]:
    return lambda number, event: answer


@contextmanager
def receiving(
    answer: Callable[[int, str], Answer] = always(Answer()),  # noqa: B008 - it is immutable
    *,
    secret: str = KEY,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Receiver]:
    receiver = Receiver(answer, secret, tls)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
