"""Bodies of requests: aiohttp decompresses them piece by piece, and they are read up to the allowed size."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web
from aiohttp.compression_utils import HAS_BROTLI
from aiohttp.http_exceptions import BadHttpMessage

from streams.ingest.http_api.memory_budget import Share
from streams.ingest.http_api.problem import Problem

#: The answer lists every line.
LINES = 10_000
ENCODINGS = ("gzip", "deflate", *(("br",) if HAS_BROTLI else ()))


def check_length(request: web.Request, most: int) -> None:
    """Raises `Problem` before the body is read: 415 if its encoding is unknown, 413 if it is too long."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in (*ENCODINGS, "identity"):
        headers = {"Accept-Encoding": ", ".join(ENCODINGS)}
        raise Problem(415, f"content-encoding {encoding[:40]!r} is not known", headers)
    if (request.content_length or 0) > most:
        raise _too_long(most)


@dataclass(frozen=True, slots=True)
class BodyRate:
    """How slow a body may be: at most `seconds` without a byte, and on average `rate` bytes per second."""

    seconds: float
    rate: int


async def whole(request: web.Request, most: int, share: Share, pace: BodyRate) -> bytes:
    """The body. Raises `Problem`: 413, 400 where its encoding is broken, 408 where it is too slow."""
    parts = bytearray()
    async for part in _pieces(request, pace):
        await share.take(len(part))
        parts += part
        if len(parts) > most:
            raise _too_long(most)
    return bytes(parts)


async def lines(
    request: web.Request, most: int, most_line: int, pace: BodyRate
) -> AsyncIterator[tuple[int, bytes | Problem]]:
    """Number and bytes of each line, or a `Problem` if it is too long. Raises `Problem` as `whole` does."""
    rest, number, read, skipping = bytearray(), 0, 0, False
    async for part in _pieces(request, pace):
        read += len(part)
        if read > most:
            raise _too_long(most)
        *ended, last = part.split(b"\n")
        for piece in ended:
            number += 1
            if number > LINES:
                raise Problem(413, f"one request has {LINES:,} lines at most")
            rest += piece
            yield number, _too_long(most_line) if skipping or len(rest) > most_line else bytes(rest)
            rest, skipping = bytearray(), False
        rest += last
        if len(rest) > most_line:
            rest, skipping = bytearray(), True
    if rest or skipping:
        yield number + 1, _too_long(most_line) if skipping else bytes(rest)


async def _pieces(request: web.Request, pace: BodyRate) -> AsyncIterator[bytes]:
    waited, received = 0.0, 0
    while True:
        began = time.monotonic()
        try:
            async with asyncio.timeout(min(pace.seconds, pace.seconds + received / pace.rate - waited)):
                part = await request.content.readany()
        except TimeoutError as error:
            raise _too_slow(pace) from error
        except ConnectionError as error:
            raise Problem(400, "the connection was lost", {"Connection": "close"}) from error
        except (web.RequestPayloadError, BadHttpMessage) as error:
            raise Problem(400, f"the body cannot be read: {error}", {"Connection": "close"}) from error
        if not part:
            return
        waited += time.monotonic() - began
        received += len(part)
        yield part


def _too_slow(pace: BodyRate) -> Problem:
    slow = f"nothing came for {pace.seconds:g} seconds, or fewer than {pace.rate:,} bytes per second"
    return Problem(408, slow, {"Connection": "close"})


def _too_long(most: int) -> Problem:
    return Problem(413, f"it is larger than {most:,} bytes")
