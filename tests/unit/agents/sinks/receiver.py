"""A receiver of webhooks on loopback, as others would write it, that answers as a test asks it to."""

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
class Reply:
    """An answer: after `seconds`; or, with status 0, none but a reset connection."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ReceivedPost:
    """A request whose signature was right, and what it was answered."""

    path: str
    headers: Mapping[str, str]
    body: Any
    reply: Reply

    @property
    def event(self) -> str:
        """The idempotency key."""
        return self.headers["webhook-id"]


class Receiver:
    """Notes each request as it comes. `answer` is asked what to say, by its number from 0 and its event."""

    def __init__(self, answer: Callable[[int, str], Reply], secret: str, tls: ssl.SSLContext | None) -> None:
        self.answer = answer
        self.received: list[ReceivedPost] = []
        self.unsigned: list[WebhookVerificationError] = []
        self.connections = 0
        self.most_at_once = 0
        self._at_once = 0
        self._asked = 0
        self._verifier = Verifier(secret)
        self._tls = tls
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    @property
    def url(self) -> str:
        """Its own URL."""
        return f"http{'s' * bool(self._tls)}://127.0.0.1:{self.port}/articles"

    @property
    def taken(self) -> list[ReceivedPost]:
        """What it has answered, or meant to answer, with 2xx."""
        return [post for post in self.received if 200 <= post.reply.status < 300]

    def start(self) -> None:
        self._thread.start()
        self._up.wait(10)

    def stop(self) -> None:
        """Listen no more; whoever is connected is cut off."""
        self._loop.call_soon_threadsafe(self._leaving.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        self._leaving = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls, backlog=256)
        self.port: int = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._leaving.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._request(reader, writer):
                pass
        writer.transport.abort()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one request and answer it. Whether more may come on this connection."""
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        reply = self.answer(self._asked, headers["webhook-id"])
        self._asked += 1
        self._note(first.split(" ")[1], headers, body, reply)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(reply.seconds)
        finally:
            self._at_once -= 1
        if reply.status:
            writer.write(_written(reply))
            await writer.drain()
        return bool(reply.status) and reply.headers.get("connection") != "close"

    def _note(self, path: str, headers: Mapping[str, str], body: bytes, reply: Reply) -> None:
        try:
            read = self._verifier.verify(body, dict(headers))
        except WebhookVerificationError as error:
            self.unsigned.append(error)
        else:
            self.received.append(ReceivedPost(path=path, headers=headers, body=read, reply=reply))


def _written(reply: Reply) -> bytes:
    headers = {**reply.headers, "content-length": str(len(reply.body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode("latin-1") + reply.body


@contextmanager
def receiving(
    answer: Callable[[int, str], Reply] = lambda number, event: Reply(),
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
