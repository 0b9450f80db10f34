from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.cli.options import AsJson, BootstrapServers, Prefix, load
from streams.core.message import RecordToPublish
from streams.core.pipeline import Pipeline
from streams.ingest.files import ReadOptions, RejectedInput, find_sources, left_out_words, read_sources
from streams.ingest.pages import Form
from streams.ingest.publisher import COMPRESSIONS, PublishCounts, Report
from streams.ingest.publisher import publish as publish_inputs
from streams.terminal import Terminal
from streams.terminal import progress as bar_of

MB = 1_000_000


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
    inputs = read_sources(find_sources(paths, reading), reading)
    with _shown() as (reject, progress):
        report = publish_inputs(
            settings, full_name, inputs, reject=reject, progress=progress, compression=compression
        )
    typer.echo(orjson.dumps(asdict(report)).decode() if as_json else in_words(report))
    if report.failed:
        raise typer.Exit(1)


def _need_readable(pipeline: Pipeline, full_name: str) -> Callable[[RecordToPublish], None]:
    """A check that raises `Invalid` for a record of the wrong form. Topics of others have no form."""
    known = {topic.full_name: topic for topic in pipeline.all_topics() if topic.record is not None}

    def need_readable(record: RecordToPublish) -> None:
        if full_name in known:
            known[full_name].decode(record.as_message(full_name))

    return need_readable


def in_words(report: Report) -> str:
    """`181 published, 0 failed, 181 keys, 33 MB, 2.1 s`."""
    size = f"{report.bytes / MB:.0f} MB" if report.bytes >= 10 * MB else f"{report.bytes / 1000:,.0f} kB"
    counts = f"{report.published:,} published, {report.failed:,} failed, {report.keys:,} keys"
    left_out = f"; {left_out_words(report.left_out)}" if report.left_out else ""
    return f"{counts}, {size}, {report.seconds:.1f} s{left_out}"


@contextmanager
def _shown() -> Iterator[tuple[Callable[[RejectedInput], None], Callable[[PublishCounts], None]]]:
    """Callbacks that report rejections and progress on stderr, with a bar if that is a terminal."""
    console = Terminal(stderr=True)
    columns = (
        SpinnerColumn(),
        BarColumn(pulse_style="green"),
        TextColumn("{task.completed:,.0f} records  {task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with bar_of(console, *columns) as bar:
        task = bar.add_task("publish", total=None, rate="")

        def progress(counts: PublishCounts) -> None:
            seconds = bar.tasks[0].elapsed or 0
            rate = f"{counts.published / seconds:,.0f}/s" if seconds else ""
            bar.update(task, completed=counts.published, rate=rate)

        def reject(page: RejectedInput) -> None:
            console.report("not published", "red", f"{page.where}: {page.reason}")

        yield reject, progress
