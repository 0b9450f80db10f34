"""Run Kafka's own tools from the same jars, with the address and credentials of the settings filled in."""

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

#: As much as Kafka's own scripts give to the largest of them.
HEAP = 512
#: Arguments that ask nothing of a cluster.
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
    """Whether the user has said which Kafka is meant."""
    options = ("--bootstrap-", tool.address or "--bootstrap-")
    return any(one.startswith(options) or "bootstrap.servers=" in one for one in arguments)


def asks_nothing(tool: Tool, arguments: Sequence[str]) -> bool:
    """Whether no Kafka is needed: a local tool, or only its help is wanted."""
    return tool.local or not HELP.isdisjoint(arguments) or (tool.after_command and not arguments)


def client_settings(tool: Tool, arguments: Sequence[str], settings: Settings) -> dict[str, str]:
    """What is to stand in the tool's file of client settings. Raises `ConfigError`.

    Credentials are for the address they stand beside: they go to no other that the user names.
    """
    if names_address(tool, arguments) or (
        tool.config and any(one.startswith(tool.config) for one in arguments)
    ):
        return {}
    known = client_properties(settings.security)
    if known and not tool.config:
        raise ConfigError(
            f"Kafka's {tool.name} cannot log in, and the settings ask for {settings.security.protocol}"
        )
    return known if tool.address else known | {"bootstrap.servers": settings.bootstrap_servers}


def run(tool: Tool, arguments: Sequence[str], settings: Settings) -> int:
    """Run it on our stdin, stdout and stderr, and return its exit code. Raises `CopydeskError`."""
    if asks_nothing(tool, arguments):
        return _run(tool, arguments)
    address = None if names_address(tool, arguments) else settings.bootstrap_servers
    known = client_settings(tool, arguments, settings)
    if address:
        # Java's clients tell a wrong password in lines of log, and TLS instead of none as a lack of memory.
        require_entry(settings)
    if not known:
        return _run(tool, filled(tool, arguments, address, None))
    with secret_file(properties_text(known)) as config:
        return _run(tool, filled(tool, arguments, address, config))


@contextmanager
def secret_file(text: str) -> Iterator[Path]:
    """A file that only this user can read, gone afterwards."""
    # NamedTemporaryFile makes it with mode 0600.
    with tempfile.NamedTemporaryFile("w", encoding="ascii", prefix="copydesk-", suffix=".properties") as file:
        file.write(text)
        file.flush()
        yield Path(file.name)


@contextmanager
def shown_on_terminals() -> Iterator[tuple[int | None, int | None]]:
    """What a tool is to write to. It shows records as they are: a terminal gets them by way of our guard.

    Files and programs get the bytes.
    """
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
    """Until the tool has ended. A prompt is no whole line, so bytes are shown as they come."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    while chunk := os.read(reading, 65536):
        stream.write(visible(decode(chunk)))
        stream.flush()


def _run(tool: Tool, arguments: Sequence[str]) -> int:
    """Ctrl-C reaches the tool from the terminal, other signals are passed on; we stay until it has ended."""
    line = command(tool.main, *arguments, heap=HEAP, logging="log4j2-tools.xml")
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    child: subprocess.Popen[bytes] | None = None

    def hand_on(number: int, _: FrameType | None) -> None:
        if child is not None and number != signal.SIGINT:
            child.terminate()

    before = {number: signal.signal(number, hand_on) for number in signals}
    try:
        with shown_on_terminals() as (out, errors):
            child = subprocess.Popen(line, stdout=out, stderr=errors)
            code = child.wait()
    except OSError as error:
        raise CannotStart(f"{line[0]} could not be started: {error.strerror or error}") from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
