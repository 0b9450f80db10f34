import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import typer
from rich.progress import MofNCompleteColumn, SpinnerColumn, TimeElapsedColumn

from streams.core.message import Message
from streams.core.pipeline import Pipeline, load_pipeline
from streams.core.stage import Outcome, Stage
from streams.ingest.files import (
    LeftOut,
    Read,
    ReadOptions,
    RejectedInput,
    find_sources,
    left_out_words,
    read_sources,
)
from streams.local.offline import OfflineResult
from streams.local.offline import process as process_messages
from streams.printable import visible_json
from streams.settings import Settings, load_settings
from streams.terminal import Terminal, progress


def process(
    paths: Annotated[list[str], typer.Argument(help="What `publish` reads: files, folders, or - (stdin).")],
    until: Annotated[str | None, typer.Option(help="The last stage; all of them unless given.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Pool processes for each stage.")] = max(
        1, (os.cpu_count() or 2) // 2
    ),
    url: Annotated[str | None, typer.Option(help="The URL of the one page given.")] = None,
) -> None:
    """Lead pages through the same stages without Kafka; finished records come out as JSON lines.

    What is discarded or dead is told on stderr with its reason; the exit code is 1 if any is dead.

    Example: copydesk process pages/ > articles.jsonl
    """
    settings = load_settings()
    pipeline = load_pipeline(settings)
    stages = pipeline.stages if until is None else _until(pipeline, pipeline.stage(until))
    reading = ReadOptions(url=url)
    reporter = Reporter()
    messages = _messages(settings, stages[0], read_sources(find_sources(paths, reading), reading), reporter)
    asyncio.run(_run(settings, stages, messages, workers, reporter, until))
    if reporter.left_out:
        reporter.console.print(left_out_words(reporter.left_out))
    if reporter.failed:
        raise typer.Exit(1)


class Reporter:
    """Says on stderr what did not come to a finished record, and remembers whether any is dead."""

    def __init__(self) -> None:
        self.console = Terminal(stderr=True)
        self.failed = False
        self.where: dict[int, str] = {}
        self.left_out: Counter[str] = Counter()

    def rejected(self, one: RejectedInput) -> None:
        self._report("red", "not read", one.where, one.reason)
        self.failed = True

    def ended(self, one: OfflineResult) -> None:
        """An article that ended before the last stage."""
        where = self._place(one.source)
        if one.outcome is Outcome.DISCARDED:
            self._report("yellow", "discarded", where, f"{one.reason} (in {one.stage})")
        elif one.outcome is Outcome.DEAD:
            self._report("red", "dead", where, f"{one.reason} (in {one.stage}): {one.error}")
            self.failed = True

    def _place(self, source: Message) -> str:
        """Where an article was read; what came before it is done with, on all its branches."""
        for offset in [before for before in self.where if before < source.offset]:
            del self.where[offset]
        return self.where.get(source.offset, source.coordinates)

    def _report(self, colour: str, what: str, where: str, why: str) -> None:
        self.console.report(what, colour, f"{where}: {why}")


def _until(pipeline: Pipeline, last: Stage) -> Sequence[Stage]:
    """The stages that a record goes through to the end of the last one: no other branches."""
    return [stage for stage in pipeline.stages if stage is last or last in pipeline.behind(stage)]


def _messages(
    settings: Settings, first: Stage, inputs: Iterable[Read], reporter: Reporter
) -> Iterator[Message]:
    """Each input as the first stage would read it from Kafka; the offset counts them."""
    for offset, one in enumerate(inputs):
        if isinstance(one, RejectedInput):
            reporter.rejected(one)
            continue
        if isinstance(one, LeftOut):
            reporter.left_out[one.kind] += 1
            continue
        reporter.where[offset] = one.where
        yield Message(
            topic=first.reads.full_name(settings.prefix),
            partition=0,
            offset=offset,
            timestamp=0,
            key=one.record.key,
            value=one.record.value,
            headers=tuple(one.record.headers),
        )


async def _run(
    settings: Settings,
    stages: Sequence[Stage],
    messages: Iterable[Message],
    workers: int,
    reporter: Reporter,
    until: str | None,
) -> None:
    columns = (SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with progress(reporter.console, *columns, shown=not sys.stdout.isatty()) as bar:
        task = bar.add_task("process", total=None)
        async for one in process_messages(settings, stages, messages, workers=workers):
            reporter.ended(one)
            bar.advance(task)
            # A stage before the last one may write topics that lie beside the way to it.
            if one.outcome is Outcome.SENT and one.value is not None and until in {None, one.stage}:
                sys.stdout.buffer.write(visible_json(one.value) + b"\n")
    sys.stdout.flush()
