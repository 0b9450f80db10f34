"""`/metrics`, `/healthz`, `/readyz` of a process, served by threads of their own.

Not by the event loop: a loop that hangs must be reported. A port that is taken stops no worker: the next free
one is used, with a warning.
"""

import errno
import platform
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import structlog
from prometheus_client import make_wsgi_app

from streams.monitoring import metrics
from streams.settings import ProbesSettings

log = structlog.get_logger("copydesk.probes")

TRIES = 100
REQUEST_SECONDS = 10.0
#: At once. Each needs a thread and a file handle.
CONNECTIONS = 32
NO_HANDLE_SECONDS = 0.1
INDEX = """Copydesk: {name}

/metrics  for Prometheus
/healthz  200, or why a restart is needed
/readyz   200, or why it does not work now
"""

Answer = Callable[..., Any]


class ProbeState(Protocol):
    """Each method returns None, or what is wrong as a sentence."""

    def unhealthy(self) -> str | None: ...

    def unready(self) -> str | None: ...


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """One thread per request, and a limited number: the oldest is closed for a new one."""

    daemon_threads = True
    # Two processes on one port would answer in turn.
    allow_reuse_port = False
    # With the 5 of socketserver, a client of a burst is retried by TCP after 1, 3, 7 s.
    request_queue_size = CONNECTIONS

    def __init__(self, *arguments: Any) -> None:
        self._open: dict[socket.socket, None] = {}
        self._changes = threading.Lock()
        super().__init__(*arguments)

    def server_bind(self) -> None:
        """Does not ask the DNS for our own name, as http.server does: in an outage that takes seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def get_request(self) -> tuple[socket.socket, Any]:
        try:
            return super().get_request()
        except OSError:
            time.sleep(NO_HANDLE_SECONDS)  # the server retries at once
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection; if there are too many, the oldest is cut off."""
        with self._changes:
            self._open[request] = None
            for oldest in list(self._open)[:-CONNECTIONS]:
                del self._open[oldest]
                _cut_off(oldest)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        with self._changes:
            self._open.pop(request, None)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is not worth an error."""
        log.debug("a probe was not answered", client=str(client_address), exc_info=True)


class ServerSix(Server):
    address_family = socket.AF_INET6


class ProbeHandler(WSGIRequestHandler):
    """Logs no requests, and does not wait for slow ones."""

    timeout = REQUEST_SECONDS

    def log_message(self, format: str, *args: Any) -> None: ...


class Probes:
    """The server of a process. `name` is shown on its first page."""

    def __init__(self, settings: ProbesSettings, name: str, state: ProbeState) -> None:
        self._state, self._name = state, name
        self._metrics = make_wsgi_app(metrics.REGISTRY)
        self._server = _bind(settings)
        self._server.set_app(self._answer)
        self.port = self._server.server_port
        self.address = address_of(settings.host, self.port)
        self._thread = threading.Thread(target=self._server.serve_forever, name="probes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start: Answer) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            return _text(start, "405 Method Not Allowed", "only GET\n")
        body = self._page(environ, start)
        return [] if method == "HEAD" else body

    def _page(self, environ: dict[str, Any], start: Answer) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            body: Iterable[bytes] = self._metrics({**environ, "REQUEST_METHOD": "GET"}, start)
            return body
        if path == "/healthz":
            return _verdict(start, self._state.unhealthy())
        if path == "/readyz":
            return _verdict(start, self._state.unready())
        if path == "/":
            return _text(start, "200 OK", INDEX.format(name=self._name))
        return _text(start, "404 Not Found", "there are /metrics, /healthz and /readyz\n")


def serve(settings: ProbesSettings, state: ProbeState, *, stage: str = "", sink: str = "") -> Probes | None:
    """Start to answer, and log the address; None if the settings want no port, or there is none."""
    if stage or sink:
        metrics.STARTED.labels(stage, sink).set(time.time())
        metrics.READY.labels(stage, sink).set_function(lambda: float(state.unready() is None))
        metrics.HEALTHY.labels(stage, sink).set_function(lambda: float(state.unhealthy() is None))
    if not settings.port:
        return None
    name = f"stage {stage}" if stage else f"sink {sink}" if sink else "the whole pipeline"
    try:
        probes = Probes(settings, name, state)
    except OSError as error:
        log.warning("no probes: cannot listen on this address", host=settings.host, error=str(error))
        return None
    log.info("probes", url=f"http://{probes.address}/")
    return probes


def report_build(
    *, stage: str = "", sink: str = "", stage_version: str = "", model: str | None = None
) -> None:
    """Set `copydesk_build_info`."""
    versions = (_release("copydesk"), platform.python_version(), _release("faust-streaming"), stage_version)
    metrics.BUILD_INFO.labels(stage, sink, *versions, model or "").set(1)


def _release(distribution: str) -> str:
    """Its version; empty if it is not installed and the sources are run."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def free_ports(settings: ProbesSettings, first: int, count: int) -> list[int]:
    """Up to `count` ports that are free now, from `first` on. Another program may still take one."""
    free = (port for port in range(first, min(first + TRIES, 65_536)) if _is_free(settings.host, port))
    return list(islice(free, count))


def address_of(host: str, port: int) -> str:
    """`host:port` as programs on this machine can reach it."""
    near = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound
    return f"[{near}]:{port}" if ":" in near else f"{near}:{port}"


def _bind(settings: ProbesSettings) -> Server:
    """A server on the port of the settings, or on the next free one. Raises `OSError`."""
    kind = ServerSix if ":" in settings.host else Server
    first: OSError | None = None
    for port in range(settings.port, min(settings.port + TRIES, 65_536)):
        try:
            server = kind((settings.host, port), ProbeHandler)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            first = first or error
            continue
        if port != settings.port:
            log.warning("the port of the probes is taken", port=settings.port, instead=port)
        return server
    raise first or OSError("there is no port to try")


def _cut_off(connection: socket.socket) -> None:
    """Wake the thread that waits for it, which then closes it."""
    with suppress(OSError):  # the client has closed it already
        connection.shutdown(socket.SHUT_RDWR)


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _verdict(start: Answer, wrong: str | None) -> list[bytes]:
    return _text(start, "503 Service Unavailable" if wrong else "200 OK", f"{wrong or 'ok'}\n")


def _text(start: Answer, status: str, text: str) -> list[bytes]:
    start(status, [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")])
    return [text.encode()]
