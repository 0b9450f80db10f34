"""Commands that a sentence proposes carry the options that were given, so that they can be copied."""

import re
import shlex
from collections.abc import Mapping

from streams.errors import CopydeskError

#: A command in a sentence: `copydesk topics create`.
COMMAND = re.compile(r"`copydesk ((\w++)[^`]*+)`")
#: These take no address and no prefix; Kafka's own tools get both from the settings.
WITHOUT_OPTIONS = frozenset({"demo", "init", "broker", "process"})
TOOLS = "kafka"
#: A Kafka that is started on this machine is at an address of its own.
LOCAL = "--local"


def repeat_options(error: CopydeskError, arguments: Mapping[str, object]) -> None:
    """Add the options to the commands that the sentences of an error name."""
    # Some commands have all of their options in one object.
    options = arguments.get("options")
    bootstrap_servers, prefix = (
        getattr(options, name, arguments.get(name)) for name in ("bootstrap_servers", "prefix")
    )
    if isinstance(bootstrap_servers, str) or isinstance(prefix, str):
        error.args = tuple(_repeated(part, bootstrap_servers, prefix) for part in error.args)


def repeated_options(bootstrap_servers: object, prefix: object) -> str:
    """The options as they were given: ` -b kafka:9092 --prefix news`."""
    options = {"-b": bootstrap_servers, "--prefix": prefix}
    return "".join(f" {name} {shlex.quote(str(value))}" for name, value in options.items() if value)


def _repeated(part: object, bootstrap_servers: object, prefix: object) -> object:
    if isinstance(part, tuple):
        return tuple(_repeated(inner, bootstrap_servers, prefix) for inner in part)
    if not isinstance(part, str):
        return part
    options = repeated_options(bootstrap_servers, prefix)
    variables = _variables(bootstrap_servers, prefix)

    def with_options(command: re.Match[str]) -> str:
        if command[2] == TOOLS:
            return f"`{variables}copydesk {command[1]}`"
        return (
            command[0]
            if command[2] in WITHOUT_OPTIONS or LOCAL in command[1] or options in command[1]
            else f"`copydesk {command[1]}{options}`"
        )

    return COMMAND.sub(with_options, part)


def _variables(bootstrap_servers: object, prefix: object) -> str:
    """The same as environment variables: `COPYDESK_BOOTSTRAP_SERVERS=kafka:9092 `."""
    values = {"COPYDESK_BOOTSTRAP_SERVERS": bootstrap_servers, "COPYDESK_PREFIX": prefix}
    return "".join(f"{name}={shlex.quote(str(value))} " for name, value in values.items() if value)
