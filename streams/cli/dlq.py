import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from streams.cli.letters import (
    as_plain,
    closed,
    counts,
    table,
    whole,
    whole_as_json,
    write_value,
)
from streams.cli.options import AsJson, BootstrapServers, Prefix, one_option_per_field
from streams.core.message import Message, Vast
from streams.core.pipeline import Desk
from streams.dead_letters.filters import Choice, moment
from streams.dead_letters.listing import Letter
from streams.dead_letters.selection import Letters, load_letters
from streams.errors import BrokerError, ConfigError, Invalid
from streams.printable import one_line
from streams.settings import load_settings
from streams.terminal import Terminal
from streams.terminal import progress as bar_of

if TYPE_CHECKING:
    from streams.dead_letters.resolve import Tally, Told

MOST_ASKED = 20

dlq = typer.Typer(help="List, show, replay and drop dead letters.", no_args_is_help=True)

Stage = Annotated[str, typer.Argument(help="The stage in which they died: clean, ...")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The options that choose letters."""

    reason: Annotated[
        list[str] | None, typer.Option("--reason", help="Only with this reason; may be repeated.")
    ] = None
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only since then: RFC 3339, or an age: 2h, 3d.")
    ] = None
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only until then: RFC 3339, or an age: 2h, 3d.")
    ] = None
    key: Annotated[str | None, typer.Option(help="Only of this key, or of the article of this URL.")] = None
    feed: Annotated[str | None, typer.Option(help="Only of this feed, where the record says it.")] = None

    def choice(self, desk: Desk, names: Sequence[str] | None = None) -> Choice:
        """What is chosen, of the letters of these names where there are any. Raises `ConfigError`."""
        choice = Choice(
            names=names or (),
            reasons=self.reason or (),
            since=None if self.since is None else moment(self.since),
            until=None if self.until is None else moment(self.until),
            feed=self.feed,
        )
        return choice if self.key is None else replace(choice, wanted=_of_article(desk, self.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions(Filters):
    """What `dlq list` is asked for."""

    stage: Annotated[str | None, typer.Argument(help="Only of this stage.")] = None
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="The newest so many, in the table.")] = (
        100
    )
    bootstrap_servers: BootstrapServers = None
    prefix: Prefix = None
    json_lines: AsJson = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveOptions(Filters):
    """What `dlq replay` and `dlq drop` are asked for."""

    stage: Stage
    letters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LETTER]...",
            help="As the list names them: topic/partition/offset, or the offset of the letter.",
        ),
    ] = None
    everything: Annotated[bool, typer.Option("--all", help="All open letters of the stage.")] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which letters are meant.")] = False
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed where no terminal is.")] = False
    bootstrap_servers: BootstrapServers = None
    prefix: Prefix = None


@dlq.command("list")
@one_option_per_field
def list_letters(options: ListOptions) -> None:
    """List the open dead letters, newest last, each once; then how many of which reason.

    Open is what was neither replayed nor dropped. With --json one letter a line, all of them.

    Example: copydesk dlq list clean --reason invalid --since 2h
    """
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    letters = [letter for letter in work.chosen(options.choice(work.desk)) if letter.entry is None]
    _tell_held(work)
    if options.json_lines:
        sys.stdout.buffer.write(b"".join(as_plain(letter) + b"\n" for letter in letters))
    else:
        _list(letters, options.count)


@dlq.command()
def show(
    stage: Stage,
    letters: Annotated[list[str], typer.Argument(metavar="LETTER...", help="As the list names them.")],
    value: Annotated[
        bool, typer.Option("--value", help="Write the one letter's value as it is, and nothing else.")
    ] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    json_lines: AsJson = False,
) -> None:
    """Show all of a letter: why it is dead, its headers, what it holds, and whether it can be replayed.

    Example: copydesk dlq show clean 17 --value > page.html
    """
    if value and len(letters) != 1:
        raise ConfigError("--value writes the value of one letter: name one")
    work = _load(bootstrap_servers, prefix, stage)
    console = Terminal(soft_wrap=True)
    for letter, message, original, hindrance in work.whole(letters):
        if value and (original is None or isinstance(original.value, Vast)):
            raise BrokerError(f"{letter.record}: {hindrance}")
        if value:
            write_value((original.value if original is not None else None) or b"")
        elif json_lines:
            typer.echo(whole_as_json(letter, message, hindrance).decode())
        else:
            console.print(whole(letter, message, original, hindrance))


@dlq.command()
@one_option_per_field
def replay(options: ResolveOptions) -> None:
    """Send dead letters again, as they were, to the topic that their stage reads. Mend the cause first.

    Each goes out once, also where this is killed and run again. A letter that cannot go out (its article was
    taken down since, it is too large) stays open, is told with the reason, and the exit code is 1.

    Example: copydesk dlq replay clean --reason timed-out --yes
    """
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    letters = _chosen(work, options)
    if _go_on(letters, "replay", options):
        tally = _handle(work, "replay", letters)
        typer.echo(_words(tally, "replayed"))
        if len(letters) >= work.settings.for_stage(options.stage).dead_run:
            _aside(
                "a worker that stopped at the dead-letter limit goes on when it is started anew:"
                f" copydesk worker {options.stage}; while many letters are open, with --accept-dead-letters"
            )
        raise typer.Exit(1 if tally.left else 0)


@dlq.command()
@one_option_per_field
def drop(options: ResolveOptions) -> None:
    """Put dead letters away unreplayed: they are listed no more, and Kafka keeps them until their time is up.

    Example: copydesk dlq drop clean --reason invalid --until 7d --dry-run
    """
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    letters = _chosen(work, options)
    if _go_on(letters, "drop", options):
        typer.echo(_words(_handle(work, "drop", letters), "dropped"))


def _load(bootstrap_servers: str | None, prefix: str | None, stage: str | None) -> Letters:
    return load_letters(load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix), stage)


def _chosen(work: Letters, options: ResolveOptions) -> list[Letter]:
    """The open letters that are chosen; named ones that are closed are told."""
    choice = options.choice(work.desk, options.letters)
    if choice.everything and not options.everything:
        raise ConfigError("which letters? name some, give a filter (--reason, --since, ...), or --all")
    letters = work.chosen(choice)
    _tell_held(work)
    for letter in letters if choice.names else []:
        if letter.entry is not None:
            _aside(f"{letter.record} was {closed(letter.entry)}")
    return [letter for letter in letters if letter.entry is None]


def _tell_held(letters: Letters) -> None:
    """What the list cannot know: of letters, and of what was done with them."""
    for one in letters.held():
        _aside(f"not counted here: {one_line(str(one))}")


def _of_article(desk: Desk, key: str) -> Callable[[Message], bool]:
    """Whether a letter has this key, or is of the article that the key means."""
    exact = key.encode()
    try:
        identity = desk.identify(key)
    except Invalid:
        return lambda letter: letter.key == exact
    return lambda letter: letter.key in {exact, identity.key} or identity.named_by(letter)


def _list(found: Sequence[Letter], count: int) -> None:
    console = Terminal()
    if found:
        console.print(table(found[-count:], console.width), soft_wrap=True)
    if len(found) > count:
        _aside(f"{len(found) - count:,} older ones are not shown; --count {len(found)} shows all")
    typer.echo(f"{len(found):,} open{counts(found)}")


def _go_on(letters: Sequence[Letter], verb: str, options: ResolveOptions) -> bool:
    """Whether to do it: nothing is done without `--yes` or somebody who says so."""
    if options.dry_run or not letters:
        _list(letters, len(letters) or 1)
        return False
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError(f"{verb} asks before it acts; where nobody can answer it needs --yes")
    _list(letters, MOST_ASKED)
    return typer.confirm(f"{verb} {len(letters):,}?", err=True)


def _handle(work: Letters, verb: str, found: Sequence[Letter]) -> "Tally":
    from streams.dead_letters.resolve import Handling

    with _shown(verb, len(found)) as told:
        handling = Handling(work.settings, work.desk, work.stage, told)
        return asyncio.run(handling.replay(found) if verb == "replay" else handling.drop(found))


def _words(tally: "Tally", done: str) -> str:
    """`12 replayed, 1 left open`."""
    before = f", {tally.before:,} were seen to meanwhile" if tally.before else ""
    return f"{tally.done:,} {done}, {tally.left:,} left open{before}"


@contextmanager
def _shown(verb: str, total: int) -> Iterator["Told"]:
    """Who is told: standard error; the bar only on a terminal."""
    from streams.dead_letters.resolve import Told

    console = Terminal(stderr=True)
    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with bar_of(console, *columns) as bar:
        task = bar.add_task(verb, total=total)

        def left(letter: Letter, why: str) -> None:
            console.tell("left open", "yellow", f"{letter.record}: {why}")

        def progress(tally: "Tally") -> None:
            bar.update(task, completed=tally.done + tally.before + tally.left)

        yield Told(left=left, progress=progress)


def _aside(sentence: str) -> None:
    Terminal(stderr=True).print(one_line(sentence), soft_wrap=True)
