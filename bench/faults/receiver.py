"""A receiver of webhooks on loopback that notes what is posted, by whom and when."""

import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Of a receiver on loopback.
SECRET = "whsec_" + "c29hay1zb2FrLXNvYWstc29hay1zb2FrLXNvYWs="


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A request: when it came, from which port, and what it says of its record."""

    at: float
    port: int
    event: str
    version: str
    topic: str
    key: tuple[str, str, int]
    """The log, and in it the partition: within it, a greater offset is later."""
    offset: int


class Receiver(ThreadingHTTPServer):
    """Takes whatever is posted, `seconds` after it came, and counts it. What it notes is kept if asked."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, seconds: float = 0.0, *, keep: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.seconds = seconds
        self.posted = 0
        #: Requests that ended before their body did: of whoever was stopped between headers and body.
        self.broken_off = 0
        self.kept: list[Posted] = []
        self._keep = keep
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, name="receiver", daemon=True).start()

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"http://127.0.0.1:{self.server_address[1]}/articles"

    def stop(self) -> None:
        """Take nothing more."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that a killed process leaves is nothing to tell."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def note_broken_off(self) -> None:
        """Count a request whose body ended too early."""
        with self._lock:
            self.broken_off += 1

    def note(self, request: BaseHTTPRequestHandler) -> None:
        """Count a request."""
        with self._lock:
            self.posted += 1
            if self._keep:
                self.kept.append(_posted(request))


class _Taking(BaseHTTPRequestHandler):
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
        """Nothing."""


def _posted(request: BaseHTTPRequestHandler) -> Posted:
    said = request.headers
    place = (said["copydesk-source"], said["copydesk-topic"], int(said["copydesk-partition"]))
    return Posted(
        at=time.monotonic(),
        port=request.client_address[1],
        event=said["webhook-id"],
        version=said["copydesk-version"],
        topic=said["copydesk-topic"],
        key=place,
        offset=int(said["copydesk-offset"]),
    )


def sink(url: str, folder: object) -> str:
    """The settings of a webhook that posts there."""
    return f"""
kind = "webhook"
url = "{url}"
secret = "{SECRET}"
allow_http = true
allow_private = "127.0.0.1"
refused_folder = "{folder}/refused"
"""
