"""Every way in, as a scraper's author would use it, gives one and the same finished value for a page."""

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
    """The pipeline after the same page came in by every way, and what each program said."""

    pipeline: NewsPipeline
    site: str
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def do(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end. Proxies of this machine are none of its business."""
        environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        environment |= {**self.pipeline.config, "PYTHONPATH": os.pathsep.join([str(EXAMPLES), str(ROOT)])}
        command = (sys.executable, *command)
        self.said[name] = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        return self.said[name]

    def scrape(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        where = ("-b", self.pipeline.bootstrap, "-t", self.pipeline.topic("raw"))
        return self.do(name, str(EXAMPLES / "scraper.py"), *where, *arguments)

    def raw(self) -> dict[str, Any]:
        """The records of the first topic by where they lie."""
        return {f"{one.topic}/{one.partition}/{one.offset}": one for one in self.pipeline.read("raw")}

    def placed(self) -> dict[str, str]:
        """Where the page lies that came in by each way."""
        return {way_of(one): at for at, one in self.raw().items() if one.key == self.ferry.encode()}

    @property
    def ferry(self) -> str:
        """The URL of the page that comes in by every way."""
        return f"{self.site}/ferry"


def way_of(record: Any) -> str:
    """Which way a record came in: by who says that it is its source, and by its form."""
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
    """All ways in at once, into one running pipeline."""
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
            for done in [together.submit(way, run) for way in ways]:
                done.result()
            until(lambda: pipeline.reconciliation().waiting == 0, "everything has its outcome", 200)
            yield run
    finally:
        supervisor.stop()


def _by_kafka_python(run: Run) -> None:
    said = ("--fetched-at", FETCHED, "--feed", FEED)
    run.scrape("bytes", *said, run.ferry, f"{run.site}/nothing", f"{run.site}/mill")
    run.scrape("JSON", *said, "--json", run.ferry, f"{run.site}/huge")
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
    (archive / "crawl.warc.gz").write_bytes(b"".join(written(one, compressed=True) for one in records))
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
    around = {"ce-time": FETCHED, "ce-feed": FEED, "ce-id": "1", "ce-source": "/http"}
    sent = (
        (site.FERRY, {"content-type": site.HTML, **around}),
        (orjson.dumps(article), {"content-type": "application/json", **around}),
        (line, {"content-type": "application/x-ndjson", "ce-id": "1", "ce-source": "/lines"}),
        (orjson.dumps({**event, "data": article}), {"content-type": "application/cloudevents+json"}),
    )
    folder = run.pipeline.folder
    with (
        ingest_api.running(folder / "copydesk.toml", folder / "ingest.log") as server,
        server.client() as http,
    ):
        for body, headers in sent:
            done = http.post("/pages", params={"url": run.ferry}, content=body, headers=headers)
            assert done.status_code == 202, done.text


def test_the_same_page_and_fields_give_one_and_the_same_finished_value(run: Run) -> None:
    finished, placed = run.pipeline.made_of("summaries"), run.placed()
    values = {way: {one.value for one in finished.get(at, ())} for way, at in placed.items()}

    assert {way: len(one) for way, one in values.items()} == dict.fromkeys(WAYS, 1)
    assert len(set.union(*values.values())) == 1
    [value] = values["Scrapy"]
    article = json.loads(value)
    report = ("url", "feed", "fetched_at", "title")
    assert [article[name] for name in report] == [run.ferry, FEED, FETCHED, "The ferry to Skarø returns"]
    assert article["extraction"]["charset"] == "utf-8"
    assert {"Grace Adeyemi", "Henrik Dahl"} <= {one["name"] for one in article["entities"]}


def test_without_kafka_it_is_the_same_value(run: Run) -> None:
    archive = str(run.pipeline.folder / "archive")
    done = run.do("process", "-m", "streams", "process", "--until", "clean", archive)

    [record] = run.pipeline.made_of("clean")[run.placed()["WARC"]]
    assert done.stdout.encode() == record.value + b"\n"
    assert done.stderr.splitlines()[-1] == "left out: 2 images, 1 redirects"


def test_publish_says_what_of_an_archive_is_no_page(run: Run) -> None:
    done = run.said["bytes of files"]

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 published, 0 failed, 1 keys, ")
    assert done.stdout.endswith("; left out: 2 images, 1 redirects\n")


def test_the_scraper_says_where_each_page_lies_and_what_was_not_published(run: Run) -> None:
    done = run.said["bytes"]

    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == f"{run.ferry}  {run.placed()['kafka-python bytes']}"
    assert done.stderr == f"not published: {run.site}/nothing: HTTP Error 404: Not Found\n"
    large = run.said["JSON"]
    assert large.returncode == 1
    assert large.stderr.startswith(f"not published: {run.site}/huge: ")
    record = run.raw()[run.placed()["kafka-python bytes"]]
    assert record.value == site.FERRY
    assert [name for name, _ in record.headers] == [
        *("content-type", "ce_subject", "ce_time", "ce_feed", "ce_source", "ce_id"),
    ]


def test_a_repeat_of_the_scrapers_has_the_same_identity_to_the_end(run: Run) -> None:
    first = run.placed()["kafka-python bytes"]
    again = run.scrape("again", "--fetched-at", FETCHED, "--feed", FEED, run.ferry)
    repeat = again.stdout.split()[-1]

    until(lambda: repeat in run.pipeline.made_of("summaries"), "the repeat is finished")
    finished = run.pipeline.made_of("summaries")
    assert repeat != first
    assert len({header(one, "ce_id") for at in (first, repeat) for one in finished[at]}) == 1


def test_the_scrapers_takedown_stands_behind_its_article(run: Run) -> None:
    mill = f"{run.site}/mill"
    [at] = [at for at, one in run.raw().items() if one.key == mill.encode() and one.value is None]
    [record] = run.pipeline.made_of("summaries")[at]
    assert (record.key, record.value) == (key_of(mill), None)
    assert run.said["takedown"].stdout == f"{mill}  {at}\n"


def test_the_spider_has_published_when_it_has_closed_and_tells_what_kafka_did_not_take(run: Run) -> None:
    done = run.said["Scrapy"]

    assert json.loads(done.stdout) == {"copydesk/published": 3, "copydesk/failed": 1}
    [dropped] = [line for line in done.stderr.splitlines() if " ERROR: " in line]
    assert f"not published: {run.site}/huge: " in dropped
    assert "Traceback" not in done.stderr


def test_a_redirected_page_is_kept_under_the_url_that_was_asked_for(run: Run) -> None:
    crawled = {
        one.key.decode(): at for at, one in run.raw().items() if header(one, "ce_source") == "/scrapy/site"
    }

    assert set(crawled) == {f"{run.site}{path}" for path in ("/ferry", "/mill", "/short")}
    [record] = run.pipeline.made_of("summaries")[crawled[f"{run.site}/short"]]
    article = json.loads(record.value)
    assert (record.key, article["url"]) == (key_of(f"{run.site}/short"), f"{run.site}/short")


def test_a_page_that_is_not_utf_8_keeps_its_dead_letters(run: Run) -> None:
    pages = [at for at, one in run.raw().items() if one.value == site.MILL]
    finished = run.pipeline.made_of("summaries")
    texts = [json.loads(one.value) for at in pages for one in finished[at]]

    assert len(texts) == 3
    assert {one["extraction"]["charset"] for one in texts} == {"windows-1252"}
    assert {one["title"] for one in texts} == {"Die alte Mühle wird geöffnet"}
