from collections.abc import Callable
from dataclasses import asdict

import orjson
import typer

from streams.cli.options import load, repeated_options
from streams.cli.views.publishing import Complaints, in_words, next_commands, shown_progress
from streams.core.message import RecordToPublish
from streams.core.pipeline import Pipeline
from streams.errors import interrupted_as
from streams.exit_codes import ExitCode
from streams.ingest.files import ReadOptions, find_sources, read_sources
from streams.ingest.forms import Form
from streams.ingest.input_count import input_count
from streams.ingest.publisher import publish as publish_inputs
from streams.terminal import Terminal

INTERRUPTED = "interrupted before anything was published; publish all of it again"


def publish(
    *,
    paths: list[str],
    topic: str,
    url: str | None,
    form: Form | None,
    check: bool,
    compression: str | None,
    bootstrap_servers: str | None,
    prefix: str | None,
    as_json: bool,
) -> None:
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
        raise typer.Exit(ExitCode.FAILED)


def _need_readable(pipeline: Pipeline, full_name: str) -> Callable[[RecordToPublish], None]:
    """A check that raises `Invalid` for a record of the wrong form. Topics of others have no form."""
    known = {topic.full_name: topic for topic in pipeline.all_topics() if topic.record is not None}

    def need_readable(record: RecordToPublish) -> None:
        if full_name in known:
            known[full_name].decode(record.as_message(full_name))

    return need_readable
