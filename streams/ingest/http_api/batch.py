"""Many articles in one request, one per line: each is accepted or rejected by itself, in order."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from streams.core.topic import Topic
from streams.ingest.http_api import request
from streams.ingest.http_api.body import Line
from streams.ingest.http_api.memory_budget import Share
from streams.ingest.http_api.problem import Problem
from streams.ingest.http_api.sender import Handed, Sender

#: Lines of one request that are in flight at once.
IN_FLIGHT = 500
ACCEPTED, UNPROCESSABLE, UNAVAILABLE = 202, 422, 503


@dataclass(frozen=True, slots=True)
class Sent:
    """A line that was handed over and is not confirmed yet."""

    number: int
    size: int
    handed: Handed


@dataclass(slots=True, kw_only=True)
class BatchRequest:
    """The lines of one request. `answers` says of each where it is in Kafka, or why it was rejected."""

    asked: request.Asked
    topic: Topic
    sender: Sender
    share: Share
    answers: list[dict[str, Any]] = field(default_factory=list)
    rejected: int = 0
    status: int = ACCEPTED
    reason: str = ""
    _in_flight: deque[Sent] = field(default_factory=deque)

    async def take_all(self, lines: AsyncIterator[Line]) -> web.Response:
        """Send all lines, and answer once each is confirmed or rejected."""
        try:
            async for number, text in lines:
                await self._take(number, text)
        except Problem as problem:
            # The rest is not read: which lines that is, the client knows by those that are listed.
            self.status, self.reason = (
                problem.status,
                f"{problem.detail}; the lines not listed were not accepted",
            )
        await self._drain()
        return self._answer()

    async def _take(self, number: int, text: bytes | Problem) -> None:
        try:
            if isinstance(text, Problem):
                raise text
            if not text.strip():
                return
            record = await asyncio.to_thread(request.line, text, number, self.asked, self.topic)
            await self._drain(IN_FLIGHT - 1 if self.share.fits(len(text)) else 0)
            await self.share.take(len(text))
            self._in_flight.append(Sent(number, len(text), await self.sender.hand_over(record)))
        except Problem as problem:
            self._reject(number, problem)
            if problem.status == UNAVAILABLE:
                raise

    async def _drain(self, left: int = 0) -> None:
        """Wait until at most `left` lines are in flight."""
        while len(self._in_flight) > left:
            line = self._in_flight.popleft()
            try:
                self.answers.append({"line": line.number, **await self.sender.confirmed(line.handed)})
            except Problem as problem:
                self._reject(line.number, problem)
            await self.share.give_back(line.size)

    def _reject(self, number: int, problem: Problem) -> None:
        """An outage of Kafka outweighs the faults of lines: the whole request may be sent again."""
        self.rejected += 1
        self.answers.append({"line": number, **problem.document()})
        if self.status in {ACCEPTED, UNPROCESSABLE}:
            self.status = UNAVAILABLE if problem.status == UNAVAILABLE else UNPROCESSABLE
            self.reason = "some lines were rejected; lines with an offset were accepted"

    def _answer(self) -> web.Response:
        lines = sorted(self.answers, key=lambda line: int(line["line"]))
        counts = {"accepted": len(lines) - self.rejected, "rejected": self.rejected, "lines": lines}
        if self.status == ACCEPTED:
            return web.Response(status=ACCEPTED, body=orjson.dumps(counts), content_type="application/json")
        headers = {"Retry-After": "5"} if self.status == UNAVAILABLE else None
        return Problem(self.status, self.reason, headers).answer(counts)
