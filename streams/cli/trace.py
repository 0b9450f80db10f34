from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer
from rich.text import Text

from streams.cli.dead_letters import closed
from streams.cli.options import AsJson, BootstrapServers, Prefix
from streams.core.pipeline import load_pipeline
from streams.errors import BrokerError
from streams.inspection.trace.finding import find
from streams.inspection.trace.report import report
from streams.inspection.trace.story import TAKEN, HeldRecord, Trace, TracedRevision, TraceStep
from streams.inspection.trace.tree import drawn
from streams.printable import one_line
from streams.settings import load_settings
from streams.terminal import Terminal

STYLES = {
    **dict.fromkeys(("finished", "sent", "taken"), "green"),
    **dict.fromkeys(("discarded", "dropped", "waiting", "held", "not known"), "yellow"),
    **dict.fromkeys(("dead",), "red"),
    "removed": "magenta",
}


#: Of the names of stages and sinks, at the least.
WIDTH = 12


def trace(
    article: Annotated[
        str,
        typer.Argument(metavar="URL", help="A URL, an article id, or topic/partition/offset of a record."),
    ],
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    as_json: AsJson = False,
) -> None:
    """Tell all that became of an article: each of its revisions, and what every stage made of it.

    Any spelling of the URL will do. Everything is read from Kafka, as far back as its topics are kept. Exit
    code 1 when nothing is known of the article.

    Example: copydesk trace https://harbour-courier.example/2026/03/ferry
    """
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    pipeline = load_pipeline(settings)
    found = find(settings, pipeline, article)
    story = report(settings, pipeline, article, found)
    if found.deleted:
        typer.echo(f"copydesk: up to {found.deleted:,} records were deleted while they were read", err=True)
    if as_json:
        typer.echo(orjson.dumps(as_plain(story)).decode())
    elif story.now:
        Terminal(soft_wrap=True).print(page(story))
    if not story.now:
        raise BrokerError(f"nothing is known of {article}: it never came in, or all of it is kept no longer")


def as_plain(story: Trace) -> dict[str, Any]:
    """For JSON. Times are in milliseconds since 1970."""
    revisions = [asdict(one) | {"outcome": one.outcome, "sinks": dict(one.sinks)} for one in story.revisions]
    return {
        "text": story.text,
        "key": story.key,
        "now": story.now,
        "stands": story.stands,
        "stands_on": dict(story.stands_on),
        "revisions": revisions,
        "held": [asdict(one) for one in story.held],
    }


def page(story: Trace) -> Text:
    """What a person reads: a line of the article, then its revisions with a line a step."""
    told = Text.assemble((one_line(story.text), "bold"), f"\n{one_line(story.key)}  now: ")
    told.append(story.now or "", STYLES.get(story.now or "", ""))
    told.append(f"\nreaders have {', '.join(story.stands_on.values()) or 'nothing of it'}")
    for number, one in enumerate(story.revisions, 1):
        told.append("\n\n").append_text(_revision(number, one))
    for held in story.held:
        told.append("\n\n").append_text(_held(held))
    return told


def _held(one: HeldRecord) -> Text:
    told = Text(f"held back    {_moment(one.at)}  {one.place}", style="bold yellow")
    said = f"\n  it is in the topic and cannot be read yet: {one_line(one.transaction)}"
    return told.append(said, "not bold default").append(
        "\n  whether it counts is known when that ends: docs/operations.md#open-transactions",
        "not bold default",
    )


def _revision(number: int, one: TracedRevision) -> Text:
    kind = "takedown" if one.takedown else "revision"
    told = Text(f"{kind} {number}  {_moment(one.received)}  {one.raw}", style="bold cyan")
    told.append(f"  {', '.join(_of_raw(one))}", style="not bold default")
    lines = list(drawn(one.steps))
    width = max((len(line + step.stage) for line, step in lines), default=0)
    for line, step in lines:
        told.append("\n").append_text(_step(line, step, one.received, max(width, WIDTH)))
    for name, outcome in one.sinks.items():
        said = "has it" if outcome == TAKEN else outcome
        told.append(f"\n  {f'sink {name}':<{WIDTH}} ", style="not bold default").append(said, STYLES[outcome])
    return told


def _of_raw(one: TracedRevision) -> Iterator[str]:
    yield f"{one.size:,} bytes" if one.size is not None else "its raw record is no longer kept"
    if one.feed:
        yield f"feed {one_line(one.feed)}"
    if one.key is not None:
        yield f"key {one_line(one.key)}"


def _step(line: str, step: TraceStep, received: int, width: int) -> Text:
    told = Text(f"  {line + step.stage:<{width}} ", style="not bold default")
    told.append(f"{step.outcome:<11}", STYLES.get(step.outcome, ""))
    said = [part for part in _of_step(step, received) if part]
    told.append("  ".join(said))
    if step.entry is not None:
        told.append(f"\n  {'':<{width}}{closed(step.entry)}")
    return told


def _of_step(step: TraceStep, received: int) -> Iterator[str]:
    if step.at is not None:
        yield f"{_moment(step.at)} (+{max(0, step.at - received) / 1000:.1f} s)"
    if step.reason:
        yield step.reason
    if step.error:
        yield one_line(step.error)
    if step.record:
        yield f"dead letter {step.record}"
    elif step.place:
        yield step.place
    if step.times > 1:
        yield f"written {step.times} times"


def _moment(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
