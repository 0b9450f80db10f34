"""The watchdog: ends a worker that stays up and works no more.

On a fatal group error aiokafka parks the exception until somebody reads it, and Faust never does: the worker
stays up, has no partitions, and says nothing. So does one whose event loop has ended or hangs. A thread looks
every second.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

INTERVAL = 1.0
#: An event loop that answers nothing for so long is not busy but gone.
SILENCE_SECONDS = 60.0


class Watchdog:
    """Watches the group and the event loop of a Faust app; `end` is called with a sentence."""

    def __init__(self, app: Any, end: Callable[[str], None]) -> None:
        self._app = app
        self._end = end
        self._answered = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._answered = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def silent(self) -> float:
        """Seconds since the event loop has last answered."""
        return time.monotonic() - self._answered

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            if self._app.should_stop:
                continue
            reason = lost_group(self._app)
            if reason:
                self._end(f"the consumer group is lost: {reason}")
            self._ask()

    def _ask(self) -> None:
        """Ask the event loop for a sign of life, and look how long ago the last one came."""
        if self.silent() > SILENCE_SECONDS:
            self._end(f"the event loop has not answered for {SILENCE_SECONDS:g} s")
        with suppress(RuntimeError):  # closed: it answers no more
            self._app.loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        self._answered = time.monotonic()


def lost_group(app: Any) -> str | None:
    """Why the app's membership of its group cannot come back, or None."""
    thread = getattr(app._consumer, "_thread", None)
    consumer = getattr(thread, "_consumer", None)
    coordinator = getattr(consumer, "_coordinator", None)
    pending = getattr(coordinator, "_pending_exception", None)
    if pending is not None:
        return repr(pending)
    task = getattr(coordinator, "_coordination_task", None)
    return "its coordination ended" if task is not None and task.done() else None
