"""Why a request was not taken, as a document that machines read too (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from aiohttp import web


class Problem(Exception):
    """A request that is not taken: its status, the reason as one sentence, and headers of the answer."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.detail = detail
        self.headers = dict(headers or {})

    def told(self) -> dict[str, object]:
        title = self.status.phrase
        return {"type": "about:blank", "title": title, "status": int(self.status), "detail": self.detail}

    def answer(self, more: Mapping[str, object] | None = None) -> web.Response:
        """The whole answer; `more` are members of the document beside its own."""
        return web.Response(
            status=self.status,
            body=orjson.dumps({**self.told(), **(more or {})}),
            content_type="application/problem+json",
            headers=self.headers,
        )


def away(detail: str, seconds: int = 5) -> Problem:
    """Kafka or room is wanting: the same request may be taken in so many seconds."""
    return Problem(503, detail, {"Retry-After": str(seconds)})
