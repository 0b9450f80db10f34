import os
import sys
from collections.abc import Iterable

import typer
from rich.text import Text

from streams.cli.options import load
from streams.core.message import Message
from streams.dead_letters.provenance import provenance
from streams.exit_codes import ExitCode
from streams.inspection.render import Brief, Received, body, head
from streams.inspection.tail import Sought, as_json
from streams.inspection.tail import tail as tail_topic
from streams.printable import one_line
from streams.terminal import Terminal


def tail(
    *,
    topic: str,
    from_start: bool,
    follow: bool,
    count: int | None,
    text: str | None,
    key: str | None,
    bootstrap_servers: str | None,
    prefix: str | None,
    json_lines: bool,
) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)
    name = pipeline.full_name(topic)
    sought = Sought(text=text, key=key, count=count)
    records = tail_topic(settings, pipeline, name, sought, from_start=from_start, follow=follow, aside=_aside)
    try:
        _write(records, pipeline.brief, provenance(pipeline).received, json_lines=json_lines)
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.DONE) from None
    except BrokenPipeError:
        # `| head` has read enough; the interpreter would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(ExitCode.DONE) from None


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
