"""Runs Kafka's own tools from the same jars, with the address and credentials of the settings filled in."""

import codecs
import difflib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TextIO

from streams.errors import CannotStart, ConfigError
from streams.kafka.diagnosis import require_entry
from streams.local.broker.configuration import properties_text
from streams.local.broker.credentials import client_properties
from streams.local.broker.java import command
from streams.local.broker.tool_catalogue import TOOLS, Tool
from streams.printable import visible
from streams.settings import Settings

#: As much as Kafka's own scripts give to the largest tool.
HEAP = 512
#: Arguments that need no cluster.
HELP = frozenset({"--help", "-h", "--version"})


def find(name: str) -> Tool:
    """The tool called `topics`, `kafka-topics` or `kafka-topics.sh`. Raises `ConfigError`."""
    short = name.removesuffix(".sh").removeprefix("kafka-")
    names = [tool.name for tool in TOOLS]
    if short in names:
        return TOOLS[names.index(short)]
    near = difflib.get_close_matches(short, names, 1)
    hint = f"did you mean {near[0]}?" if near else "`copydesk kafka` lists them"
    raise ConfigError(f"Kafka has no tool called {name}: {hint}")


def filled(tool: Tool, arguments: Sequence[str], address: str | None, config: Path | None) -> list[str]:
    """`arguments` with the options for `address` and `config` (a file of client settings), if any."""
    added: list[str] = []
    if address and tool.address:
        added += [tool.address, address]
    if config is not None:
        added += [tool.config, str(config)]
    place = 1 if tool.after_command else 0
    return [*arguments[:place], *added, *arguments[place:]]


def names_address(tool: Tool, arguments: Sequence[str]) -> bool:
    """Whether the user names the Kafka that is meant."""
    options = ("--bootstrap-", tool.address or "--bootstrap-")
    return any(word.startswith(options) or "bootstrap.servers=" in word for word in arguments)


def asks_nothing(tool: Tool, arguments: Sequence[str]) -> bool:
    """Whether no Kafka is needed: the tool is local, or only its help is wanted."""
    return tool.local or not HELP.isdisjoint(arguments) or (tool.after_command and not arguments)


def client_settings(tool: Tool, arguments: Sequence[str], settings: Settings) -> dict[str, str]:
    """The content of the tool's file of client settings. Raises `ConfigError`.

    The credentials belong to the address of the settings: they are sent to no other that the user names.
    """
    has_config = tool.config and any(word.startswith(tool.config) for word in arguments)
    if has_config or names_address(tool, arguments):
        return {}
    known = client_properties(settings.security)
    if known and not tool.config:
        protocol = settings.security.protocol
        raise ConfigError(f"Kafka's {tool.name} cannot log in, and the settings require {protocol}")
    return known if tool.address else known | {"bootstrap.servers": settings.bootstrap_servers}


def run(tool: Tool, arguments: Sequence[str], settings: Settings) -> int:
    """Run it with our stdin, stdout and stderr, and return its exit code. Raises `CopydeskError`."""
    if asks_nothing(tool, arguments):
        return _run(tool, arguments)
    address = None if names_address(tool, arguments) else settings.bootstrap_servers
    known = client_settings(tool, arguments, settings)
    if address:
        # Java's clients report a wrong password in log lines, and TLS instead of none as a lack of memory.
        require_entry(settings)
    if not known:
        return _run(tool, filled(tool, arguments, address, None))
    with secret_file(properties_text(known)) as config:
        return _run(tool, filled(tool, arguments, address, config))


@contextmanager
def secret_file(text: str) -> Iterator[Path]:
    """A file that only this user can read, deleted afterwards."""
    # NamedTemporaryFile creates it with mode 0600.
    with tempfile.NamedTemporaryFile("w", encoding="ascii", prefix="copydesk-", suffix=".properties") as file:
        file.write(text)
        file.flush()
        yield Path(file.name)


@contextmanager
def shown_on_terminals() -> Iterator[tuple[int | None, int | None]]:
    """Where a tool writes. Files and programs get records as they are, terminals through our guard."""
    with ExitStack() as stack:
        yield stack.enter_context(_piped(sys.stdout)), stack.enter_context(_piped(sys.stderr))


@contextmanager
def _piped(stream: TextIO) -> Iterator[int | None]:
    if not stream.isatty():
        yield None
        return
    reading, writing = os.pipe()
    thread = threading.Thread(target=_show, args=(reading, stream))
    thread.start()
    try:
        yield writing
    finally:
        os.close(writing)
        thread.join()
        os.close(reading)


def _show(reading: int, stream: TextIO) -> None:
    """Until the tool has ended. A prompt is not a whole line, so bytes are shown as they arrive."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    while chunk := os.read(reading, 65536):
        stream.write(visible(decode(chunk)))
        stream.flush()


def _run(tool: Tool, arguments: Sequence[str]) -> int:
    """Ctrl-C reaches the tool from the terminal, other signals are passed on; we wait until it has ended."""
    line = command(tool.main, *arguments, heap=HEAP, logging="log4j2-tools.xml")
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    process: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _: FrameType | None) -> None:
        if process is not None and number != signal.SIGINT:
            process.terminate()

    before = {number: signal.signal(number, pass_on) for number in signals}
    try:
        with shown_on_terminals() as (out, errors):
            process = subprocess.Popen(line, stdout=out, stderr=errors)
            code = process.wait()
    except OSError as error:
        raise CannotStart(f"{line[0]} could not be started: {error.strerror or error}") from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
