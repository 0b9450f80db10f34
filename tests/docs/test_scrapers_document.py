"""The commands of docs/guides/scrapers.md that a reader copies, run as they stand."""

import gzip
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from streams.local.broker.node import Broker
from tests.support.articles.archives import answer, written
from tests.support.http import ingest_api, site
from tests.support.pipelines.news import NewsPipeline
from tests.support.places import DOCS, ROOT

pytestmark = pytest.mark.kafka

DOCUMENT = (DOCS / "guides" / "scrapers.md").read_text("utf-8")
SHELL = "".join(re.findall(r"^```sh\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL))
CURLS = [line for line in re.sub(r"\\\n\s*", "", SHELL).splitlines() if line.startswith("curl ")]
PUBLISH = re.findall(r"^    (copydesk publish [^#\n]*)", DOCUMENT, re.MULTILINE)
URL = "https://harbour-courier.example/ferry"


@pytest.fixture(scope="module")
def pipeline(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> NewsPipeline:
    """The topics of the pipeline, and the files that the document names."""
    folder = tmp_path_factory.mktemp("scrapers")
    pipeline = NewsPipeline(broker.bootstrap_servers, "document", folder)
    pipeline.set_up()
    line = json.dumps({"url": URL, "html": site.FERRY.decode()}).encode()
    (folder / "pages").mkdir()
    for name, content in {
        "page.html": site.FERRY,
        "pages/a.html": site.FERRY + f'<link rel="canonical" href="{URL}">'.encode(),
        "article.json": line,
        "articles.jsonl.gz": gzip.compress(line + b"\n" + line),
        "crawl.jsonl.gz": gzip.compress(line),
        "crawl.warc.gz": written(answer(URL, site.FERRY), compressed=True),
    }.items():
        (folder / name).write_bytes(content)
    return pipeline


@pytest.fixture(scope="module")
def server(pipeline: NewsPipeline) -> Iterator[ingest_api.IngestProcess]:
    with ingest_api.running(pipeline.folder / "copydesk.toml", pipeline.folder / "ingest.log") as server:
        yield server


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("command", CURLS)
def test_each_curl_line_is_accepted_and_its_records_are_in_kafka(
    pipeline: NewsPipeline, server: ingest_api.IngestProcess, command: str
) -> None:
    before = len(pipeline.read("raw"))
    result = subprocess.run(
        # A busy machine may take longer to index a page than a reader would wait.
        ["bash", "-c", command.replace("http://127.0.0.1:8070", server.url).replace("retry 5", "retry 50")],
        cwd=pipeline.folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, (result.stdout, result.stderr)
    records, answered = pipeline.read("raw"), json.loads(result.stdout)
    assert len(records) - before == (0 if answered.get("now") == "waiting" else answered.get("accepted", 1))
    assert {record.key for record in records} == {URL.encode()}


def test_there_is_a_curl_line_for_each_request() -> None:
    assert len(CURLS) == 6


def test_each_command_to_publish_files_works(pipeline: NewsPipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pipeline.folder)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    results = [pipeline.run(*command.split()[1:]) for command in PUBLISH]
    assert [(result.returncode, result.stdout.partition(",")[0], result.stderr) for result in results] == [
        (0, "1 published", "")
    ] * 4
