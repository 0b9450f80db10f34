"""Whether the first article could pass: every process of the pipeline says so on `/readyz`."""

import http.client
import threading
from collections.abc import Mapping

from streams.local.supervisor import Supervisor

ANSWER_SECONDS = 1.0
#: How often processes are asked until all are ready, and afterwards.
STARTING_PAUSE, READY_PAUSE = 0.2, 2.0
READY = 200


class Readiness:
    """The state of all processes together, for `/readyz` of `copydesk up` and for its display.

    Processes without a port cannot be asked, and count as ready.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._addresses: Mapping[str, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="readiness", daemon=True)
        self.waiting: Mapping[str, str] = {"the processes": "starting"}
        """Which processes cannot work now: name → reason."""
        self.asked = False
        """Whether each process was asked once."""

    def watch(self, addresses: Mapping[str, str]) -> None:
        """Ask them from now on: name → `host:port`."""
        self._addresses = addresses
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def unhealthy(self) -> str | None:
        return self._supervisor.unhealthy()

    def unready(self) -> str | None:
        waiting = "; ".join(f"{name}: {reason}" for name, reason in self.waiting.items())
        return self._supervisor.unready() or waiting or None

    def _run(self) -> None:
        while not self._stop.is_set():
            reasons = {name: unready(address) for name, address in self._addresses.items()}
            self.waiting = {name: reason for name, reason in reasons.items() if reason}
            self.asked = True
            self._stop.wait(STARTING_PAUSE if self.waiting else READY_PAUSE)


def unready(address: str) -> str | None:
    """Why the process that answers at `host:port` does not work now; None if it does."""
    connection = http.client.HTTPConnection(address, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read(1000).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException):
        return "starting"
    finally:
        connection.close()
    return None if answer.status == READY else text
