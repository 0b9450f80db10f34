import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
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
from streams.cli.options import AsJson, BootstrapServers, Prefix
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
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LETTER]...",
        help="As the list names them: topic/partition/offset, or the offset of the letter.",
    ),
]
Reason = Annotated[list[str] | None, typer.Option("--reason", help="Only with this reason; may be repeated.")]
Since = Annotated[
    str | None, typer.Option(metavar="TIME", help="Only since then: RFC 3339, or an age: 2h, 3d.")
]
Until = Annotated[
    str | None, typer.Option(metavar="TIME", help="Only until then: RFC 3339, or an age: 2h, 3d.")
]
Key = Annotated[str | None, typer.Option(help="Only of this key, or of the article of this URL.")]
Feed = Annotated[str | None, typer.Option(help="Only of this feed, where the record says it.")]
All = Annotated[bool, typer.Option("--all", help="All open letters of the stage.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say which letters are meant.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed where no terminal is.")]


@dlq.command("list")
def list_letters(
    stage: Annotated[str | None, typer.Argument(help="Only of this stage.")] = None,
    reason: Reason = None,
    since: Since = None,
    until: Until = None,
    key: Key = None,
    feed: Feed = None,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, help="The newest so many, in the table.")
    ] = 100,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    json_lines: AsJson = False,
) -> None:
    """List the open dead letters, newest last, each once; then how many of which reason.

    Open is what was neither replayed nor dropped. With --json one letter a line, all of them.

    Example: copydesk dlq list clean --reason invalid --since 2h
    """
    work = _load(bootstrap_servers, prefix, stage)
    choice = _choice(work.desk, None, reason, since, until, key, feed)
    found = [one for one in work.chosen(choice) if one.entry is None]
    _tell_held(work)
    if json_lines:
        sys.stdout.buffer.write(b"".join(as_plain(one) + b"\n" for one in found))
    else:
        _list(found, count)


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
def replay(
    stage: Stage,
    letters: Names = None,
    reason: Reason = None,
    since: Since = None,
    until: Until = None,
    key: Key = None,
    feed: Feed = None,
    everything: All = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
) -> None:
    """Send dead letters again, as they were, to the topic that their stage reads. Mend the cause first.

    Each goes out once, also where this is killed and run again. A letter that cannot go out (its article was
    taken down since, it is too large) stays open, is told with the reason, and the exit code is 1.

    Example: copydesk dlq replay clean --reason timed-out --yes
    """
    work = _load(bootstrap_servers, prefix, stage)
    choice = _choice(work.desk, letters, reason, since, until, key, feed)
    found = _meant(work, choice, everything=everything)
    if _go_on(found, "replay", dry_run=dry_run, yes=yes):
        tally = _handle(work, "replay", found)
        typer.echo(_words(tally, "replayed"))
        if len(found) >= work.settings.for_stage(stage).dead_run:
            _aside(
                "a worker that stopped at the dead-letter limit goes on when it is started anew:"
                f" copydesk worker {stage}; while many letters are open, with --accept-dead-letters"
            )
        raise typer.Exit(1 if tally.left else 0)


@dlq.command()
def drop(
    stage: Stage,
    letters: Names = None,
    reason: Reason = None,
    since: Since = None,
    until: Until = None,
    key: Key = None,
    feed: Feed = None,
    everything: All = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
) -> None:
    """Put dead letters away unreplayed: they are listed no more, and Kafka keeps them until their time is up.

    Example: copydesk dlq drop clean --reason invalid --until 7d --dry-run
    """
    work = _load(bootstrap_servers, prefix, stage)
    choice = _choice(work.desk, letters, reason, since, until, key, feed)
    found = _meant(work, choice, everything=everything)
    if _go_on(found, "drop", dry_run=dry_run, yes=yes):
        typer.echo(_words(_handle(work, "drop", found), "dropped"))


def _load(bootstrap_servers: str | None, prefix: str | None, stage: str | None) -> Letters:
    return load_letters(load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix), stage)


def _meant(letters: Letters, choice: Choice, *, everything: bool) -> list[Letter]:
    """The open letters that are chosen; named ones that are closed are told."""
    if choice == Choice() and not everything:
        raise ConfigError("which letters? name some, give a filter (--reason, --since, ...), or --all")
    found = letters.chosen(choice)
    _tell_held(letters)
    for one in found if choice.names else []:
        if one.entry is not None:
            _aside(f"{one.record} was {closed(one.entry)}")
    return [one for one in found if one.entry is None]


def _tell_held(letters: Letters) -> None:
    """What the list cannot know: of letters, and of what was done with them."""
    for one in letters.held():
        _aside(f"not counted here: {one_line(str(one))}")


def _choice(
    desk: Desk,
    names: list[str] | None,
    reasons: list[str] | None,
    since: str | None,
    until: str | None,
    key: str | None,
    feed: str | None,
) -> Choice:
    given = Choice(
        names=names or (),
        reasons=reasons or (),
        since=None if since is None else moment(since),
        until=None if until is None else moment(until),
        feed=feed,
    )
    return given if key is None else replace(given, wanted=_of_article(desk, key))


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


def _go_on(found: Sequence[Letter], verb: str, *, dry_run: bool, yes: bool) -> bool:
    """Whether to do it: nothing is done without `--yes` or somebody who says so."""
    if dry_run or not found:
        _list(found, len(found) or 1)
        return False
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError(f"{verb} asks before it acts; where nobody can answer it needs --yes")
    _list(found, MOST_ASKED)
    return typer.confirm(f"{verb} {len(found):,}?", err=True)


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
