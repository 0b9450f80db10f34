"""Whether the real command line accepts a command. Nothing is executed."""

import re
import shlex
from functools import cache
from itertools import takewhile
from typing import Any

import typer

from streams.cli import gather
from streams.local.broker.tool_catalogue import TOOLS
from streams.settings import Settings

#: Typer has its own copy of click, and shows only the leaves of its errors.
UsageError: Any = typer.BadParameter.__base__
ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)=(\S*)")
#: What ends a command in a shell.
OPERATORS = {">", "|", "&&"}
#: Not read by the settings: they say where the settings are, and where Kafka's jars are kept.
NOT_SETTINGS = {"COPYDESK_CONFIG", "COPYDESK_CACHE"}


def rejection(command: str) -> str | None:
    """Why `[NAME=value ...] copydesk ...` would be rejected before it does anything; None if it would not."""
    words = list(takewhile(lambda word: word not in OPERATORS, shlex.split(command, comments=True)))
    while words and (assigned := ASSIGNMENT.fullmatch(words[0])):
        if unknown_variable(assigned[1]):
            return f"{assigned[1]} is not a setting"
        words.pop(0)
    return rejection_of(words[1:])


def rejection_of(arguments: list[str]) -> str | None:
    """The same for the arguments after `copydesk`."""
    if arguments[:1] == ["kafka"] and len(arguments) > 1:
        return None if arguments[1] in {"TOOL", *(tool.name for tool in TOOLS)} else f"no tool {arguments[1]}"
    if acts_at_once(arguments):
        return None
    try:
        _parse(application(), arguments)
    except typer.Exit:
        return None  # --help
    except UsageError as error:
        return str(error.format_message())
    return None


def acts_at_once(arguments: list[str]) -> bool:
    """Whether parsing would already do it: `--version`, and `--install-completion`, which writes files."""
    options = {
        option for parameter in application().params if parameter.callback for option in parameter.opts
    }
    return arguments[:1] != [] and arguments[0] in options


@cache
def application() -> Any:
    return typer.main.get_command(gather())


def unknown_variable(name: str) -> bool:
    """Whether a variable has the form of a setting (`COPYDESK_WORKER__POOL_PROCESSES`) and is not one."""
    if not name.startswith("COPYDESK_") or name in NOT_SETTINGS:
        return False
    setting: object = Settings
    for part in name.removeprefix("COPYDESK_").lower().split("__"):
        fields = getattr(setting, "model_fields", None)
        if fields is None:
            return setting is not dict
        if part not in fields:
            return True
        annotation = fields[part].annotation
        setting = getattr(annotation, "__origin__", annotation)
    return False


def _parse(command: Any, arguments: list[str], parent: Any = None) -> None:
    """Parse the arguments as the command does before it runs. A group passes on what it has not read."""
    with command.make_context(command.name, list(arguments), parent=parent) as context:
        if hasattr(command, "resolve_command"):
            _, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
            _parse(inner, rest, context)
