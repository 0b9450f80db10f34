from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from streams.cli.options import AsJson, BootstrapServers, Prefix, load, repeated_options
from streams.cli.views.publishing import Complaints, in_words, next_commands, shown_progress
from streams.core.message import RecordToPublish
from streams.core.pipeline import Pipeline
from streams.errors import interrupted_as
from streams.ingest.files import ReadOptions, find_sources, read_sources
from streams.ingest.input_count import input_count
from streams.ingest.pages import Form
from streams.ingest.publisher import COMPRESSIONS
from streams.ingest.publisher import publish as publish_inputs
from streams.terminal import Terminal

INTERRUPTED = "interrupted before anything was published; publish all of it again"


def publish(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files (.html, .txt, .json, .jsonl, .ndjson, .warc, each also .gz), folders, or - (stdin)."
        ),
    ],
    topic: Annotated[str, typer.Option(help="The topic to publish to, with or without the prefix.")] = "raw",
    url: Annotated[str | None, typer.Option(help="The URL of the one page given.")] = None,
    form: Annotated[
        Form | None,
        typer.Option("--as", help="How pages are sent. Default: bytes; JSON if they have a feed."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Reject lines that are no JSON articles.")] = False,
    compression: Annotated[str | None, typer.Option(help=f"One of {', '.join(COMPRESSIONS)}.")] = None,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    as_json: AsJson = False,
) -> None:
    """Publish pages, JSON lines and web archives; returns when Kafka has confirmed every one.

    JSON lines are sent as they are. A line that is not JSON is sent too, and the pipeline dead-letters it.
    Each page needs its URL: from --url, an index.toml beside it, or its own canonical link. What cannot be
    published is reported with the reason; the rest is published, and the exit code is 1. Of a web archive the
    HTML pages are published, under the URL that was requested; the rest of it is left out and counted.

    Example: copydesk publish pages/ crawl.jsonl.gz crawl.warc.gz
    """
    settings, pipeline = load(bootstrap_servers, prefix)
    full_name = pipeline.full_name(topic)
    readable = _need_readable(pipeline, full_name)
    reading = ReadOptions(url=url, form=form, check=check, need_readable=readable)
    sources = find_sources(paths, reading)
    console = Terminal(stderr=True)
    complaints = Complaints(console)
    with interrupted_as(INTERRUPTED), shown_progress(console, input_count(sources)) as progress:
        report = publish_inputs(
            settings,
            full_name,
            read_sources(sources, reading),
            reject=complaints.add,
            progress=progress,
            compression=compression,
        )
    complaints.summarise()
    typer.echo(orjson.dumps(asdict(report)).decode() if as_json else in_words(report))
    if (
        report.published
        and console.is_terminal
        and full_name in {first.full_name for first in pipeline.first}
    ):
        next_commands(console, pipeline.last[0].name, repeated_options(bootstrap_servers, prefix))
    if report.failed:
        raise typer.Exit(1)


def _need_readable(pipeline: Pipeline, full_name: str) -> Callable[[RecordToPublish], None]:
    """A check that raises `Invalid` for a record of the wrong form. Topics of others have no form."""
    known = {topic.full_name: topic for topic in pipeline.all_topics() if topic.record is not None}

    def need_readable(record: RecordToPublish) -> None:
        if full_name in known:
            known[full_name].decode(record.as_message(full_name))

    return need_readable
