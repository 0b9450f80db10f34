"""A receiver of webhooks on loopback that notes what is posted, from which port and when."""

import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: The secret of this receiver on loopback.
SECRET = "whsec_" + "c29hay1zb2FrLXNvYWstc29hay1zb2FrLXNvYWs="


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A request: when it was received, from which port, and what its headers say about its record."""

    at: float
    port: int
    event: str
    version: str
    topic: str
    key: tuple[str, str, int]
    """The log, the topic and the partition: within them, a greater offset is later."""
    offset: int


class Receiver(ThreadingHTTPServer):
    """Accepts each request after `seconds`, and counts it. With `keep` it also keeps what it noted."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, seconds: float = 0.0, *, keep: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seconds = seconds
        self.posted = 0
        #: Requests that ended before their body did: their sender was stopped between headers and body.
        self.broken_off = 0
        self.kept: list[Posted] = []
        self._keep = keep
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, name="receiver", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/articles"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report no connection that a killed process has left."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def note_broken_off(self) -> None:
        """Count a request whose body ended too early."""
        with self._lock:
            self.broken_off += 1

    def note(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.posted += 1
            if self._keep:
                self.kept.append(_posted(request))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        wanted = int(self.headers["content-length"])
        if len(self.rfile.read(wanted)) < wanted:
            self.server.note_broken_off()
            self.close_connection = True
            return
        self.server.note(self)
        time.sleep(self.server.seconds)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _posted(request: BaseHTTPRequestHandler) -> Posted:
    headers = request.headers
    key = (headers["copydesk-source"], headers["copydesk-topic"], int(headers["copydesk-partition"]))
    return Posted(
        at=time.monotonic(),
        port=request.client_address[1],
        event=headers["webhook-id"],
        version=headers["copydesk-version"],
        topic=headers["copydesk-topic"],
        key=key,
        offset=int(headers["copydesk-offset"]),
    )


def sink(url: str, folder: object) -> str:
    """The settings of a webhook that posts to the URL."""
    return f"""
kind = "webhook"
url = "{url}"
secret = "{SECRET}"
allow_http = true
allow_private = "127.0.0.1"
rejected_folder = "{folder}/rejected"
"""
