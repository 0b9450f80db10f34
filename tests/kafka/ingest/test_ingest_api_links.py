"""Connections that send nothing or too little, while file handles are few: others are still served."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.support.http.ingest_api import HTML, PAGE, URL, IngestProcess, link_to, running
from tests.support.pipelines.harness import until
from tests.support.pipelines.news import NewsPipeline

pytestmark = pytest.mark.kafka

HANDLES, LINKS = 256, 300
HEAD = b"POST /pages?url=https://a.example/x HTTP/1.1\r\nHost: a\r\nContent-Type: text/html\r\n"
BODY = HEAD + b"Content-Length: 100000\r\n\r\nabc"


@pytest.fixture
def patient(pipeline: NewsPipeline, tmp_path: Path) -> Iterator[IngestProcess]:
    """An ingest API with few file handles that waits longer than a test takes."""
    seconds = {f"COPYDESK_INGEST__{name}_SECONDS": "300" for name in ("HEAD", "IDLE", "CONFIRM")}
    log = tmp_path / "ingest.log"
    with running(pipeline.folder / "copydesk.toml", log, handles=HANDLES, **seconds) as ingest:
        yield ingest


@pytest.fixture
def hasty(pipeline: NewsPipeline, tmp_path: Path) -> Iterator[IngestProcess]:
    """An ingest API that waits for one second."""
    seconds = {f"COPYDESK_INGEST__{name}_SECONDS": "1" for name in ("HEAD", "IDLE", "CONFIRM")}
    with running(pipeline.folder / "copydesk.toml", tmp_path / "ingest.log", **seconds) as ingest:
        yield ingest


def _post(http: httpx.Client) -> httpx.Response:
    return http.post("/pages", params={"url": URL}, content=PAGE, headers=HTML)


@pytest.mark.parametrize("data", [b"", HEAD])
def test_connections_that_never_send_a_request_block_no_others(patient: IngestProcess, data: bytes) -> None:
    with ExitStack() as held:
        for _ in range(LINKS):
            held.enter_context(link_to(patient)).sendall(data)
        with patient.client() as http:
            assert [http.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
            assert _post(http).status_code == 202
    assert len(patient.log.read_text().splitlines()) < 10


def test_bodies_that_never_end_leave_connections_for_probes_and_a_503(patient: IngestProcess) -> None:
    with ExitStack() as held:
        for _ in range(LINKS):
            held.enter_context(link_to(patient)).sendall(BODY)
        with patient.client() as http:
            until(lambda: _post(http).status_code == 503, "no further body is accepted")
            rejected = _post(http)
            assert rejected.headers["retry-after"] == "5"
            assert rejected.json()["detail"] == "too many send at once"
            assert [http.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    with patient.client() as http:
        until(lambda: _post(http).status_code == 202, "bodies are accepted again")
    assert len(patient.log.read_text().splitlines()) < 10


@pytest.mark.parametrize("data", [b"", HEAD, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_a_connection_without_a_request_is_closed_after_a_while(hasty: IngestProcess, data: bytes) -> None:
    with link_to(hasty) as link:
        link.sendall(data)
        while link.recv(10_000):  # the answer to what was sent
            pass


def test_a_body_that_is_sent_too_slowly_is_rejected(hasty: IngestProcess) -> None:
    with link_to(hasty) as link:
        link.sendall(BODY)
        link.settimeout(0.2)
        answer = until(lambda: _drip(link), "it is rejected")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"fewer than 16,384 bytes per second" in answer


def _drip(link: socket.socket) -> bytes:
    with suppress(TimeoutError):
        link.sendall(b"x")
        return link.recv(10_000)
    return b""


def test_a_client_that_does_not_read_its_answer_is_disconnected(hasty: IngestProcess) -> None:
    lines = b"x\n" * 10_000
    head = HEAD.replace(b"text/html", b"application/jsonl") + b"Content-Length: %d\r\n\r\n" % len(lines)
    request = head.replace(b"?url=https://a.example/x", b"") + lines
    with link_to(hasty) as link, pytest.raises(ConnectionError):
        _send_forever(link, request)


def _send_forever(link: socket.socket, request: bytes) -> None:
    while True:
        link.sendall(request)
