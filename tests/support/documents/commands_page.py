"""docs/reference/commands.md: every command, from the Typer application. `make documents` writes it."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streams.cli import GROUPS
from tests.support.commands.command_line import application
from tests.support.documents.markdown import escaped, one_line

HEAD = """# Commands

<!-- written by `make documents` -->

All commands, as `copydesk --help` groups them. Each prints the same with `--help`.
"""
EXAMPLE = re.compile(r"^Examples?: ")
#: What stands for a value of a type, where the option names none.
VALUES = {int: "NUMBER", float: "NUMBER", Path: "PATH"}


def page() -> str:
    """The whole page: a section for each group of the help page, and one in it for each command."""
    commands = application().commands
    parts = [HEAD]
    for group in GROUPS:
        parts.append(f"## {group}\n")
        for name, command in commands.items():
            if command.rich_help_panel == group:
                parts += section(command, f"copydesk {name}", level=3)
    return "\n".join(parts)


def section(command: Any, called: str, *, level: int) -> Iterator[str]:
    """What the command does, its example, arguments and options; then its own commands."""
    yield f"{'#' * level} {called}\n"
    text, examples = described(command)
    yield from (f"{paragraph}\n" for paragraph in text)
    if examples:
        yield "\n".join(["```sh", *examples, "```", ""])
    yield from parameters(command)
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from section(inner, f"{called} {name}", level=level + 1)


def described(command: Any) -> tuple[list[str], list[str]]:
    """The paragraphs of the help text, and the commands after `Example:`."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    examples = [paragraph for paragraph in paragraphs if EXAMPLE.match(paragraph)]
    text = [escaped(one_line(paragraph)) for paragraph in paragraphs if paragraph not in examples]
    lines = [line.strip() for part in examples for line in EXAMPLE.sub("", part).splitlines()]
    return text, lines


def parameters(command: Any) -> Iterator[str]:
    """The arguments and options as a table."""
    rows = [
        f"| {usage(parameter)} | {meaning(parameter)} |"
        for parameter in command.params
        if not parameter.hidden
    ]
    if rows:
        yield "\n".join(["| argument or option | meaning |", "|---|---|", *rows, ""])


def usage(parameter: Any) -> str:
    """How it is written: `STAGE`, `--reason TEXT`."""
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
        return f"`{name}{' ...' if parameter.nargs == -1 and '...' not in name else ''}`"
    value = "" if parameter.is_flag else f" {value_name(parameter)}"
    return ", ".join(f"`{name}{value}`" for name in parameter.opts)


def value_name(option: Any) -> str:
    return option.metavar or VALUES.get(option.type_descriptor.annotation, "TEXT")


def meaning(parameter: Any) -> str:
    """Its help, and what is used if it is not given."""
    text = escaped(one_line(parameter.help or ""))
    shown = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
    return text if shown in (None, "", False) else f"{text} Default: `{shown}`."
