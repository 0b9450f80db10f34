"""Every way to publish a page, as the author of a scraper would use it, gives the same finished value."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from streams.local.broker.node import Broker
from streams.local.supervisor import Supervisor
from tests.support.articles.archives import answer, written
from tests.support.http import ingest_api, site
from tests.support.pipelines.harness import header, until
from tests.support.pipelines.news import NewsPipeline, key_of
from tests.support.places import ROOT

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

EXAMPLES = ROOT / "examples"
FETCHED, FEED = "2026-03-03T09:00:00Z", "courier"
WAYS = (
    *("kafka-python bytes", "kafka-python JSON", "Scrapy", "WARC", "publish bytes", "publish JSON"),
    *("HTTP bytes", "HTTP JSON", "HTTP lines", "HTTP structured"),
)
STAGES = ("clean", "entities", "summaries")


@dataclass
class Run:
    """The pipeline after the same page was published in every way, and the results of the programs."""

    pipeline: NewsPipeline
    site: str
    results: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def do(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, without the proxies of this machine."""
        environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        environment |= {**self.pipeline.config, "PYTHONPATH": os.pathsep.join([str(EXAMPLES), str(ROOT)])}
        command = (sys.executable, *command)
        self.results[name] = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        return self.results[name]

    def scrape(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        target = ("-b", self.pipeline.bootstrap, "-t", self.pipeline.topic("raw"))
        return self.do(name, str(EXAMPLES / "scraper.py"), *target, *arguments)

    def raw(self) -> dict[str, Any]:
        """The records of the first topic by their place."""
        records = self.pipeline.read("raw")
        return {f"{record.topic}/{record.partition}/{record.offset}": record for record in records}

    def places(self) -> dict[str, str]:
        """The place of the page's record for each way."""
        records = self.raw().items()
        return {way_of(record): place for place, record in records if record.key == self.ferry.encode()}

    @property
    def ferry(self) -> str:
        """The URL of the page that is published in every way."""
        return f"{self.site}/ferry"


def way_of(record: Any) -> str:
    """The way in which a record was published, by its source and its form."""
    source, media = header(record, "ce_source"), header(record, "content-type").partition(";")[0]
    form = {"text/html": "bytes", "application/json": "JSON"}.get(media, "structured")
    return {
        "/scrapy/site": "Scrapy",
        "urn:warc": "WARC",
        "/lines": "HTTP lines",
        "/http": f"HTTP {form}",
        "/examples/scraper": f"kafka-python {form}",
        "": f"publish {form}" if form != "structured" else "HTTP structured",
    }[source]


@pytest.fixture(scope="module")
def run(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All ways at once, into one running pipeline."""
    folder = tmp_path_factory.mktemp("ways-in")
    pipeline = NewsPipeline(broker.bootstrap_servers, "ways-in", folder)
    pipeline.set_up()
    supervisor = Supervisor(pipeline.config, stop_seconds=20, output=folder)
    try:
        for stage in STAGES:
            supervisor.start(stage, ["worker", stage])
        with site.newspaper() as address, ThreadPoolExecutor() as together:
            run = Run(pipeline, address)
            ways = (_by_kafka_python, _by_scrapy, _by_publish, _by_http)
            for future in [together.submit(way, run) for way in ways]:
                future.result()
            until(lambda: pipeline.reconciliation().waiting == 0, "all articles have their outcome", 200)
            yield run
    finally:
        supervisor.stop()


def _by_kafka_python(run: Run) -> None:
    options = ("--fetched-at", FETCHED, "--feed", FEED)
    run.scrape("bytes", *options, run.ferry, f"{run.site}/nothing", f"{run.site}/mill")
    run.scrape("JSON", *options, "--json", run.ferry, f"{run.site}/huge")
    run.scrape("takedown", "--takedown", f"{run.site}/mill")


def _by_scrapy(run: Run) -> None:
    spider = str(ROOT / "tests" / "support" / "http" / "site_spider.py")
    run.do("Scrapy", spider, run.pipeline.bootstrap, run.pipeline.topic("raw"), run.site, FETCHED)


def _by_publish(run: Run) -> None:
    entry = f'[[page]]\nfile = "{{}}"\nurl = "{run.ferry}"\nfetched_at = {FETCHED}\nfeed = "{FEED}"\n'
    archive, pages = run.pipeline.folder / "archive", run.pipeline.folder / "pages"
    archive.mkdir()
    records = [
        answer(run.ferry, site.FERRY),
        answer(f"{run.site}/logo", b"x", ("Content-Type", "image/png")),
        answer(f"{run.site}/logo2", b"x", ("Content-Type", "image/png")),
        answer(f"{run.site}/short", b"", ("Location", "/ferry"), status="302 Found"),
    ]
    (archive / "crawl.warc.gz").write_bytes(b"".join(written(record, compressed=True) for record in records))
    (archive / "index.toml").write_text(f'[[page]]\nfile = "crawl.warc.gz"\nfeed = "{FEED}"\n')
    pages.mkdir()
    (pages / "ferry.html").write_bytes(site.FERRY)
    (pages / "index.toml").write_text(entry.format("ferry.html"))
    run.do("bytes of files", "-m", "streams", "publish", "--as", "bytes", str(archive), str(pages))
    run.do("JSON of files", "-m", "streams", "publish", "--as", "json", str(pages))


def _by_http(run: Run) -> None:
    article = {"url": run.ferry, "html": site.FERRY.decode(), "charset": "utf-8"}
    line = orjson.dumps({**article, "fetched_at": FETCHED, "feed": FEED})
    event = {"specversion": "1.0", "id": "1", "source": "/a", "type": "page", "time": FETCHED, "feed": FEED}
    attributes = {"ce-time": FETCHED, "ce-feed": FEED, "ce-id": "1", "ce-source": "/http"}
    requests = (
        (site.FERRY, {"content-type": site.HTML, **attributes}),
        (orjson.dumps(article), {"content-type": "application/json", **attributes}),
        (line, {"content-type": "application/x-ndjson", "ce-id": "1", "ce-source": "/lines"}),
        (orjson.dumps({**event, "data": article}), {"content-type": "application/cloudevents+json"}),
    )
    folder = run.pipeline.folder
    with (
        ingest_api.running(folder / "copydesk.toml", folder / "ingest.log") as server,
        server.client() as http,
    ):
        for body, headers in requests:
            response = http.post("/pages", params={"url": run.ferry}, content=body, headers=headers)
            assert response.status_code == 202, response.text


def test_the_same_page_and_fields_give_the_same_finished_value(run: Run) -> None:
    finished, places = run.pipeline.made_of("summaries"), run.places()
    values = {way: {record.value for record in finished.get(place, ())} for way, place in places.items()}

    assert {way: len(of_way) for way, of_way in values.items()} == dict.fromkeys(WAYS, 1)
    assert len(set.union(*values.values())) == 1
    [value] = values["Scrapy"]
    article = json.loads(value)
    fields = ("url", "feed", "fetched_at", "title")
    assert [article[name] for name in fields] == [run.ferry, FEED, FETCHED, "The ferry to Skarø returns"]
    assert article["extraction"]["charset"] == "utf-8"
    assert {"Grace Adeyemi", "Henrik Dahl"} <= {entity["name"] for entity in article["entities"]}


def test_without_kafka_the_value_is_the_same_and_what_is_left_out_of_an_archive_is_reported(run: Run) -> None:
    archive = str(run.pipeline.folder / "archive")
    result = run.do("process", "-m", "streams", "process", "--until", "clean", archive)

    [record] = run.pipeline.made_of("clean")[run.places()["WARC"]]
    assert result.stdout.encode() == record.value + b"\n"
    assert result.stderr.splitlines()[-1] == "left out: 2 images, 1 redirects"
    published = run.results["bytes of files"]
    assert (published.returncode, published.stderr) == (0, "")
    assert published.stdout.startswith("2 published, 0 failed, 1 key, ")
    assert published.stdout.endswith("; left out: 2 images, 1 redirects\n")


def test_the_scraper_reports_the_place_of_each_page_and_what_was_not_published(run: Run) -> None:
    result = run.results["bytes"]

    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == f"{run.ferry}  {run.places()['kafka-python bytes']}"
    assert result.stderr == f"not published: {run.site}/nothing: HTTP Error 404: Not Found\n"
    large = run.results["JSON"]
    assert large.returncode == 1
    assert large.stderr.startswith(f"not published: {run.site}/huge: ")
    record = run.raw()[run.places()["kafka-python bytes"]]
    assert record.value == site.FERRY
    assert [name for name, _ in record.headers] == [
        *("content-type", "ce_subject", "ce_time", "ce_feed", "ce_source", "ce_id")
    ]


def test_a_repeat_of_the_scraper_has_the_same_id_to_the_end(run: Run) -> None:
    first = run.places()["kafka-python bytes"]
    result = run.scrape("repeat", "--fetched-at", FETCHED, "--feed", FEED, run.ferry)
    repeat = result.stdout.split()[-1]

    until(lambda: repeat in run.pipeline.made_of("summaries"), "the repeat is finished")
    finished = run.pipeline.made_of("summaries")
    assert repeat != first
    assert len({header(record, "ce_id") for place in (first, repeat) for record in finished[place]}) == 1


def test_the_takedown_of_the_scraper_follows_its_article(run: Run) -> None:
    mill = f"{run.site}/mill"
    records = run.raw().items()
    [place] = [place for place, record in records if record.key == mill.encode() and record.value is None]
    [record] = run.pipeline.made_of("summaries")[place]
    assert (record.key, record.value) == (key_of(mill), None)
    assert run.results["takedown"].stdout == f"{mill}  {place}\n"


def test_the_spider_has_published_when_it_closes_and_reports_what_kafka_rejected(run: Run) -> None:
    result = run.results["Scrapy"]

    assert json.loads(result.stdout) == {"copydesk/published": 3, "copydesk/failed": 1}
    [dropped] = [line for line in result.stderr.splitlines() if " ERROR: " in line]
    assert f"not published: {run.site}/huge: " in dropped
    assert "Traceback" not in result.stderr


def test_a_redirected_page_keeps_the_url_that_was_requested(run: Run) -> None:
    crawled = {
        record.key.decode(): place
        for place, record in run.raw().items()
        if header(record, "ce_source") == "/scrapy/site"
    }

    assert set(crawled) == {f"{run.site}{path}" for path in ("/ferry", "/mill", "/short")}
    [record] = run.pipeline.made_of("summaries")[crawled[f"{run.site}/short"]]
    article = json.loads(record.value)
    assert (record.key, article["url"]) == (key_of(f"{run.site}/short"), f"{run.site}/short")


def test_a_page_that_is_not_utf_8_keeps_its_umlauts(run: Run) -> None:
    places = [place for place, record in run.raw().items() if record.value == site.MILL]
    finished = run.pipeline.made_of("summaries")
    articles = [json.loads(record.value) for place in places for record in finished[place]]

    assert len(articles) == 3
    assert {article["extraction"]["charset"] for article in articles} == {"windows-1252"}
    assert {article["title"] for article in articles} == {"Die alte Mühle wird geöffnet"}
