"""Many articles in one request, one a line: each is taken or rejected by itself, in order."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from streams.core.topic import Topic
from streams.ingest.http_api import request
from streams.ingest.http_api.memory_budget import Share
from streams.ingest.http_api.problem import Problem
from streams.ingest.http_api.sender import Handed, Sender

#: Lines of one request that are in flight at once.
IN_FLIGHT = 500
ACCEPTED, UNPROCESSABLE, AWAY = 202, 422, 503


@dataclass(frozen=True, slots=True)
class Sent:
    """A line that was handed over and is not confirmed yet."""

    number: int
    size: int
    handed: Handed


@dataclass(slots=True, kw_only=True)
class BatchRequest:
    """The lines of one request, and what became of them."""

    asked: request.Asked
    topic: Topic
    sender: Sender
    share: Share
    told: list[dict[str, Any]] = field(default_factory=list)
    rejected: int = 0
    status: int = ACCEPTED
    reason: str = ""
    _in_flight: deque[Sent] = field(default_factory=deque)

    async def take_all(self, lines: AsyncIterator[tuple[int, bytes | Problem]]) -> web.Response:
        """Take each line; the answer once all of them are confirmed or rejected."""
        try:
            async for number, text in lines:
                await self._take(number, text)
        except Problem as problem:
            # The rest is not read: so it says from where on, by the lines that it does tell.
            self.status, self.reason = problem.status, f"{problem.detail}; the lines not told were not taken"
        await self._settle()
        return self._answer()

    async def _take(self, number: int, text: bytes | Problem) -> None:
        try:
            if isinstance(text, Problem):
                raise text
            if not text.strip():
                return
            one = await asyncio.to_thread(request.line, text, number, self.asked, self.topic)
            await self._settle(IN_FLIGHT - 1 if self.share.fits(len(text)) else 0)
            await self.share.take(len(text))
            self._in_flight.append(Sent(number, len(text), await self.sender.hand_over(one)))
        except Problem as problem:
            self._reject(number, problem)
            if problem.status == AWAY:
                raise

    async def _settle(self, left: int = 0) -> None:
        """Wait until at most so many lines are in flight."""
        while len(self._in_flight) > left:
            one = self._in_flight.popleft()
            try:
                self.told.append({"line": one.number, **await self.sender.confirmed(one.handed)})
            except Problem as problem:
                self._reject(one.number, problem)
            await self.share.give_back(one.size)

    def _reject(self, number: int, why: Problem) -> None:
        """That Kafka was away outweighs what a line itself did wrong: the whole may be sent again."""
        self.rejected += 1
        self.told.append({"line": number, **why.told()})
        if self.status in {ACCEPTED, UNPROCESSABLE}:
            self.status = AWAY if why.status == AWAY else UNPROCESSABLE
            self.reason = "some lines were not taken, see each; those with an offset were"

    def _answer(self) -> web.Response:
        lines = sorted(self.told, key=lambda one: int(one["line"]))
        counts = {"accepted": len(lines) - self.rejected, "rejected": self.rejected, "lines": lines}
        if self.status == ACCEPTED:
            return web.Response(status=ACCEPTED, body=orjson.dumps(counts), content_type="application/json")
        return Problem(
            self.status, self.reason, {"Retry-After": "5"} if self.status == AWAY else None
        ).answer(counts)
