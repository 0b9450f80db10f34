"""A pipeline with an article of every outcome, for `copydesk trace` and `GET /articles`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner, Result

from streams.cli.commands.dead_letters import dlq
from streams.cli.commands.reading import trace
from tests.support.articles.newspaper import raw, url
from tests.support.pipelines.harness import PATIENCE, until
from tests.support.pipelines.news import NewsPipeline, Raw

STAGES = ("clean", "entities", "summaries")
SHORT, BROKEN, DROPPED = (f"https://a.example/{name}" for name in ("short", "broken", "dropped"))
GONE = "http://gazette3.example/news/2026/0003/"
"""The URL of article 3, spelled in another way."""


@dataclass(frozen=True)
class Traced:
    """A pipeline that has processed articles of every outcome, and has others waiting."""

    pipeline: NewsPipeline
    placed: list[str]

    def command(self, *arguments: str) -> Result:
        app = typer.Typer()
        app.command()(trace)
        return CliRunner(env={**self.pipeline.config, "COLUMNS": "200"}).invoke(app, arguments)

    def story(self, article: str) -> dict[str, Any]:
        """The trace of an article as JSON."""
        report = self.command(article, "--json")
        assert report.exit_code == 0, report.exception
        return dict(json.loads(report.stdout))

    def steps(self, article: str) -> list[list[tuple[str, str]]]:
        """Stage and outcome of each step, for each revision."""
        return [
            [(step["stage"], step["outcome"]) for step in revision["steps"]]
            for revision in self.story(article)["revisions"]
        ]


def traced_pipeline(bootstrap: str, prefix: str, folder: Path) -> Traced:
    """Processes the articles, one stage after the other. All its processes have ended."""
    pipeline = NewsPipeline(bootstrap, prefix, folder)
    pipeline.set_up()
    with (pipeline.folder / "copydesk.toml").open("a") as file:
        file.write("[stages.entities.work]\nmodels = {}\n")  # entities do not matter here
    placed = pipeline.publish_raw(
        [
            Raw(value=raw(1), key=b"4711"),
            Raw(value=raw(2), key=url(2).encode()),
            Raw(value=raw(2, revision=1), key=url(2).encode()),
            Raw(value=raw(3), key=url(3).encode()),
            Raw(value=json.dumps({"url": SHORT, "text": "It is open."}).encode()),
            Raw(value=json.dumps({"url": BROKEN, "authors": 7, "text": "x"}).encode()),
            Raw(value=b"%PDF", key=DROPPED.encode(), headers=[("content-type", b"application/pdf")]),
        ]
    )
    # Sent later, because the record that Kafka receives first is the older one, and partitions have no order.
    placed[4:4] = pipeline.publish_raw([Raw(value=None, key=GONE.encode(), headers=())])
    for stage in STAGES:
        worker = pipeline.start("worker", stage)
        try:
            until(lambda stage=stage: pipeline.lag_of(stage) == 0, f"{stage} has acknowledged all", 110)
            worker.terminate()
            worker.wait(PATIENCE)
        finally:
            pipeline.stop()
    dropped = CliRunner(env=pipeline.config).invoke(dlq, ["drop", "clean", "--key", DROPPED, "--yes"])
    assert dropped.stdout == "1 dropped, 0 left open\n"
    placed += pipeline.publish_raw([Raw(value=raw(2, revision=2), key=url(2).encode())])
    return Traced(pipeline, placed)
