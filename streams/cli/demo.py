from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.rule import Rule
from rich.text import Text

from streams.core.message import Message
from streams.core.pipeline import Pipeline, load_pipeline
from streams.dead_letters.record import CONNECT, REASON
from streams.errors import ConfigError
from streams.ingest.files import RejectedInput
from streams.inspection.reconciliation import Reconciliation
from streams.printable import one_line
from streams.settings import load_settings
from streams.terminal import Terminal
from streams.terminal import progress as bar_of


def demo(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Pages of your own; the pipeline's samples unless given.")
    ] = None,
) -> None:
    """Start Kafka and all stages, process sample pages, show the outcome of each, and stop.

    Nothing else need be installed. Exits 0 only if every page is accounted for.

    Example: copydesk demo
    """
    from streams.local.demo import pipeline_in_a_folder, run

    settings = load_settings()
    pipeline = load_pipeline(settings)
    console = Terminal(width=min(Terminal().width, 110))
    pages = paths or _samples(pipeline)
    with _progress() as bar, pipeline_in_a_folder(settings, pipeline, bar.say) as (ours, supervisor):
        bar.say("working")
        result = run(ours, pipeline, supervisor, pages, reject=bar.reject, progress=bar.show)
        bar.say("stopping")
    _print(console, pipeline, result)
    if bar.rejected or result.reconciliation.waiting:
        raise typer.Exit(1)


def _samples(pipeline: Pipeline) -> list[str]:
    if pipeline.samples is None:
        raise ConfigError(f"the pipeline {pipeline.name} has no samples: name some pages")
    return [str(pipeline.samples)]


class Bar:
    """What is happening, on stderr: a bar on a terminal, a line for each step elsewhere."""

    def __init__(self, console: Terminal, progress: Progress) -> None:
        self._console, self._progress = console, progress
        self._task = progress.add_task("", total=None)
        self.rejected = 0

    def say(self, step: str) -> None:
        self._progress.update(self._task, description=step)
        if not self._console.is_terminal:
            self._console.print(f"{step} ...")

    def show(self, reconciliation: Reconciliation) -> None:
        done = reconciliation.raw - reconciliation.waiting
        self._progress.update(self._task, total=reconciliation.raw, completed=done)

    def reject(self, page: RejectedInput) -> None:
        self.rejected += 1
        self._console.report("not published", "red", f"{page.where}: {page.reason}")


@contextmanager
def _progress() -> Iterator[Bar]:
    console = Terminal(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with bar_of(console, *columns, TimeElapsedColumn()) as progress:
        yield Bar(console, progress)


def _print(console: Terminal, pipeline: Pipeline, result: Any) -> None:
    console.print(Rule(Text("Finished", "bold"), align="left"))
    for message in result.finished:
        if message.value is not None:
            console.print()
            console.print(pipeline.show(orjson.loads(message.value)))
    lines = [*_discarded(result.discarded), *_dead(result.dead)]
    if lines:
        console.print()
        console.print(Rule(Text("Not finished", "bold"), align="left"))
    for line in lines:
        console.print(line, soft_wrap=True)
    console.print()
    console.print(Rule(Text("Reconciliation", "bold"), align="left"))
    console.print(_reconciliation_line(result.reconciliation, result.seconds))


def _discarded(messages: Sequence[Message]) -> Iterator[Text]:
    for message in messages:
        value: Mapping[str, Any] = orjson.loads(message.value or b"{}")
        yield _line("yellow", "discarded", value["reason"], value.get("url") or "")


def _dead(messages: Sequence[Message]) -> Iterator[Text]:
    for message in messages:
        key = (message.key or b"(no key)").decode("utf-8", "backslashreplace")
        error = message.header(f"{CONNECT}exception.message") or ""
        line = _line("red", "dead", message.header(REASON) or "", key)
        yield line.append(f"\n{'':27}{one_line(error)}", "dim")


def _line(colour: str, outcome: str, reason: str, page: str) -> Text:
    return Text.assemble((f"{outcome:9}", colour), f" {one_line(reason):16} {one_line(page)}")


def _reconciliation_line(reconciliation: Reconciliation, seconds: float) -> str:
    outcomes = {
        "finished": reconciliation.finished,
        "removed": reconciliation.removed,
        **{f"discarded ({reason})": count for reason, count in reconciliation.discarded.items()},
        **{f"dead ({reason})": count for reason, count in reconciliation.dead.items()},
        "waiting": reconciliation.waiting,
    }
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items() if count)
    return f"{reconciliation.raw} records published{f' = {counts}' if counts else ''}; {seconds:.1f} s"
