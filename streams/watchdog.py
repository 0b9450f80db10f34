"""The watchdog: ends a worker that has lost its group for good and does not know it.

On a fatal group error aiokafka parks the exception until somebody reads it, and Faust never does: the worker
stays up, has no partitions, and says nothing. A thread looks every second, also while the loop is blocked.
"""

import threading
from collections.abc import Callable
from typing import Any

INTERVAL = 1.0


class Watchdog:
    """Watches the group coordinator of a Faust app; `end` is called once with a sentence."""

    def __init__(self, app: Any, end: Callable[[str], None]) -> None:
        self._app = app
        self._end = end
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            reason = lost_group(self._app)
            if reason and not self._app.should_stop:
                self._end(f"the consumer group is lost: {reason}")


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
