"""Develop a pipeline: run it without Kafka, print its schemas."""

import os
from typing import Annotated

import typer

from streams.cli.commands.call import calls
from streams.cli.commands.options import BootstrapServers, Prefix

WORKERS = max(1, (os.cpu_count() or 2) // 2)


@calls("streams.cli.process")
def process(
    paths: Annotated[list[str], typer.Argument(help="What `publish` reads: files, folders, or - (stdin).")],
    until: Annotated[str | None, typer.Option(help="The last stage; all of them unless given.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Pool processes for each stage.")] = WORKERS,
    url: Annotated[str | None, typer.Option(help="The URL of the one page given.")] = None,
    show: Annotated[
        bool, typer.Option("--show", help="For reading: names and quotations marked, and who said what.")
    ] = False,
) -> None:
    """Run pages through the same stages without Kafka; finished records are written as JSON lines.

    Discarded and dead pages are reported on stderr with the reason; the exit code is 1 if any is dead.

    Example: copydesk process pages/ > articles.jsonl
    """


@calls("streams.cli.schema")
def schema(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="The topic, with or without the prefix; none: all records."),
    ] = None,
    as_asyncapi: Annotated[bool, typer.Option("--asyncapi", help="Write an AsyncAPI 3 document.")] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
) -> None:
    """Write the JSON Schema (2020-12) of a topic's records, or of all. Kafka is not asked.

    Example: copydesk schema summaries > article.schema.json
    """
