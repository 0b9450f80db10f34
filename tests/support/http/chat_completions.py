"""A server of OpenAI's chat completions on loopback. Each test decides how it answers."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATH = "/v1/chat/completions"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server answers: the text as a completion, or `body` as it is.

    It comes once `after` is set; with `drip`, a byte of the body at a time until the server ends.
    """

    text: str = ""
    finish: str = "stop"
    tokens: tuple[int, int] = (700, 60)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    after: threading.Event | None = None
    drip: bool = False

    def content(self) -> bytes:
        """The body of the answer."""
        if self.body is not None:
            return self.body
        message = {"role": "assistant", "content": self.text}
        usage = {"prompt_tokens": self.tokens[0], "completion_tokens": self.tokens[1]}
        choices = [{"index": 0, "message": message, "finish_reason": self.finish}]
        completion = {"object": "chat.completion", "choices": choices, "usage": usage}
        return json.dumps(completion).encode()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request."""

    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def article(self) -> str:
        """The message with the article."""
        return str(self.body["messages"][-1]["content"])


class ModelServer:
    """Records each request. `answer` gets its number, from 0, and the request."""

    def __init__(self, answer: Callable[[int, Asked], Reply]) -> None:
        self.answer = answer
        self.requests: list[Asked] = []
        self.at_once = 0
        self.most_at_once = 0
        self.stopping = threading.Event()
        self.changed = threading.Condition()
        self.port = 0

    @property
    def url(self) -> str:
        """The base URL, as the settings have it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def reply(self, asked: Asked) -> Reply:
        with self.changed:
            self.requests.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.changed.notify_all()
            number = len(self.requests) - 1
        reply = self.answer(number, asked)
        if reply.after is not None:
            reply.after.wait(60)
        return reply

    def answered(self) -> None:
        with self.changed:
            self.at_once -= 1
            self.changed.notify_all()


class Handler(BaseHTTPRequestHandler):
    server_of_tests: ModelServer

    def do_POST(self) -> None:
        """Answer as the test says."""
        server = self.server_of_tests
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = server.reply(Asked(path=self.path, headers=headers, body=body))
        server.answered()
        # A client may have given up.
        with suppress(ConnectionError):
            self._send(reply, server.stopping)

    def _send(self, reply: Reply, stopping: threading.Event) -> None:
        content = reply.content()
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(content)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        while reply.drip and content and not stopping.wait(0.05):
            self.wfile.write(content[:1])
            content = content[1:]
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def model_server(answer: Callable[[int, Asked], Reply] | Reply) -> Iterator[ModelServer]:
    """A server within the block, which gives each request the same reply, or that of a function."""
    model = ModelServer(answer if callable(answer) else lambda *_: answer)
    handler = type("HandlerOfTest", (Handler,), {"server_of_tests": model})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        model.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield model
        finally:
            model.stopping.set()
            server.shutdown()
