import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from streams.cli.commands.dead_letters import Filters, ListOptions, ResolveOptions
from streams.cli.options import repeated_options
from streams.cli.views.dead_letters import as_plain, closed, counts, table, whole, whole_as_json, write_value
from streams.core.message import Message, Oversized
from streams.core.pipeline import Pipeline
from streams.dead_letters.filters import DeadLetterFilter, moment
from streams.dead_letters.listing import DeadLetter
from streams.dead_letters.selection import DeadLetters, load_dead_letters
from streams.errors import BrokerError, ConfigError, Invalid
from streams.exit_codes import ExitCode
from streams.printable import one_line
from streams.settings import load_settings
from streams.terminal import Terminal
from streams.terminal import progress as bar_of

if TYPE_CHECKING:
    from streams.dead_letters.resolve import ProgressCallbacks, ResolveCounts

MOST_ASKED = 20


def _filter(options: Filters, pipeline: Pipeline, names: Sequence[str] | None = None) -> DeadLetterFilter:
    """The filter of these options, for the dead letters of these names, if any. Raises `ConfigError`."""
    choice = DeadLetterFilter(
        names=names or (),
        reasons=options.reason or (),
        since=None if options.since is None else moment(options.since),
        until=None if options.until is None else moment(options.until),
        feed=options.feed,
    )
    return choice if options.key is None else replace(choice, wanted=_of_article(pipeline, options.key))


def list_dead_letters(options: ListOptions) -> None:
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    dead_letters = _open(work.chosen(_filter(options, work.pipeline)))
    _report_held(work)
    if options.json_lines:
        sys.stdout.buffer.write(b"".join(as_plain(dead_letter) + b"\n" for dead_letter in dead_letters))
    else:
        _list(dead_letters, options.count)
        _say_next(dead_letters, repeated_options(options.bootstrap_servers, options.prefix))


def _say_next(dead_letters: Sequence[DeadLetter], options: str) -> None:
    """How to look at the newest, and what can be done about it."""
    if dead_letters and Terminal().is_terminal:
        newest = dead_letters[-1]
        _aside(f"all of one: copydesk dlq show {newest.record}{options}")
        _aside(f"once the cause is fixed: copydesk dlq replay {newest.stage} {newest.record}{options}")


def show(
    *, names: list[str], value: bool, bootstrap_servers: str | None, prefix: str | None, json_lines: bool
) -> None:
    stage, dead_letters = _stage_and_names(names)
    if value and len(dead_letters) != 1:
        raise ConfigError("--value writes the value of one dead letter: name one")
    work = _load(bootstrap_servers, prefix, stage)
    console = Terminal()
    for dead_letter, message, original, blocker in work.whole(dead_letters):
        if value and (original is None or isinstance(original.value, Oversized)):
            raise BrokerError(f"{dead_letter.record}: {blocker}")
        if value:
            write_value((original.value if original is not None else None) or b"")
        elif json_lines:
            typer.echo(whole_as_json(dead_letter, message, blocker).decode())
        else:
            console.say(whole(dead_letter, message, original, blocker))


def _stage_and_names(names: Sequence[str]) -> tuple[str | None, list[str]]:
    """The stage, if the first word is one, and the dead letters. Raises `ConfigError`."""
    stage = None if "/" in names[0] or names[0].isdecimal() else names[0]
    dead_letters = list(names[1:] if stage else names)
    if not dead_letters:
        raise ConfigError(f"which dead letter of {stage}? `copydesk dlq list {stage}` lists the open ones")
    if stage is None and any("/" not in name for name in dead_letters):
        raise ConfigError("an offset alone is in every stage: name the stage too, as in `dlq show clean 17`")
    return stage, dead_letters


def replay(options: ResolveOptions) -> None:
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    dead_letters = _chosen(work, options)
    if _go_on(dead_letters, "replay", options):
        counts = _resolve(work, "replay", dead_letters)
        typer.echo(_words(counts, "replayed"))
        if len(dead_letters) >= work.settings.for_stage(options.stage).dead_run:
            _aside(
                "a worker that stopped at the dead-letter limit continues when restarted: copydesk worker"
                f" {options.stage}; while many dead letters are open, with --acknowledge-dead-letters"
            )
        raise typer.Exit(ExitCode.FAILED if counts.left else ExitCode.DONE)


