"""The help pages: plain text that wraps at words, the commands in groups.

Typer's own pages need rich, markdown and a highlighter (0.3 s of CPU), read `[sinks.NAME]` as markup and cut
words on narrow terminals (typer 0.29.2, 2026-11).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from streams.cli.commands.loading import shown_until_loaded
from streams.errors import Interrupted
from streams.exit_codes import ExitCode
from streams.printable import one_line

#: Typer has its own copy of click, and shows only the leaves of its errors.
UsageError: Any = typer.BadParameter.__base__
#: These say what they do from the beginning, not only on a terminal.
WITH_STEPS = frozenset({"demo", "up"})
#: The option of a process whose output another command shows.
RELAYED = ("--end-with",)
#: What Typer writes after the name of an argument: `PATHS <list[str]>`.
PYTHON_TYPE = re.compile(r"(?m)(^  [A-Z_]+)( <[a-z\[\]|]+>)")
PARAGRAPH = re.compile(r"\n\s*\n")


class Command(TyperCommand):
    """A command whose help page names values by words (`STAGE`), not by types of Python."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        for parameter in self.params:
            if parameter.metavar is None and not getattr(parameter, "is_flag", False):
                parameter.metavar = (parameter.name or "").upper()

    def get_help(self, ctx: Any) -> str:
        return PYTHON_TYPE.sub(lambda argument: argument[1] + " " * len(argument[2]), super().get_help(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _not_given(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Typer imports pydantic to check values, 0.2 s of CPU: from here on a line is shown."""
        if ctx.resilient_parsing or {*ctx.help_option_names, *RELAYED} & set(args):
            return super().parse_args(ctx, args)
        with shown_until_loaded(always=self.name in WITH_STEPS):
            return super().parse_args(ctx, args)


class CommandGroup(TyperGroup):
    """Commands that are listed by group, each with its first paragraph."""

    def get_help_option(self, ctx: Any) -> Any:
        return _not_given(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help(), err=True)
            raise typer.Exit(ExitCode.USAGE)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            title = getattr(command, "rich_help_panel", None) or "Commands"
            groups.setdefault(title, []).append((name, _first_paragraph(command.help or "")))
        for title, rows in groups.items():
            with formatter.section(title):
                formatter.write_dl(rows)


class AllCommands(CommandGroup):
    """All of `copydesk`.

    Typer's errors quote the command line, which may hold anything: hidden characters are escaped.
    """

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        for parameter in self.params:
            _not_given(parameter)
        with _visible_errors():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: Any) -> Any:
        with _visible_errors():
            return super().invoke(ctx)


def group_of_commands(name: str, words: str) -> typer.Typer:
    """Commands under one name: `copydesk topics create`."""
    return typer.Typer(name=name, cls=CommandGroup, help=words, rich_markup_mode=None)


def _not_given(option: Any) -> Any:
    """A flag of Typer's own, by default False: to check None, Typer imports pydantic."""
    if getattr(option, "is_flag", False) and option.default is None:
        option.default = False
    return option


@contextmanager
def _visible_errors() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        # Typer would exit without a word.
        raise Interrupted("interrupted; run the same command again for the rest") from None
    except UsageError as error:
        error.message = one_line(error.message)
        raise


def _first_paragraph(text: str) -> str:
    """All of it: `...` at the end of a line explains nothing."""
    return " ".join(PARAGRAPH.split(text.strip(), maxsplit=1)[0].split())
