"""Many articles in one request, one a line: each is taken or refused by itself, in order."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from streams.core.topic import Topic
from streams.ingest.http_api import request as record
from streams.ingest.http_api.memory_budget import Share
from streams.ingest.http_api.problem import Problem
from streams.ingest.http_api.sender import Handed, Sender

#: Lines of one request that are under way at once.
UNDER_WAY = 500
ACCEPTED, UNPROCESSABLE, AWAY = 202, 422, 503


@dataclass(frozen=True, slots=True)
class Sent:
    """A line that was handed over and is not confirmed yet."""

    number: int
    size: int
    handed: Handed


@dataclass(slots=True, kw_only=True)
class Batch:
    """The lines of one request, and what became of them."""

    asked: record.Asked
    topic: Topic
    sender: Sender
    share: Share
    told: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    status: int = ACCEPTED
    reason: str = ""
    _under_way: deque[Sent] = field(default_factory=deque)

    async def take_all(self, lines: AsyncIterator[tuple[int, bytes | Problem]]) -> web.Response:
        """Take each line; the answer once all of them are confirmed or refused."""
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
            one = await asyncio.to_thread(record.line, text, number, self.asked, self.topic)
            await self._settle(UNDER_WAY - 1 if self.share.fits(len(text)) else 0)
            await self.share.take(len(text))
            self._under_way.append(Sent(number, len(text), await self.sender.hand_over(one)))
        except Problem as problem:
            self._refuse(number, problem)
            if problem.status == AWAY:
                raise

    async def _settle(self, left: int = 0) -> None:
        """Wait until at most so many lines are under way."""
        while len(self._under_way) > left:
            one = self._under_way.popleft()
            try:
                self.told.append({"line": one.number, **await self.sender.confirmed(one.handed)})
            except Problem as problem:
                self._refuse(one.number, problem)
            await self.share.give_back(one.size)

    def _refuse(self, number: int, why: Problem) -> None:
        """That Kafka was away outweighs what a line itself did wrong: the whole may be sent again."""
        self.refused += 1
        self.told.append({"line": number, **why.told()})
        if self.status in {ACCEPTED, UNPROCESSABLE}:
            self.status = AWAY if why.status == AWAY else UNPROCESSABLE
            self.reason = "some lines were not taken, see each; those with an offset were"

    def _answer(self) -> web.Response:
        lines = sorted(self.told, key=lambda one: int(one["line"]))
        counts = {"accepted": len(lines) - self.refused, "refused": self.refused, "lines": lines}
        if self.status == ACCEPTED:
            return web.Response(status=ACCEPTED, body=orjson.dumps(counts), content_type="application/json")
        return Problem(
            self.status, self.reason, {"Retry-After": "5"} if self.status == AWAY else None
        ).answer(counts)
