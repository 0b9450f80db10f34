"""Bodies as they come in, decompressed by aiohttp piece by piece, and never more of them than is allowed."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.compression_utils import HAS_BROTLI
from aiohttp.http_exceptions import BadHttpMessage

from streams.intake.problem import Problem
from streams.intake.room import Share

#: Each line is told in the answer.
LINES = 10_000
ENCODINGS = ("gzip", "deflate", *(("br",) if HAS_BROTLI else ()))


def check_length(request: web.Request, most: int) -> None:
    """Raises `Problem` before anything is read: 415 for an encoding not known, 413 for what is too long."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in (*ENCODINGS, "identity"):
        raise Problem(
            415, f"content-encoding {encoding[:40]!r} is not known", {"Accept-Encoding": ", ".join(ENCODINGS)}
        )
    if (request.content_length or 0) > most:
        raise _too_long(most)


async def whole(request: web.Request, most: int, share: Share, seconds: float) -> bytes:
    """The body. Raises `Problem`: 413, 400 where its encoding is broken, 408 where it does not come."""
    parts = bytearray()
    async for part in _pieces(request, seconds):
        await share.take(len(part))
        parts += part
        if len(parts) > most:
            raise _too_long(most)
    return bytes(parts)


async def lines(
    request: web.Request, most: int, most_line: int, seconds: float
) -> AsyncIterator[tuple[int, bytes | Problem]]:
    """Number and bytes of each line that is not blank; of one that is too long, a `Problem`.

    Raises `Problem` as `whole` does.
    """
    rest, number, read, skipping = bytearray(), 0, 0, False
    async for part in _pieces(request, seconds):
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


async def _pieces(request: web.Request, seconds: float) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(seconds):
                part = await request.content.readany()
        except TimeoutError as error:
            raise Problem(408, f"nothing came for {seconds:g} seconds", {"Connection": "close"}) from error
        except ConnectionError as error:
            raise Problem(400, "the connection was lost", {"Connection": "close"}) from error
        except (web.RequestPayloadError, BadHttpMessage) as error:
            raise Problem(400, f"the body cannot be read: {error}", {"Connection": "close"}) from error
        if not part:
            return
        yield part


def _too_long(most: int) -> Problem:
    return Problem(413, f"it is larger than {most:,} bytes")