def drop(options: ResolveOptions) -> None:
    work = _load(options.bootstrap_servers, options.prefix, options.stage)
    dead_letters = _chosen(work, options)
    if _go_on(dead_letters, "drop", options):
        typer.echo(_words(_resolve(work, "drop", dead_letters), "dropped"))


def _load(bootstrap_servers: str | None, prefix: str | None, stage: str | None) -> DeadLetters:
    return load_dead_letters(load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix), stage)


def _open(dead_letters: Sequence[DeadLetter]) -> list[DeadLetter]:
    return [dead_letter for dead_letter in dead_letters if dead_letter.entry is None]


def _chosen(work: DeadLetters, options: ResolveOptions) -> list[DeadLetter]:
    """The open dead letters that are chosen. Those chosen by name that are closed are reported."""
    choice = _filter(options, work.pipeline, options.dead_letters)
    if choice.everything and not options.everything:
        raise ConfigError("which dead letters? name some, give a filter (--reason, --since, ...), or --all")
    dead_letters = work.chosen(choice)
    _report_held(work)
    for dead_letter in dead_letters if choice.names else []:
        if dead_letter.entry is not None:
            _aside(f"{dead_letter.record} was {closed(dead_letter.entry)}")
    return _open(dead_letters)


def _report_held(dead_letters: DeadLetters) -> None:
    """Report the dead letters and ledger entries that Kafka holds back: the list cannot know them."""
    for transaction in dead_letters.held():
        _aside(f"not counted here: {one_line(str(transaction))}")


def _of_article(pipeline: Pipeline, key: str) -> Callable[[Message], bool]:
    """Whether a dead letter has this key, or is of the article that the key means."""
    exact = key.encode()
    try:
        identity = pipeline.identify(key)
    except Invalid:
        return lambda dead_letter: dead_letter.key == exact
    return lambda dead_letter: dead_letter.key in {exact, identity.key} or identity.named_by(dead_letter)


def _list(dead_letters: Sequence[DeadLetter], count: int) -> None:
    console = Terminal()
    if dead_letters:
        console.print(table(dead_letters[-count:], console.width), soft_wrap=True)
    total = len(dead_letters)
    if total > count:
        _aside(f"{total - count:,} older ones are not shown; --count {total} shows all")
    typer.echo(f"{total:,} open{counts(dead_letters)}")


def _go_on(dead_letters: Sequence[DeadLetter], verb: str, options: ResolveOptions) -> bool:
    """Whether to do it: only with `--yes`, or when a person confirms it."""
    if options.dry_run or not dead_letters:
        _list(dead_letters, len(dead_letters) or 1)
        return False
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError(f"{verb} asks before it acts; where nobody can answer, it needs --yes")
    _list(dead_letters, MOST_ASKED)
    return typer.confirm(f"{verb} {len(dead_letters):,}?", err=True)


def _resolve(work: DeadLetters, verb: str, dead_letters: Sequence[DeadLetter]) -> "ResolveCounts":
    from streams.dead_letters.resolve import Resolver

    with _progress(verb, len(dead_letters)) as callbacks:
        resolver = Resolver(work.settings, work.pipeline, work.stage, callbacks)
        return asyncio.run(resolver.replay(dead_letters) if verb == "replay" else resolver.drop(dead_letters))


def _words(counts: "ResolveCounts", done: str) -> str:
    """`12 replayed, 1 left open`."""
    before = f", {counts.before:,} were resolved meanwhile" if counts.before else ""
    return f"{counts.done:,} {done}, {counts.left:,} left open{before}"


@contextmanager
def _progress(verb: str, total: int) -> Iterator["ProgressCallbacks"]:
    """Callbacks that report on standard error, with a bar if that is a terminal."""
    from streams.dead_letters.resolve import ProgressCallbacks

    console = Terminal(stderr=True)
    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with bar_of(console, *columns) as bar:
        task = bar.add_task(verb, total=total)

        def left(dead_letter: DeadLetter, blocker: str) -> None:
            console.report("left open", "yellow", f"{dead_letter.record}: {blocker}")

        def progress(counts: "ResolveCounts") -> None:
            bar.update(task, completed=counts.done + counts.before + counts.left)

        yield ProgressCallbacks(left=left, progress=progress)


def _aside(sentence: str) -> None:
    Terminal(stderr=True).say(one_line(sentence))
