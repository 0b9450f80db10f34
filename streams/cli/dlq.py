import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from streams.cli.dead_letters import (
    as_plain,
    closed,
    counts,
    table,
    whole,
    whole_as_json,
    write_value,
)
from streams.cli.options import AsJson, BootstrapServers, Prefix, one_option_per_field
from streams.core.message import Message, Oversized
from streams.core.pipeline import Pipeline
from streams.dead_letters.filters import DeadLetterFilter, moment
from streams.dead_letters.listing import DeadLetter
from streams.dead_letters.selection import DeadLetters, load_dead_letters
from streams.errors import BrokerError, ConfigError, Invalid
from streams.printable import one_line
from streams.settings import load_settings
from streams.terminal import Terminal
from streams.terminal import progress as bar_of

if TYPE_CHECKING:
    from streams.dead_letters.resolve import ProgressCallbacks, ResolveCounts

MOST_ASKED = 20

dlq = typer.Typer(help="List, show, replay and drop dead letters.", no_args_is_help=True)

Stage = Annotated[str, typer.Argument(help="The stage in which they died: clean, ...")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The options that choose dead letters."""

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

    def choice(self, pipeline: Pipeline, names: Sequence[str] | None = None) -> DeadLetterFilter:
        """What is chosen, of the dead letters of these names where there are any. Raises `ConfigError`."""
        choice = DeadLetterFilter(
            names=names or (),
            reasons=self.reason or (),
            since=None if self.since is None else moment(self.since),
            until=None if self.until is None else moment(self.until),
            feed=self.feed,
        )
        return choice if self.key is None else replace(choice, wanted=_of_article(pipeline, self.key))


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
    dead_letters: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LETTER]...",
            help="As the list names them: topic/partition/offset, or the offset of the dead letter.",
        ),
    ] = None
    everything: Annotated[bool, typer.Option("--all", help="All open dead letters of the stage.")] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which dead letters are meant.")] = False
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed where no terminal is.")] = False
    bootstrap_servers: BootstrapServers = None
    prefix: Prefix = None


@dlq.command("list")
@one_option_per_field
def list_dead_letters(options: ListOptions) -> None:
    """List the open dead letters, newest last, each once; then how many of which reason.

    Open is what was neither replayed nor dropped. With --json one dead letter a line, all of them.

    Example: copydesk dlq list clean --reason invalid --since 2h
    """
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    dead_letters = [
        dead_letter for dead_letter in work.chosen(options.choice(work.pipeline)) if dead_letter.entry is None
    ]
    _report_held(work)
    if options.json_lines:
        sys.stdout.buffer.write(b"".join(as_plain(dead_letter) + b"\n" for dead_letter in dead_letters))
    else:
        _list(dead_letters, options.count)


@dlq.command()
def show(
    stage: Stage,
    dead_letters: Annotated[list[str], typer.Argument(metavar="LETTER...", help="As the list names them.")],
    value: Annotated[
        bool, typer.Option("--value", help="Write the one dead letter's value as it is, and nothing else.")
    ] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    json_lines: AsJson = False,
) -> None:
    """Show all of a dead letter: why it is dead, its headers, what it holds, and whether it can be replayed.

    Example: copydesk dlq show clean 17 --value > page.html
    """
    if value and len(dead_letters) != 1:
        raise ConfigError("--value writes the value of one dead letter: name one")
    work = _load(bootstrap_servers, prefix, stage)
    console = Terminal(soft_wrap=True)
    for dead_letter, message, original, blocker in work.whole(dead_letters):
        if value and (original is None or isinstance(original.value, Oversized)):
            raise BrokerError(f"{dead_letter.record}: {blocker}")
        if value:
            write_value((original.value if original is not None else None) or b"")
        elif json_lines:
            typer.echo(whole_as_json(dead_letter, message, blocker).decode())
        else:
            console.print(whole(dead_letter, message, original, blocker))


@dlq.command()
@one_option_per_field
def replay(options: ResolveOptions) -> None:
    """Send dead letters again, as they were, to the topic that their stage reads. Fix the cause first.

    Each goes out once, also where this is killed and run again. A dead letter that cannot go out (its article
    was removed since, it is too large) stays open, is told with the reason, and the exit code is 1.

    Example: copydesk dlq replay clean --reason timed-out --yes
    """
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    dead_letters = _chosen(work, options)
    if _go_on(dead_letters, "replay", options):
        tally = _handle(work, "replay", dead_letters)
        typer.echo(_words(tally, "replayed"))
        if len(dead_letters) >= work.settings.for_stage(options.stage).dead_run:
            _aside(
                "a worker that stopped at the dead-letter limit goes on when it is restarted:"
                f" copydesk worker {options.stage}; while many dead letters are open,"
                " with --acknowledge-dead-letters"
            )
        raise typer.Exit(1 if tally.left else 0)


@dlq.command()
@one_option_per_field
def drop(options: ResolveOptions) -> None:
    """Put dead letters away unreplayed: they are listed no more, and Kafka keeps them until their time is up.

    Example: copydesk dlq drop clean --reason invalid --until 7d --dry-run
    """
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    dead_letters = _chosen(work, options)
    if _go_on(dead_letters, "drop", options):
        typer.echo(_words(_handle(work, "drop", dead_letters), "dropped"))


def _load(bootstrap_servers: str | None, prefix: str | None, stage: str | None) -> DeadLetters:
    return load_dead_letters(load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix), stage)


def _chosen(work: DeadLetters, options: ResolveOptions) -> list[DeadLetter]:
    """The open dead letters that are chosen; named ones that are closed are told."""
    choice = options.choice(work.pipeline, options.dead_letters)
    if choice.everything and not options.everything:
        raise ConfigError("which dead letters? name some, give a filter (--reason, --since, ...), or --all")
    dead_letters = work.chosen(choice)
    _report_held(work)
    for dead_letter in dead_letters if choice.names else []:
        if dead_letter.entry is not None:
            _aside(f"{dead_letter.record} was {closed(dead_letter.entry)}")
    return [dead_letter for dead_letter in dead_letters if dead_letter.entry is None]


def _report_held(dead_letters: DeadLetters) -> None:
    """What the list cannot know: of dead letters, and of what was done with them."""
    for one in dead_letters.held():
        _aside(f"not counted here: {one_line(str(one))}")


def _of_article(pipeline: Pipeline, key: str) -> Callable[[Message], bool]:
    """Whether a dead letter has this key, or is of the article that the key means."""
    exact = key.encode()
    try:
        identity = pipeline.identify(key)
    except Invalid:
        return lambda dead_letter: dead_letter.key == exact
    return lambda dead_letter: dead_letter.key in {exact, identity.key} or identity.named_by(dead_letter)


def _list(found: Sequence[DeadLetter], count: int) -> None:
    console = Terminal()
    if found:
        console.print(table(found[-count:], console.width), soft_wrap=True)
    if len(found) > count:
        _aside(f"{len(found) - count:,} older ones are not shown; --count {len(found)} shows all")
    typer.echo(f"{len(found):,} open{counts(found)}")


def _go_on(dead_letters: Sequence[DeadLetter], verb: str, options: ResolveOptions) -> bool:
    """Whether to do it: nothing is done without `--yes` or somebody who says so."""
    if options.dry_run or not dead_letters:
        _list(dead_letters, len(dead_letters) or 1)
        return False
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError(f"{verb} asks before it acts; where nobody can answer it needs --yes")
    _list(dead_letters, MOST_ASKED)
    return typer.confirm(f"{verb} {len(dead_letters):,}?", err=True)


def _handle(work: DeadLetters, verb: str, found: Sequence[DeadLetter]) -> "ResolveCounts":
    from streams.dead_letters.resolve import Resolver

    with _shown(verb, len(found)) as told:
        handling = Resolver(work.settings, work.pipeline, work.stage, told)
        return asyncio.run(handling.replay(found) if verb == "replay" else handling.drop(found))


def _words(tally: "ResolveCounts", done: str) -> str:
    """`12 replayed, 1 left open`."""
    before = f", {tally.before:,} were resolved meanwhile" if tally.before else ""
    return f"{tally.done:,} {done}, {tally.left:,} left open{before}"


@contextmanager
def _shown(verb: str, total: int) -> Iterator["ProgressCallbacks"]:
    """Who is told: standard error; the bar only on a terminal."""
    from streams.dead_letters.resolve import ProgressCallbacks

    console = Terminal(stderr=True)
    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with bar_of(console, *columns) as bar:
        task = bar.add_task(verb, total=total)

        def left(dead_letter: DeadLetter, why: str) -> None:
            console.report("left open", "yellow", f"{dead_letter.record}: {why}")

        def progress(tally: "ResolveCounts") -> None:
            bar.update(task, completed=tally.done + tally.before + tally.left)

        yield ProgressCallbacks(left=left, progress=progress)


def _aside(sentence: str) -> None:
    Terminal(stderr=True).print(one_line(sentence), soft_wrap=True)
