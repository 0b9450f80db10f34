"""The HTTP ingest API over loopback, on a real broker: what it accepts and what it rejects."""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
import httpx
import pytest

from agents.ids import article_id
from streams.core.timestamps import rfc3339
from tests.support.http.ingest_api import HTML, LINES, MIB, PAGE, URL, IngestProcess, link_to, placed, running
from tests.support.pipelines.harness import header
from tests.support.pipelines.news import NewsPipeline

pytestmark = pytest.mark.kafka

JSON = {"content-type": "application/json"}
AT_URL = {"url": URL}


@pytest.fixture(scope="module")
def ingest(pipeline: NewsPipeline) -> Iterator[IngestProcess]:
    with running(pipeline.folder / "copydesk.toml", pipeline.folder / "ingest.log") as ingest:
        yield ingest


@pytest.fixture
def http(ingest: IngestProcess) -> Iterator[httpx.Client]:
    with ingest.client() as client:
        yield client


def test_a_page_is_in_kafka_when_the_answer_arrives(pipeline: NewsPipeline, http: httpx.Client) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    event = {"ce-id": "7", "ce-source": "/crab", "ce-time": "2026-03-03T09:00:00Z", "ce-feed": "Br%C3%BCcke"}

    answer = http.post(
        "/pages", params={"url": URL}, content=PAGE, headers={**HTML, **event, "traceparent": trace}
    )

    assert answer.status_code == 202
    record = placed(pipeline, answer.json())
    assert (record.key, record.value) == (URL.encode(), PAGE)
    assert sorted(record.headers) == [
        ("ce_feed", "Brücke".encode()),
        ("ce_id", b"7"),
        ("ce_source", b"/crab"),
        ("ce_time", b"2026-03-03T09:00:00Z"),
        ("content-type", b"text/html; charset=ISO-8859-1"),
        ("traceparent", trace.encode()),
    ]
    second = http.post("/pages", params={"url": URL}, content=PAGE, headers=HTML)
    assert second.json()["partition"] == answer.json()["partition"], "pages of a key are in order"
    assert second.json()["offset"] > answer.json()["offset"]


@pytest.mark.parametrize(
    ("headers", "body", "key"),
    [
        ({**HTML, "ce-subject": quote(URL + "?a=%20", safe=":/?=")}, PAGE, URL + "?a=%20"),
        (JSON, json.dumps({"url": URL, "text": "x"}).encode(), URL),
        (
            {"content-type": "application/cloudevents+json"},
            json.dumps({"id": "1", "source": "/a", "data": {"url": URL, "text": "x"}}).encode(),
            URL,
        ),
        (
            {"content-type": "application/cloudevents+json; charset=utf-8"},
            json.dumps({"subject": URL, "datacontenttype": "text/html", "data": "<p>x"}).encode(),
            URL,
        ),
    ],
    ids=["page with ce-subject", "JSON", "structured JSON", "structured page"],
)
def test_every_form_is_keyed_by_its_url_and_written_as_it_was_received(
    pipeline: NewsPipeline, http: httpx.Client, headers: dict[str, str], body: bytes, key: str
) -> None:
    answer = http.post("/pages", content=body, headers=headers)

    assert answer.status_code == 202, answer.text
    record = placed(pipeline, answer.json())
    assert (record.key, record.value) == (key.encode(), body)
    assert header(record, "content-type") == headers["content-type"]


def test_the_answer_says_which_article_it_is_and_when_kafka_received_it(
    pipeline: NewsPipeline, http: httpx.Client
) -> None:
    spelled = "http://www.a.example/harbour/?utm_source=x"

    page = http.post("/pages", params={"url": spelled}, content=PAGE, headers=HTML).json()
    line = json.dumps({"url": URL, "text": "x"}).encode()
    [of_line] = http.post("/pages", content=line, headers=LINES).json()["lines"]
    takedown = http.delete("/pages", params={"url": URL}).json()

    assert [answer["id"] for answer in (page, of_line, takedown)] == [article_id(URL)] * 3
    for answer in (page, of_line, takedown):
        assert answer["received_at"] == rfc3339(placed(pipeline, answer).timestamp)


