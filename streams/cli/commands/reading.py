"""Read records, and the outcome of an article."""

from typing import Annotated

import typer

from streams.cli.commands.call import calls
from streams.cli.commands.options import AsJson, BootstrapServers, Prefix


@calls("streams.cli.tail")
def tail(
    topic: Annotated[str, typer.Argument(help="raw, clean, summaries, dead.clean, ... or a full name.")],
    from_start: Annotated[bool, typer.Option("--from-start", help="Begin with the oldest record.")] = False,
    follow: Annotated[
        bool, typer.Option(help="Wait for more; --no-follow shows what is there, from the start, and ends.")
    ] = True,
    count: Annotated[
        int | None, typer.Option("--count", "-n", min=1, help="Stop after this many records.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--filter", metavar="TEXT", help="Only records with this text, in any case.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="Only records with this key.")] = None,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    json_lines: AsJson = False,
) -> None:
    """Show the records of a topic as they arrive, until Ctrl-C. Nothing is acknowledged or changed.

    Example: copydesk tail summaries --from-start --filter ferry
    """


@calls("streams.cli.trace")
def trace(
    article: Annotated[
        str,
        typer.Argument(metavar="URL", help="A URL, an article id, or topic/partition/offset of a record."),
    ],
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    as_json: AsJson = False,
) -> None:
    """Show all that happened to an article: each of its revisions, and its outcome at every stage.

    Any spelling of the URL will do. Everything is read from Kafka, as far back as its topics are kept. The
    exit code is 1 if nothing is known of the article.

    Example: copydesk trace https://harbour-courier.example/2026/03/ferry
    """
