"""What is shown and tried before a client of kafka-python opens, which says nothing while it retries."""

import errno
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.text import Text

from streams.errors import BrokerError
from streams.kafka.connection import bootstrap_addresses, host_and_port
from streams.settings import Settings
from streams.terminal import Terminal, shortened

if TYPE_CHECKING:
    from rich.live import Live

#: A Kafka on the same machine answers within 0.1 s (4.1.0, 2026-11); later, a line says what is waited for.
QUIET_SECONDS = 1.0
#: How long nothing may listen, while Kafka starts again. kafka-python would try for six seconds.
LISTENING_SECONDS = 1.5
RETRY_SECONDS = 0.25
#: What to do where nothing listens.
HINT = "`copydesk up --local` starts a Kafka on this machine, and -b names another"


@contextmanager
def connecting(settings: Settings) -> Iterator[None]:
    """Show a line on a terminal if it takes long. Raises `BrokerError` if nothing listens."""
    with _shown(f"connecting to Kafka at {settings.bootstrap_servers}"):
        _require_listener(settings)
        yield


def unreachable(settings: Settings, reason: str) -> BrokerError:
    hint = f"; {HINT}" if reason == os.strerror(errno.ECONNREFUSED) else ""
    return BrokerError(f"cannot reach Kafka at {settings.bootstrap_servers}: {reason}{hint}")


def _require_listener(settings: Settings) -> None:
    addresses = bootstrap_addresses(settings.bootstrap_servers)
    end = time.monotonic() + LISTENING_SECONDS
    while not any(_may_listen(address) for address in addresses):
        if time.monotonic() > end:
            raise unreachable(settings, os.strerror(errno.ECONNREFUSED))
        time.sleep(RETRY_SECONDS)


def _may_listen(address: str) -> bool:
    """Whether something listens there; True also where that is not known."""
    try:
        socket.create_connection(host_and_port(address), timeout=QUIET_SECONDS).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def _shown(text: str) -> Iterator[None]:
    console = Terminal(stderr=True)
    in_front = threading.current_thread() is threading.main_thread() and not Terminal.live_lines
    if not (console.is_interactive and in_front):
        yield
        return
    lines: list[Live] = []

    def show() -> None:
        # Imported here: it takes 60 ms, and Kafka mostly answers before.
        from rich.live import Live
        from rich.spinner import Spinner

        spinner = Spinner("dots", shortened(Text(text), max(20, console.width - 3)))
        lines.append(
            Live(spinner, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
        )
        lines[0].start()

    timer = threading.Timer(QUIET_SECONDS, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for line in lines:
            line.stop()
