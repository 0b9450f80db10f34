"""Logs once that Kafka does not answer, and once that it answers again."""

from collections.abc import Callable

import structlog

from streams.client_trouble import client_trouble

log = structlog.get_logger("copydesk.kafka")

SILENT, AGAIN = "Kafka does not answer", "Kafka answers again"


class OutageLog:
    """`look` is called every second. An outage is a silence of more than a third of the session."""

    def __init__(self, session_seconds: float, seconds_since_answer: Callable[[], float | None]) -> None:
        self._longest = session_seconds / 3
        self._seconds_since_answer = seconds_since_answer
        self._silent = 0.0

    def look(self) -> None:
        seconds = self._seconds_since_answer() or 0.0
        if seconds > self._longest:
            if not self._silent:
                log.warning(SILENT, seconds=round(seconds, 1), error=client_trouble.last)
            self._silent = seconds
        elif self._silent:
            log.warning(AGAIN, silent_seconds=round(self._silent, 1))
            self._silent = 0.0
