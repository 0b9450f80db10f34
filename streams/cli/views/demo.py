"""What the demo shows: finished articles, what each shows, and what was discarded or is dead."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from rich.rule import Rule
from rich.text import Text

from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.core.stage import in_words
from streams.dead_letters.record import CONNECT, REASON
from streams.ingest.pages import read_index
from streams.inspection.reconciliation import Reconciliation
from streams.local.demo import DemoResult
from streams.printable import one_line
from streams.terminal import Terminal

REASON_WIDTH = 14


def notes(paths: Sequence[str]) -> dict[str, str]:
    """URL → what the page shows, of the pages whose `index.toml` says it."""
    folders = [Path(path) for path in paths if Path(path).is_dir()]
    entries = [entry for folder in folders for entry in read_index(folder).values()]
    return {entry.url: entry.shows for entry in entries if entry.url and entry.shows}


class DemoReport:
    """Articles with a note are shown whole, others in a line; without any note all are shown whole."""

    def __init__(self, console: Terminal, pipeline: Pipeline, notes: Mapping[str, str]) -> None:
        self._console, self._pipeline, self._notes = console, pipeline, notes

    def print(self, result: DemoResult) -> None:
        articles = [orjson.loads(message.value) for message in result.finished if message.value is not None]
        whole = [article for article in articles if not self._notes or article.get("url") in self._notes]
        self._head("Finished")
        for article in whole:
            self._article(article)
        self._lines("Also finished", (self._brief(article) for article in articles if article not in whole))
        self._lines("Not finished", (*_discarded(result.discarded), *_dead(result.dead)))
        self._head("Reconciliation")
        self._console.print(_reconciliation(result.reconciliation, result.seconds))
        self._console.print()

    def _head(self, title: str) -> None:
        self._console.print(Rule(Text(title, "bold"), align="left"))

    def _article(self, article: Mapping[str, Any]) -> None:
        if note := self._notes.get(article.get("url", "")):
            self._console.print(Text(note, "italic yellow"))
        self._console.print(self._pipeline.show(article))
        self._console.print()

    def _brief(self, article: Mapping[str, Any]) -> Text:
        """The first text that the pipeline shows of an article: its title."""
        return Text(next((one_line(text) for _, text in self._pipeline.brief(article) if text), "(no title)"))

    def _lines(self, title: str, lines: Iterator[Text] | Sequence[Text]) -> None:
        shown = list(lines)
        if shown:
            self._head(title)
            for line in shown:
                self._console.print(line)
            self._console.print()


def _discarded(messages: Sequence[Message]) -> Iterator[Text]:
    for message in messages:
        value: Mapping[str, Any] = orjson.loads(message.value or b"{}")
        reason = in_words(value["reason"], value.get("kind"))
        yield _line("yellow", "discarded", reason, value.get("url") or "")


def _dead(messages: Sequence[Message]) -> Iterator[Text]:
    for message in messages:
        key = (message.key or b"(no key)").decode("utf-8", "backslashreplace")
        error = message.header(f"{CONNECT}exception.message") or ""
        yield _line("red", "dead", message.header(REASON) or "", key).append(f"\n  {one_line(error)}", "dim")


def _line(colour: str, outcome: str, reason: str, page: str) -> Text:
    return Text.assemble((f"{outcome:9}", colour), f" {one_line(reason):{REASON_WIDTH}} {one_line(page)}")


def _reconciliation(reconciliation: Reconciliation, seconds: float) -> str:
    outcomes = {
        "finished": reconciliation.finished,
        "removed": reconciliation.removed,
        **{f"discarded ({reason})": count for reason, count in reconciliation.discarded.items()},
        **{f"dead ({reason})": count for reason, count in reconciliation.dead.items()},
        "waiting": reconciliation.waiting,
    }
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items() if count)
    return f"{reconciliation.raw} records published{f' = {counts}' if counts else ''}; {seconds:.1f} s"
