"""The HTTP ingest API as a process: who may send to it, how it ends, and what it answers without Kafka."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from streams.local.broker.node import Broker
from tests.support.http.ingest_api import (
    HTML,
    LINES,
    PAGE,
    TOKEN,
    URL,
    IngestProcess,
    link_to,
    placed,
    running,
)
from tests.support.pipelines.harness import until
from tests.support.pipelines.news import NewsPipeline

pytestmark = pytest.mark.kafka


@pytest.fixture
def guarded(pipeline: NewsPipeline, tmp_path: Path) -> Iterator[IngestProcess]:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    with running(
        pipeline.folder / "copydesk.toml",
        tmp_path / "ingest.log",
        *("--host", "0.0.0.0"),  # noqa: S104 - the test is that it may, with a token
        COPYDESK_INGEST__TOKEN_FILE=str(tmp_path / "token"),
    ) as ingest:
        yield ingest


def test_with_a_token_set_only_requests_with_it_are_accepted(guarded: IngestProcess) -> None:
    with guarded.client() as http:
        for wrong in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
            for answer in (
                http.delete("/pages?url=" + URL, headers=wrong),
                http.post("/pages", headers=wrong),
            ):
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"] == 'Bearer realm="copydesk"'
        right = {"authorization": f"Bearer {TOKEN}"}
        assert http.delete("/pages?url=" + URL, headers=right).status_code == 202
        assert http.get("/healthz").status_code == 200
    assert guarded.stop() == 0
    assert TOKEN not in guarded.log.read_text()


def test_sigterm_finishes_what_is_in_flight_and_accepts_no_more(
    pipeline: NewsPipeline, tmp_path: Path
) -> None:
    with (
        running(pipeline.folder / "copydesk.toml", tmp_path / "ingest.log") as ingest,
        link_to(ingest) as link,
    ):
        link.sendall(
            b"POST /pages?url=https://a.example/slow HTTP/1.1\r\nHost: a\r\nContent-Type: text/html\r\n"
            b"Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"
        )
        assert link.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(b"<p>")
        ingest.process.terminate()
        until(lambda: "stopping" in ingest.log.read_text(), "it has received SIGTERM")
        until(lambda: _rejects(ingest), "it accepts no more connections")
        link.sendall(b"one")
        answer = link.recv(1000)
        assert answer.startswith(b"HTTP/1.1 202 ")
        assert ingest.process.wait(30) == 0
        assert placed(pipeline, json.loads(answer.partition(b"\r\n\r\n")[2])).value == b"<p>one"


def _rejects(ingest: IngestProcess) -> bool:
    try:
        with ingest.client() as http:
            http.get("/healthz")
    except httpx.ConnectError:
        return True
    return False


def test_after_kill_9_every_record_that_was_confirmed_is_in_kafka_at_its_own_offset(
    pipeline: NewsPipeline, tmp_path: Path
) -> None:
    with (
        running(pipeline.folder / "copydesk.toml", tmp_path / "ingest.log") as ingest,
        ingest.client() as http,
    ):
        confirmed: list[tuple[tuple[str, int, int], bytes]] = []

        def post(number: int) -> None:
            url = f"https://d.example/{number}"
            try:
                answer = http.post("/pages", params={"url": url}, content=PAGE * 2000, headers=HTML)
            except httpx.TransportError:
                return
            place = answer.json()
            confirmed.append(((place["topic"], place["partition"], place["offset"]), url.encode()))
            if len(confirmed) >= 50:
                ingest.process.kill()

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(post, range(200)))

        assert 50 <= len(confirmed) < 200
        raw = pipeline.read("raw")
        there = {((record.topic, record.partition, record.offset), record.key) for record in raw}
        assert set(confirmed) <= there


@pytest.mark.timeout(240)
def test_while_kafka_is_unavailable_nothing_is_accepted_and_afterwards_all_goes_on(tmp_path: Path) -> None:
    with Broker(tmp_path / "kafka") as node:
        pipeline = NewsPipeline(node.bootstrap_servers, "away", tmp_path / "pipeline")
        pipeline.set_up()
        with (
            running(
                pipeline.folder / "copydesk.toml",
                tmp_path / "ingest.log",
                COPYDESK_INGEST__CONFIRM_SECONDS="2",
            ) as ingest,
            ingest.client() as http,
        ):

            def post(number: int) -> httpx.Response:
                line = json.dumps({"url": f"https://e.example/{number}", "text": "x"})
                return http.post("/pages", content=f"{line}\nno json", headers=LINES)

            assert post(0).json()["accepted"] == 1
            node.kill()
            with ThreadPoolExecutor(4) as threads:
                rejected = list(threads.map(post, range(1, 5)))
            single = http.post("/pages", params={"url": URL}, content=PAGE, headers=HTML)
            assert {answer.status_code for answer in (*rejected, single, http.get("/readyz"))} == {503}
            assert {answer.headers.get("retry-after") for answer in (*rejected, single)} == {"5"}
            assert {answer.json()["accepted"] for answer in rejected} == {0}
            assert http.get("/healthz").status_code == 200
            node.start()
            until(lambda: http.get("/readyz").status_code == 200, "it has found Kafka again")
            after = [post(number) for number in range(10, 14)]
            assert [answer.json()["accepted"] for answer in after] == [1, 1, 1, 1]
            keys = [record.key for record in pipeline.read("raw")]
            assert {f"https://e.example/{n}".encode() for n in (0, 10, 11, 12, 13)} <= set(keys)
            assert ingest.stop() == 0
