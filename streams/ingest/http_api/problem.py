"""Why a request was rejected, as a document that programs read too (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from aiohttp import web


class Problem(Exception):
    """A rejected request: its status, the reason as one sentence, and headers of the answer."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.detail = detail
        self.headers = dict(headers or {})

    def document(self) -> dict[str, object]:
        title = self.status.phrase
        return {"type": "about:blank", "title": title, "status": int(self.status), "detail": self.detail}

    def answer(self, more: Mapping[str, object] | None = None) -> web.Response:
        """The whole answer; `more` are further members of the document."""
        return web.Response(
            status=self.status,
            body=orjson.dumps({**self.document(), **(more or {})}),
            content_type="application/problem+json",
            headers=self.headers,
        )


def unavailable(detail: str, seconds: int = 5) -> Problem:
    """Kafka or memory is not available: the same request may succeed after this many seconds."""
    return Problem(503, detail, {"Retry-After": str(seconds)})
