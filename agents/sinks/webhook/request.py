"""An attempt to post a record: the request, its redirects, and what the answer means."""

import asyncio
import time
from importlib.metadata import version

import anyio
import httpcore
import httpx

from agents.sinks.payload import received, value
from agents.sinks.webhook.response import Answer, RetryLater, judge
from agents.sinks.webhook.settings import WebhookSettings
from agents.sinks.webhook.signature import read_secrets, sign, webhook_id
from agents.sinks.webhook.transport import CheckedTransport
from agents.sinks.webhook.url import origin, redirected
from streams.core.sink import Delivered
from streams.errors import Unavailable

MOST_REDIRECTS = 3
#: Only these keep method and body.
FOLLOWED = frozenset({307, 308})
#: A longer answer is not read to its end, and its connection is not used again.
MOST_READ = 4096
MOST_QUOTED = 200
#: Errors of the network, an answer that is not HTTP, or a redirect to something that is not an address.
OUTAGES: tuple[type[Exception], ...] = (
    *(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError),
    *(OSError, ValueError, OverflowError),
)
AGENT = f"copydesk/{version('copydesk')}"


class Post:
    """Posts records to a receiver, as many at once as there are transports."""

    def __init__(self, settings: WebhookSettings, url: httpx.URL, transports: list[CheckedTransport]) -> None:
        self._url = url
        self._keys = read_secrets(settings.secret)
        self._own = settings.headers
        self._seconds = settings.timeout_seconds
        # The last one used is the next, so that there are as few connections as possible.
        self._idle = transports
        self._slots = asyncio.Semaphore(len(transports))

    async def __call__(self, record: Delivered) -> Answer:
        """Send a record as soon as a slot is free. Errors of the receiver and the network are not raised."""
        async with self._slots:
            transport = self._idle.pop()
            try:
                return await self._send(record, transport)
            finally:
                self._idle.append(transport)

    async def _send(self, record: Delivered, transport: CheckedTransport) -> Answer:
        try:
            # Not asyncio.timeout: while httpcore returns a connection, it is shielded only from anyio.
            with anyio.fail_after(self._seconds):
                return await self._follow(record, transport)
        except TimeoutError:
            await transport.renew()
            return RetryLater(reason=f"no answer within {self._seconds:g} s")
        except Unavailable as error:
            return RetryLater(reason=str(error), alike=True)
        except OUTAGES as error:
            return RetryLater(reason=f"{type(error).__name__}: {error}".removesuffix(": "))

    async def _follow(self, record: Delivered, transport: CheckedTransport) -> Answer:
        url = self._url
        for _ in range(MOST_REDIRECTS + 1):
            response = await transport.handle_async_request(self._request(url, record))
            try:
                location = response.headers.get("location")
                if response.status_code not in FOLLOWED or not location:
                    quoted = await _beginning(response)
                    return judge(response.status_code, response.headers.get("retry-after"), quoted)
            finally:
                await response.aclose()
            url = redirected(url, location)
        return RetryLater(reason=f"more than {MOST_REDIRECTS} redirects")

    def _request(self, url: httpx.URL, record: Delivered) -> httpx.Request:
        body, now = value(record), int(time.time())
        name = webhook_id(record.event)
        own = self._own if origin(url) == origin(self._url) else {}
        ours = {
            "content-type": "application/json",
            "user-agent": AGENT,
            "webhook-id": name,
            "webhook-timestamp": str(now),
            "webhook-signature": sign(self._keys, name, now, body),
            "copydesk-version": record.version,
            "copydesk-source": record.source,
            "copydesk-topic": record.topic,
            "copydesk-partition": str(record.partition),
            "copydesk-offset": str(record.offset),
        }
        if at := received(record):
            ours["copydesk-received-at"] = at
        headers = {**{name.lower(): text for name, text in own.items()}, **ours}
        return httpx.Request("POST", url, headers=headers, content=body)


async def _beginning(response: httpx.Response) -> str:
    """The beginning of an answer, for people. A short answer is read to its end."""
    read = b""
    async for part in response.aiter_raw():
        read += part
        if len(read) > MOST_READ:
            break
    text = read[: 4 * MOST_QUOTED].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)[:MOST_QUOTED].strip()
