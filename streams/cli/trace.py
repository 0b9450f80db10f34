from collections.abc import Iterator
from datetime import UTC, datetime

import orjson
import typer
from rich.text import Text

from streams.cli.options import load
from streams.cli.views.dead_letters import closed
from streams.core.stage import in_words
from streams.errors import BrokerError
from streams.inspection.trace.finding import find
from streams.inspection.trace.plain import as_plain
from streams.inspection.trace.report import report
from streams.inspection.trace.story import TAKEN, HeldRecord, Trace, TracedRevision, TraceStep
from streams.inspection.trace.tree import drawn
from streams.printable import one_line
from streams.terminal import Terminal

STYLES = {
    **dict.fromkeys(("finished", "sent", "taken"), "green"),
    **dict.fromkeys(("discarded", "dropped", "waiting", "held", "not known"), "yellow"),
    **dict.fromkeys(("dead",), "red"),
    "removed": "magenta",
}
#: The least width of the column of stages and sinks.
WIDTH = 12


def trace(*, article: str, bootstrap_servers: str | None, prefix: str | None, as_json: bool) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)
    records = find(settings, pipeline, article)
    story = report(settings, pipeline, article, records)
    if records.deleted:
        typer.echo(f"copydesk: up to {records.deleted:,} records were deleted while they were read", err=True)
    if as_json:
        typer.echo(orjson.dumps(as_plain(story)).decode())
    elif story.now:
        Terminal().say(page(story))
    if not story.now:
        raise BrokerError(f"nothing is known of {article}: it was never received, or Kafka has deleted it")


def page(story: Trace) -> Text:
    """For people: two lines about the article, then its revisions, with one line per step."""
    text = Text.assemble((one_line(story.text), "bold"), f"\n{one_line(story.key)}  now: ")
    text.append(story.now or "", STYLES.get(story.now or "", ""))
    text.append(f"\nreaders have {', '.join(story.current_by_topic.values()) or 'no finished record'}")
    for number, revision in enumerate(story.revisions, 1):
        text.append("\n\n").append_text(_revision(number, revision))
    for record in story.held:
        text.append("\n\n").append_text(_held(record))
    return text


def _held(record: HeldRecord) -> Text:
    text = Text(f"held back    {_moment(record.at)}  {record.place}", style="bold yellow")
    return text.append(
        f"\n  it is in the topic and cannot be read yet: {one_line(record.transaction)}"
        "\n  it counts only if that transaction is committed: docs/operations/runbook.md#open-transactions",
        "not bold default",
    )


def _revision(number: int, revision: TracedRevision) -> Text:
    kind = "takedown" if revision.takedown else "revision"
    text = Text(f"{kind} {number}  received {_moment(revision.received)}  {revision.raw}", style="bold cyan")
    text.append(f"  {', '.join(_of_raw(revision))}", style="not bold default")
    lines = list(drawn(revision.steps))
    width = max(WIDTH, *(len(line + step.stage) for line, step in lines), 0)
    for line, step in lines:
        text.append("\n").append_text(_step(line, step, revision.received, width))
    for name, outcome in revision.sinks.items():
        text.append(f"\n  {f'sink {name}':<{WIDTH}} ", style="not bold default")
        text.append("has it" if outcome == TAKEN else outcome, STYLES[outcome])
    return text


def _of_raw(revision: TracedRevision) -> Iterator[str]:
    yield f"{revision.size:,} bytes" if revision.size is not None else "its raw record is no longer kept"
    if revision.feed:
        yield f"feed {one_line(revision.feed)}"
    if revision.key is not None:
        yield f"key {one_line(revision.key)}"


def _step(line: str, step: TraceStep, received: int, width: int) -> Text:
    text = Text(f"  {line + step.stage:<{width}} ", style="not bold default")
    text.append(f"{step.outcome:<11}", STYLES.get(step.outcome, ""))
    text.append("  ".join(part for part in _of_step(step, received) if part))
    if step.entry is not None:
        text.append(f"\n  {'':<{width}}{closed(step.entry)}")
    return text


def _of_step(step: TraceStep, received: int) -> Iterator[str]:
    if step.at is not None:
        yield f"{_moment(step.at)} (+{max(0, step.at - received) / 1000:.1f} s)"
    if step.reason:
        yield one_line(in_words(step.reason, step.kind))
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
