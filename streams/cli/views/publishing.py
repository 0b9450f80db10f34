"""What `publish` shows: a bar from the first confirmation on, complaints, and where to look afterwards."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, Task
from rich.text import Text

from streams.ingest.files import RejectedInput, left_out_words
from streams.ingest.publisher import PublishCounts, Report
from streams.terminal import Terminal
from streams.terminal import progress as bar_of

MB = 1_000_000
#: How many complaints of a kind are shown on a terminal before they are only counted.
SHOWN = 3
#: How long Kafka may confirm nothing before that is shown.
SILENT_SECONDS = 3.0
#: The longest counts, of ten million records, and the spaces around them.
COUNTS_WIDTH = 62
#: What differs between complaints of a kind: numbers, and what is quoted.
VARYING = re.compile(r"\d[\d,.]*|'[^']*'|\"[^\"]*\"")


class Complaints:
    """Says what was not published. On a terminal, complaints of a kind are counted after the first few."""

    def __init__(self, console: Terminal) -> None:
        self._console = console
        self._counts: Counter[str] = Counter()
        self._last: dict[str, RejectedInput] = {}

    def add(self, rejected: RejectedInput) -> None:
        kind = VARYING.sub("…", rejected.reason)
        self._counts[kind] += 1
        self._last[kind] = rejected
        if not self._console.is_terminal or self._counts[kind] <= SHOWN:
            self._console.report("not published", "red", f"{rejected.where}: {rejected.reason}")

    def summarise(self) -> None:
        """Count what was not shown, by kind."""
        folded = {kind: count for kind, count in self._counts.items() if count > SHOWN}
        if not self._console.is_terminal or not folded:
            return
        for kind, count in folded.items():
            last = self._last[kind]
            self._console.report(
                "not published", "red", f"{count:,} × {last.reason} (the last: {last.where})"
            )
        self._console.print("`2> FILE` writes a line for each of them to a file")


@contextmanager
def shown_progress(console: Terminal, total: int | None) -> Iterator[Callable[[PublishCounts], None]]:
    """A bar on a terminal; `total` inputs, or None where their number is not known."""
    # What is left of the row is for the counts, which are never cut.
    width = max(8, min(24, console.width - COUNTS_WIDTH))
    columns = (SpinnerColumn(), BarColumn(bar_width=width, pulse_style="green"), Counts(total))
    with bar_of(console, *columns) as bar:
        task = bar.add_task("publish", total=total, published=0, since=time.monotonic())

        def progress(counts: PublishCounts) -> None:
            before = bar.tasks[0].fields
            more = counts.published > before["published"]
            since = time.monotonic() if more else before["since"]
            done = counts.published + counts.failed
            bar.update(task, completed=done, published=counts.published, since=since)

        yield progress


class Counts(ProgressColumn):
    """`1,234 of 10,000 records, 512/s, 17 s left`; `since` is when Kafka confirmed the last of them."""

    def __init__(self, total: int | None) -> None:
        super().__init__()
        self._of = f" of {total:,}" if total is not None else ""

    def render(self, task: Task) -> Text:
        published, silent = task.fields["published"], time.monotonic() - task.fields["since"]
        counts = f"{published:,}{self._of} records"
        if silent >= SILENT_SECONDS:
            return Text(f"{counts}, no answer from Kafka for {silent:,.0f} s")
        return Text(counts + _rate(task, published) if published else "connecting to Kafka")


def _rate(task: Task, published: int) -> str:
    rate = published / task.elapsed if task.elapsed else 0
    if not rate:
        return ""
    left = f", {(task.total - task.completed) / rate:,.0f} s left" if task.total is not None else ""
    return f", {rate:,.0f}/s{left}"


def in_words(report: Report) -> str:
    """`181 published, 0 failed, 181 keys, 33 MB, 2.1 s`."""
    size = f"{report.bytes / MB:.0f} MB" if report.bytes >= 10 * MB else f"{report.bytes / 1000:,.0f} kB"
    keys = f"{report.keys:,} key{'' if report.keys == 1 else 's'}"
    counts = f"{report.published:,} published, {report.failed:,} failed, {keys}"
    left_out = f"; {left_out_words(report.left_out)}" if report.left_out else ""
    return f"{counts}, {size}, {report.seconds:.1f} s{left_out}"


def next_commands(console: Terminal, last_topic: str, options: str) -> None:
    """Where to look for what was published; `options` are those that this command was given."""
    status, tail = f"copydesk status{options}", f"copydesk tail {last_topic}{options}"
    console.say(Text.assemble("what becomes of it: ", (status, "bold"), "; ", (tail, "bold")))
