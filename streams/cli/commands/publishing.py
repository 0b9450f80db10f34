"""Publish pages and takedowns."""

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.commands.call import calls
from streams.cli.commands.options import AsJson, BootstrapServers, Parent, Prefix
from streams.ingest.forms import COMPRESSIONS, Form


@calls("streams.cli.publish")
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


@calls("streams.cli.takedown")
def takedown(
    urls: Annotated[list[str] | None, typer.Argument(help="URLs or ids of articles; -: stdin.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="FILE", help="URLs, one per line; # is a comment.")
    ] = None,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    as_json: AsJson = False,
) -> None:
    """Remove articles: publish a takedown for each, which every stage passes on to every sink.

    Returns when Kafka has confirmed them.

    Any form of the URL finds the article: http or https, www, trackers, a slash at the end. The exact URL
    that it was published under is best: the takedown is then in the same partition and cannot overtake it.
    If any of the URLs is not valid, nothing is sent.

    Example: copydesk takedown https://harbour-courier.example/2026/03/ferry
    """


@calls("streams.cli.ingest")
def ingest(
    host: Annotated[str | None, typer.Option(help="The address to listen on. Default: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port. Default: 8070.")] = None,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    parent: Parent = None,
) -> None:
    """Take pages over HTTP until SIGTERM: POST /pages, and DELETE /pages?url= for takedowns.

    GET /articles?url= says the outcome of a page.

    A request is answered when Kafka has confirmed its record. Only this machine can connect, unless a token
    is set: COPYDESK_INGEST__TOKEN, or ingest.token_file in the configuration.

    Example: copydesk ingest --port 8070
    """
