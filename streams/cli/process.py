import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import orjson
import typer
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.core.message import Message
from streams.core.pipeline import Pipeline, load_pipeline
from streams.core.stage import Outcome, Stage, in_words
from streams.errors import interrupted_as
from streams.exit_codes import ExitCode
from streams.ingest.files import (
    LeftOut,
    Read,
    ReadOptions,
    RejectedInput,
    find_sources,
    left_out_words,
    read_sources,
)
from streams.local.offline import process as process_messages
from streams.local.walk import OfflineResult
from streams.printable import visible_json
from streams.settings import Settings, load_settings
from streams.terminal import Terminal, progress

INTERRUPTED = "interrupted; the records that were written are complete, and `copydesk process` starts again"


def process(*, paths: list[str], until: str | None, workers: int, url: str | None, show: bool) -> None:
    settings = load_settings()
    pipeline = load_pipeline(settings)
    stages = pipeline.stages if until is None else _until(pipeline, pipeline.stage(until))
    reading = ReadOptions(url=url)
    reporter = Reporter()
    messages = _messages(settings, stages[0], read_sources(find_sources(paths, reading), reading), reporter)
    with interrupted_as(INTERRUPTED):
        asyncio.run(_run(settings, stages, messages, workers, reporter, until, writer(pipeline, show=show)))
    if reporter.left_out:
        reporter.console.print(left_out_words(reporter.left_out))
    if reporter.failed:
        raise typer.Exit(ExitCode.FAILED)


def writer(pipeline: Pipeline, *, show: bool) -> Callable[[bytes], None]:
    """What writes a record: a line of JSON, or as the pipeline shows it to people."""
    if show:
        console = Terminal()
        return lambda record: console.print(pipeline.whole(orjson.loads(record)))
    return lambda record: _write_line(visible_json(record))


def _write_line(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")


class Reporter:
    """Reports on stderr which inputs did not become finished records, and remembers whether any failed."""

    def __init__(self) -> None:
        self.console = Terminal(stderr=True)
        self.failed = False
        self.where: dict[int, str] = {}
        self.left_out: Counter[str] = Counter()

    def rejected(self, page: RejectedInput) -> None:
        self.console.report("not read", "red", f"{page.where}: {page.reason}")
        self.failed = True

    def ended(self, result: OfflineResult) -> None:
        where = self._place(result.source)
        reason = f"{where}: {in_words(result.reason, result.kind)} (in {result.stage})"
        if result.outcome is Outcome.DISCARDED:
            self.console.report("discarded", "yellow", reason)
        elif result.outcome is Outcome.DEAD:
            self.console.report("dead", "red", f"{reason}: {result.error}")
            self.failed = True

    def _place(self, source: Message) -> str:
        """Where an article was read. The articles before it have ended on all branches, and are forgotten."""
        for offset in [before for before in self.where if before < source.offset]:
            del self.where[offset]
        return self.where.get(source.offset, source.coordinates)


def _until(pipeline: Pipeline, last: Stage) -> Sequence[Stage]:
    """The stages that a record passes up to `last`, without other branches."""
    return [stage for stage in pipeline.stages if stage is last or last in pipeline.behind(stage)]


def _messages(
    settings: Settings, first: Stage, inputs: Iterable[Read], reporter: Reporter
) -> Iterator[Message]:
    """Each input as the first stage would read it from Kafka; the offset counts them."""
    for offset, page in enumerate(inputs):
        if isinstance(page, RejectedInput):
            reporter.rejected(page)
        elif isinstance(page, LeftOut):
            reporter.left_out[page.kind] += 1
        else:
            reporter.where[offset] = page.where
            message = page.record.as_message(first.reads.full_name)
            yield replace(message, offset=offset)


async def _run(
    settings: Settings,
    stages: Sequence[Stage],
    messages: Iterable[Message],
    workers: int,
    reporter: Reporter,
    until: str | None,
    write: Callable[[bytes], None],
) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with progress(reporter.console, *columns, shown=not sys.stdout.isatty()) as bar:
        task, ended = bar.add_task("loading models", total=None), 0
        async for result in process_messages(settings, stages, messages, workers=workers):
            reporter.ended(result)
            ended += 1
            bar.update(task, description=f"{ended:,} done")
            # A stage before `until` may write topics of another branch.
            if result.outcome is Outcome.SENT and result.value is not None and until in {None, result.stage}:
                write(result.value)
    sys.stdout.flush()
