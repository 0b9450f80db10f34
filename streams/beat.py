"""The beat: how a worker notices that it was stopped for so long that others have taken its place.

A worker that was stopped (SIGSTOP, a suspended machine, a long stall) past its session would, once it
goes on, publish its old results over those of the worker that took over. So before each publish it looks
whether the beat has been heard within half the session time-out; if not, it ends without publishing.
The clock counts the time a machine sleeps.
"""

import threading
import time
from collections.abc import Callable

#: Counts suspend, unlike CLOCK_MONOTONIC on Linux; macOS has no such name, and its monotonic clock counts it.
CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
INTERVAL = 0.25


class Beat:
    """Heard every quarter of a second from a thread of its own; `on_silence` is called once it was missed."""

    def __init__(self, session_seconds: float, on_silence: Callable[[str], None]) -> None:
        self._longest = session_seconds / 2
        self._on_silence = on_silence
        self._heard = time.clock_gettime(CLOCK)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._heard = time.clock_gettime(CLOCK)
        self._thread.start()

    def stop(self) -> None:
        """End the beat's thread."""
        self._stop.set()

    def check(self) -> None:
        """Look whether the beat was heard lately; if not, `on_silence` is called with a sentence."""
        silent = time.clock_gettime(CLOCK) - self._heard
        if silent > self._longest:
            self._on_silence(
                f"this worker stood still for {silent:.1f} s, and others may have taken over its partitions"
            )

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.check()
            self._heard = time.clock_gettime(CLOCK)