@pytest.mark.parametrize(
    ("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)]
)
def test_a_compressed_body_is_decompressed(
    pipeline: NewsPipeline, http: httpx.Client, encoding: str, compress: Any
) -> None:
    answer = http.post(
        "/pages", params={"url": URL}, content=compress(PAGE), headers={**HTML, "content-encoding": encoding}
    )

    assert answer.status_code == 202, answer.text
    assert placed(pipeline, answer.json()).value == PAGE


@pytest.mark.parametrize(
    ("status", "headers", "params", "body", "detail"),
    [
        (415, {"content-type": "image/png"}, AT_URL, b"x", "content-type 'image/png' is not taken here"),
        (415, {}, AT_URL, b"x", "without a content-type nothing is taken here"),
        (415, {**HTML, "content-encoding": "rot13"}, AT_URL, b"x", "content-encoding 'rot13' is not"),
        (422, HTML, {}, PAGE, "the page's URL is not known: give it as ?url= or in ce-subject"),
        (422, HTML, {"url": "nowhere"}, PAGE, "the url 'nowhere' is not an http or https URL"),
        (400, {**HTML, "ce-subject": URL + "/b"}, AT_URL, PAGE, "?url= and ce-subject name two URLs"),
        (
            422,
            JSON,
            {},
            b'{"url": 5}',
            "the value is not a RawArticle: Expected `str`, got `int` - at `$.url`",
        ),
        (422, {"content-type": "application/cloudevents+json"}, {}, b"{}", "the CloudEvent has no data"),
        (400, {**HTML, "content-encoding": "gzip"}, AT_URL, b"no gzip", "the body cannot be read"),
        (413, HTML, AT_URL, bytes(2 * MIB + 1), "it is larger than 2,097,152 bytes"),
        (413, HTML, AT_URL, os.urandom(MIB), "it is too large for the topic: 1,0"),
        (403, {**HTML, "origin": "https://evil.example"}, AT_URL, PAGE, "this API is not for browsers"),
    ],
)
def test_what_is_not_accepted_is_reported_in_a_problem_document(
    pipeline: NewsPipeline,
    http: httpx.Client,
    status: int,
    headers: dict[str, str],
    params: dict[str, str],
    body: bytes,
    detail: str,
) -> None:
    before = len(pipeline.read("raw"))

    answer = http.post("/pages", params=params, content=body, headers=headers)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    report = answer.json()
    assert (report["type"], report["status"]) == ("about:blank", status)
    assert report["detail"].startswith(detail)
    assert len(pipeline.read("raw")) == before


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/pages", 405), ("POST", "/page", 404)])
def test_an_unknown_path_or_method_gets_a_problem_document_too(
    http: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = http.request(method, path)

    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers.get("allow") == ("DELETE,POST" if status == 405 else None)


def test_a_body_that_announces_too_many_bytes_is_rejected_before_it_is_sent(ingest: IngestProcess) -> None:
    with link_to(ingest) as link:
        link.sendall(
            b"POST /pages?url=https://a.example/x HTTP/1.1\r\nHost: a\r\nContent-Type: text/html\r\n"
            b"Content-Length: 9000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert link.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("media", ["text/html", "application/x-ndjson"])
def test_a_body_that_decompresses_to_far_more_is_rejected_and_never_in_memory(
    ingest: IngestProcess, media: str
) -> None:
    layer = zlib.compressobj(1, zlib.DEFLATED, 31)
    bomb = b"".join([*(layer.compress(bytes(16 * MIB)) for _ in range(12)), layer.flush()])
    headers = {"content-type": media, "content-encoding": "gzip"}

    with ingest.client() as http:
        answer = http.post("/pages", params={"url": URL}, content=bomb, headers=headers)

    assert answer.status_code == 413, answer.text
    status = Path(f"/proc/{ingest.process.pid}/status")
    if status.exists():
        [peak] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        assert int(peak) < 250_000


def test_lines_are_accepted_or_rejected_one_by_one_in_order(
    pipeline: NewsPipeline, http: httpx.Client
) -> None:
    good = [json.dumps({"url": f"{URL}/{n}", "text": "x"}).encode() for n in range(3)]
    body = b"\n".join([good[0], b"not json", b"", good[1], b'{"url": "x' + b"y" * 2 * MIB + b'"}', good[2]])
    headers = {**LINES, "ce-id": "batch-1", "ce-source": "/crab"}

    answer = http.post("/pages", content=body, headers=headers)

    assert answer.status_code == 422
    report = answer.json()
    assert (report["accepted"], report["rejected"]) == (3, 2)
    assert [(line["line"], line.get("status")) for line in report["lines"]] == [
        (1, None),
        (2, 422),
        (4, None),
        (5, 413),
        (6, None),
    ]
    records = [placed(pipeline, line) for line in report["lines"] if "status" not in line]
    assert [record.value for record in records] == good
    assert [header(record, "ce_id") for record in records] == ["batch-1/1", "batch-1/4", "batch-1/6"]


def test_a_thousand_lines_are_all_confirmed(pipeline: NewsPipeline, http: httpx.Client) -> None:
    lines = [json.dumps({"url": f"https://b.example/{n}", "text": "x"}).encode() for n in range(1000)]

    answer = http.post("/pages", content=iter([b"\n".join(lines)]), headers=LINES)

    assert answer.status_code == 202, answer.text[:500]
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (1000, 0)
    arrived = [
        record.value
        for record in pipeline.read("raw")
        if (record.key or b"").startswith(b"https://b.example/")
    ]
    assert sorted(arrived) == sorted(lines)


def test_a_takedown_is_a_null_value_under_the_url(pipeline: NewsPipeline, http: httpx.Client) -> None:
    answer = http.delete("/pages", params={"url": URL}, headers={"ce-id": "gone", "ce-source": "/crab"})

    assert answer.status_code == 202
    record = placed(pipeline, answer.json())
    assert (record.key, record.value, header(record, "ce_id")) == (URL.encode(), None, "gone")


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_url_that_was_cut_off_at_its_own_ampersand_is_rejected(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/pages?url=https://a.example/x?a=1&b=2", content=PAGE, headers=HTML)

    assert answer.status_code == 400
    assert answer.json()["detail"] == "url is the only parameter: a URL with & in it must be percent-encoded"


@pytest.mark.parametrize(("params", "status"), [({}, 400), ({"url": "ftp://a.example/"}, 422)])
def test_a_takedown_of_what_cannot_be_an_article_is_rejected(
    http: httpx.Client, params: dict[str, str], status: int
) -> None:
    assert http.delete("/pages", params=params).status_code == status
