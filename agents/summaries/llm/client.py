"""Requests to the endpoint, each within a time limit that also a server cannot stretch that sends slowly.

They run in an event loop of a thread of its own: the caller may be in an event loop, as in a notebook. The
environment's proxies are not used, cookies not kept, and redirects not followed: the key goes to one host.
"""

import asyncio
import ssl
import threading
from functools import cache
from importlib.metadata import version
from typing import Any

import aiohttp
import orjson

from agents.retry_after import retry_after
from agents.summaries.llm.answer import LONGEST_WAIT, MOST_QUOTED, Answer, Outcome, read, read_rejection
from agents.summaries.llm_settings import LlmSettings, endpoint, read_key
from streams.errors import ConfigError

#: A summary has about a KiB.
MOST_READ = 1_048_576
#: What an endpoint says of its mistakes.
MOST_READ_OF_ERRORS = 4096
AGENT = f"copydesk/{version('copydesk')}"


class Client:
    """Asks one model for completions."""

    def __init__(self, settings: LlmSettings) -> None:
        """Raises `ConfigError` where the key, the certificates or the options cannot be used."""
        self._url = endpoint(settings)
        self._key = read_key(settings)
        self._own = {"model": settings.model, **settings.options}
        self._tls = _trusted(settings.ca_file)
        try:
            orjson.dumps(self._own)
        except TypeError as error:
            raise ConfigError(f"options: {error}") from error

    def ask(self, messages: list[dict[str, str]], seconds: float) -> Answer:
        """One request. Errors of the endpoint and of the network are answers too."""
        body = orjson.dumps({**self._own, "messages": messages})
        asked = asyncio.run_coroutine_threadsafe(self._ask(body, seconds), _loop())
        try:
            return asked.result()
        finally:
            asked.cancel()

    async def _ask(self, body: bytes, seconds: float) -> Answer:
        try:
            async with (
                asyncio.timeout(seconds),
                self._session() as session,
                session.post(self._url, data=body, allow_redirects=False) as response,
            ):
                return await self._answer(response)
        except TimeoutError:
            return Answer(outcome=Outcome.TIMED_OUT, reason=f"no answer within {seconds:.1f} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(outcome=Outcome.UNREACHABLE, reason=self._without_key(_words(error)))

    def _session(self) -> aiohttp.ClientSession:
        """A session for one request: compared with what a model takes, a new connection costs nothing."""
        headers = {
            "content-type": "application/json",
            "accept-encoding": "identity",
            "user-agent": AGENT,
            **({"authorization": f"Bearer {self._key}"} if self._key else {}),
        }
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls, force_close=True),
            headers=headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(),
            auto_decompress=False,
        )

    async def _answer(self, response: aiohttp.ClientResponse) -> Answer:
        if response.status == 200:
            body = await _body(response, MOST_READ)
            if body is None:
                return Answer(outcome=Outcome.MALFORMED, reason=f"its answer is over {MOST_READ:,} bytes")
            return read(body)
        wait = retry_after(response.headers.get("retry-after"), LONGEST_WAIT)
        quoted = await _body(response, MOST_READ_OF_ERRORS) or b""
        return read_rejection(response.status, wait, self._without_key(quoted.decode("utf-8", "replace")))

    def _without_key(self, text: str) -> str:
        """The beginning of a text of the endpoint, for people."""
        if self._key:
            text = text.replace(self._key, "***")
        return "".join(sign if sign.isprintable() else " " for sign in text)[:MOST_QUOTED].strip()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of this process for requests, in a thread that ends with the process."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="copydesk-llm", daemon=True).start()
    return loop


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    """The body of an answer, or None where it is longer."""
    read = b""
    async for part in response.content.iter_chunked(65_536):
        read += part
        if len(read) > most:
            return None
    return read


def _trusted(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    try:
        if ca_file:
            context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"the ca_file {ca_file} cannot be read: {error}") from error
    return context


def _words(error: Any) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
