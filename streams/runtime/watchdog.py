"""The watchdog: ends a worker that is up but no longer works.

After a fatal error of the group, aiokafka keeps the exception until somebody reads it, and Faust never does:
the worker stays up, has no partitions, and reports nothing. The same is true if the event loop has ended or
hangs. A thread checks every second.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from streams.runtime.group_member import Member

INTERVAL = 1.0
#: An event loop that does not answer for this long is not busy: it hangs.
SILENCE_SECONDS = 60.0


class EventLoopPulse:
    """When the event loop last answered. It is not silent before it is asked."""

    def __init__(self) -> None:
        self._answered: float | None = None

    def answered(self) -> None:
        self._answered = time.monotonic()

    def silent(self) -> float:
        """Seconds since it last answered."""
        answered = self._answered
        return 0.0 if answered is None else time.monotonic() - answered


class Watchdog:
    """Watches the group and the event loop of a member; `end` is called with a sentence.

    `look` is called every second too.
    """

    def __init__(
        self,
        member: Member,
        pulse: EventLoopPulse,
        end: Callable[[str], None],
        look: Callable[[], None] = lambda: None,
    ) -> None:
        self._look = look
        self._member = member
        self._pulse = pulse
        self._end = end
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._pulse.answered()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            if self._member.should_stop:
                continue
            self._look()
            if reason := self._member.lost_group():
                self._end(f"the consumer group is lost: {reason}")
            self._ask()

    def _ask(self) -> None:
        """Ask the event loop to answer, and check how long ago it last did."""
        if self._pulse.silent() > SILENCE_SECONDS:
            self._end(f"the event loop has not answered for {SILENCE_SECONDS:g} s")
        with suppress(RuntimeError):  # it is closed
            self._member.ask(self._pulse.answered)
