"""POST and DELETE /pages: requests in, records out, and an answer once Kafka has confirmed them.

GET /articles says the outcome of a page.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson
from aiohttp import web

from streams.core.topic import Topic
from streams.ingest.http_api import body
from streams.ingest.http_api import request as record
from streams.ingest.http_api.articles import Articles
from streams.ingest.http_api.auth import check_access
from streams.ingest.http_api.batch import BatchRequest
from streams.ingest.http_api.connections import Door
from streams.ingest.http_api.fields import article_parameter, url_parameter
from streams.ingest.http_api.memory_budget import Budget
from streams.ingest.http_api.problem import Problem
from streams.ingest.http_api.sender import Sender
from streams.settings import IngestSettings

PROBES = ("/healthz", "/readyz")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class IngestApi:
    """The handlers. `most` is the size of one article, in bytes."""

    def __init__(
        self,
        settings: IngestSettings,
        token: str | None,
        topic: Topic,
        sender: Sender,
        most: int,
        door: Door,
        articles: Articles,
    ) -> None:
        self._settings, self._token, self._topic = settings, token, topic
        self._sender, self._most, self._door, self._articles = sender, most, door, articles
        self._pace = body.BodyRate(settings.confirm_seconds, settings.body_rate)
        self._stopping, self._in_flight, self._ended = False, 0, asyncio.Condition()
        self._budget = Budget(settings.held_bytes, settings.confirm_seconds)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[problems, self._counted, self._limited])
        app.router.add_post("/pages", self.publish, expect_handler=self.expect)
        app.router.add_delete("/pages", self.take_down)
        app.router.add_get("/articles", self.article)
        for path, handler in zip(PROBES, (self.healthz, self.readyz), strict=True):
            app.router.add_get(path, handler)
        return app

    async def finish(self, seconds: float) -> None:
        """Take no new requests, and wait for those in flight, at most this long.

        aiohttp itself would stop reading their bodies when it shuts down.
        """
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._ended:
                await self._ended.wait_for(lambda: self._in_flight == 0)

    async def expect(self, request: web.Request) -> web.StreamResponse | None:
        """`Expect: 100-continue`: reject before the body is sent, where that is possible."""
        try:
            self._begin(request)
            if self._door.full:
                raise _full()
        except Problem as problem:
            return problem.answer()
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
        return None

    async def publish(self, request: web.Request) -> web.StreamResponse:
        """One article, or one per line."""
        asked = self._begin(request)
        async with self._budget.share() as share:
            if asked.media in record.LINES:
                lines = body.lines(request, self._settings.body_bytes, self._most, self._pace)
                batch = BatchRequest(asked=asked, topic=self._topic, sender=self._sender, share=share)
                return await batch.take_all(lines)
            value = await body.whole(request, self._most, share, self._pace)
            page = await asyncio.to_thread(record.page, value, asked, self._topic)
            return _json(202, await self._sender.confirmed(await self._sender.hand_over(page)))

    async def take_down(self, request: web.Request) -> web.StreamResponse:
        check_access(request.headers, self._token)
        takedown = record.takedown(url_parameter(request.query), request.headers, self._topic)
        return _json(202, await self._sender.confirmed(await self._sender.hand_over(takedown)))

    async def article(self, request: web.Request) -> web.StreamResponse:
        check_access(request.headers, self._token)
        return _json(200, await self._articles.find(article_parameter(request.query)))

    async def healthz(self, request: web.Request) -> web.StreamResponse:
        return _json(200, {"status": "ok"})

    async def readyz(self, request: web.Request) -> web.StreamResponse:
        ready = await self._sender.ready()
        return _json(200 if ready else 503, {"status": "ok" if ready else "Kafka is unavailable"})

    @web.middleware
    async def _counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._stopping:
            raise Problem(503, "it is stopping", {"Retry-After": "5", "Connection": "close"})
        self._in_flight += 1
        try:
            return await handler(request)
        finally:
            async with self._ended:
                self._in_flight -= 1
                self._ended.notify_all()

    @web.middleware
    async def _limited(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Probes are always handled, other requests while there are not too many."""
        if request.path in PROBES:
            return await handler(request)
        transport = request.transport
        if not self._door.begin(transport):
            raise _full()
        try:
            return await handler(request)
        finally:
            self._door.end(transport)

    def _begin(self, request: web.Request) -> record.Asked:
        """Check what can be checked before the body is read. Raises `Problem`."""
        check_access(request.headers, self._token)
        asked = record.asked(request.headers, url_parameter(request.query))
        body.check_length(request, self._settings.body_bytes if asked.media in record.LINES else self._most)
        return asked


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Make each rejection, aiohttp's too, a problem document. It ends a connection with an unread body."""
    try:
        return await handler(request)
    except Problem as problem:
        answer = problem.answer()
    except web.HTTPException as error:
        allowed = {name: value for name, value in error.headers.items() if name == "Allow"}
        answer = Problem(error.status, error.reason, allowed).answer()
    if request.can_read_body and not request.content.at_eof():
        answer.force_close()
    return answer


def _full() -> Problem:
    return Problem(503, "too many send at once", {"Retry-After": "5", "Connection": "close"})


def _json(status: int, value: Mapping[str, Any]) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(value), content_type="application/json")
