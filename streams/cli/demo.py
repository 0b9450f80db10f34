from collections import Counter
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
from streams.core.pipeline import Desk, load_desk
from streams.dead_letters.record import CONNECT, REASON
from streams.errors import ConfigError
from streams.ingest.files import Refused
from streams.inspection.account import Account
from streams.printable import one_line
from streams.settings import load_settings
from streams.terminal import Terminal
from streams.terminal import progress as bar_of


def demo(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Pages of your own; the desk's samples unless given.")
    ] = None,
) -> None:
    """Start Kafka and all stages, lead sample pages through, show what became of each, and stop.

    Needs nothing installed beside it. Exits 0 only if every page is accounted for.

    Example: copydesk demo
    """
    from streams.local.demo import desk_in_a_folder, run

    settings = load_settings()
    desk = load_desk(settings)
    console = Terminal(width=_width())
    pages = paths or _samples(desk)
    with _progress() as bar, desk_in_a_folder(settings, desk, bar.say) as (ours, supervisor):
        bar.say("working")
        outcome = run(ours, desk, supervisor, pages, refuse=bar.refuse, progress=bar.show)
        bar.say("stopping")
    _print(console, desk, outcome)
    if bar.refused or outcome.account.waiting:
        raise typer.Exit(1)


def _samples(desk: Desk) -> list[str]:
    if desk.samples is None:
        raise ConfigError(f"the desk {desk.name} has no samples: name some pages")
    return [str(desk.samples)]


def _width() -> int | None:
    return min(Terminal().width, 110)


class Bar:
    """What is happening, on stderr: a bar on a terminal, a line for each step elsewhere."""

    def __init__(self, console: Terminal, progress: Progress) -> None:
        self._console, self._progress = console, progress
        self._task = progress.add_task("", total=None)
        self.refused = 0

    def say(self, what: str) -> None:
        self._progress.update(self._task, description=what)
        if not self._console.is_terminal:
            self._console.print(f"{what} ...")

    def show(self, account: Account) -> None:
        self._progress.update(self._task, total=account.raw, completed=account.raw - account.waiting)

    def refuse(self, one: Refused) -> None:
        """A page that could not even be published."""
        self.refused += 1
        self._console.tell("not published", "red", f"{one.where}: {one.reason}")


@contextmanager
def _progress() -> Iterator[Bar]:
    console = Terminal(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with bar_of(console, *columns, TimeElapsedColumn()) as progress:
        yield Bar(console, progress)


def _print(console: Terminal, desk: Desk, outcome: Any) -> None:
    console.print(Rule(Text("Finished", "bold"), align="left"))
    for message in outcome.finished:
        if message.value is not None:
            console.print()
            console.print(desk.show(orjson.loads(message.value)))
    lines = [*_discarded(outcome.discarded), *_dead(outcome.dead)]
    if lines:
        console.print()
        console.print(Rule(Text("Not finished", "bold"), align="left"))
    for line in lines:
        console.print(line, soft_wrap=True)
    console.print()
    console.print(Rule(Text("Account", "bold"), align="left"))
    console.print(_account(outcome.account, outcome.seconds))


def _discarded(messages: Sequence[Message]) -> Iterator[Text]:
    for message in messages:
        value: Mapping[str, Any] = orjson.loads(message.value or b"{}")
        yield _line("yellow", "discarded", value["reason"], value.get("url") or "")


def _dead(messages: Sequence[Message]) -> Iterator[Text]:
    for message in messages:
        key = (message.key or b"(no key)").decode("utf-8", "backslashreplace")
        why = message.header(f"{CONNECT}exception.message") or ""
        yield _line("red", "dead", message.header(REASON) or "", key).append(
            f"\n{'':27}{one_line(why)}", "dim"
        )


def _line(colour: str, fate: str, reason: str, page: str) -> Text:
    return Text.assemble((f"{fate:9}", colour), f" {one_line(reason):16} {one_line(page)}")


def _account(account: Account, seconds: float) -> str:
    fates = {
        "finished": account.finished,
        "taken down": account.taken_down,
        **{f"discarded ({reason})": count for reason, count in account.discarded.items()},
        **{f"dead ({reason})": count for reason, count in account.dead.items()},
        "waiting": account.waiting,
    }
    told = ", ".join(f"{count} {fate}" for fate, count in Counter(fates).items() if count)
    published = f"{account.raw} records published"
    return f"{published} = {told}; {seconds:.1f} s" if told else f"{published}; {seconds:.1f} s"
