import os
import sys
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.text import Text

from streams.cli.options import AsJson, BootstrapServers, Prefix, load
from streams.core.message import Message
from streams.dead_letters.provenance import provenance
from streams.inspection.render import Brief, Received, body, head
from streams.inspection.tail import Sought, as_json
from streams.inspection.tail import tail as tail_topic
from streams.printable import one_line
from streams.terminal import Terminal


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
    settings, pipeline = load(bootstrap_servers, prefix)
    name = pipeline.full_name(topic)
    sought = Sought(text=text, key=key, count=count)
    records = tail_topic(settings, pipeline, name, sought, from_start=from_start, follow=follow, aside=_aside)
    try:
        _write(records, pipeline.brief, provenance(pipeline).received, json_lines=json_lines)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except BrokenPipeError:
        # `| head` has read enough; the interpreter would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def _aside(sentence: str) -> None:
    typer.echo(f"copydesk: {one_line(sentence)}", err=True)


class Pipe(Terminal):
    """A console that raises `BrokenPipeError`; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _write(records: Iterable[Message], brief: Brief, received: Received, *, json_lines: bool) -> None:
    console = Pipe()
    for message in records:
        if json_lines:
            sys.stdout.buffer.write(as_json(message, received) + b"\n")
            sys.stdout.flush()
        else:
            console.say(_block(message, brief, received))


def _block(message: Message, brief: Brief, received: Received) -> Text:
    block = Text(head(message), style="bold cyan")
    for label, text in body(message, brief, received):
        block.append(f"\n  {label:<13}", style="dim not bold").append(f" {text}", style="default not bold")
    return block
