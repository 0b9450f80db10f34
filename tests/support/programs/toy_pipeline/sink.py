"""A sink that keeps nothing, and fails or hangs while certain files exist."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.core.sink import Claim, Delivered
from streams.errors import Unavailable


@dataclass(frozen=True, kw_only=True)
class ToySinkSettings:
    """While file `away` exists, the target is unavailable; while `stuck` exists, `write` does not return."""

    away: str = "/nowhere"
    stuck: str = "/nowhere"


class ToySink:
    """Keeps nothing."""

    def __init__(self, settings: ToySinkSettings) -> None:
        self._away, self._stuck = Path(settings.away), Path(settings.stuck)

    def begin(self, claim: Claim) -> None:
        """There is nothing to cut back."""

    def write(self, batch: Sequence[Delivered]) -> None:
        """Wait, fail or succeed, depending on the files."""
        while self._stuck.exists():
            time.sleep(0.02)
        if self._away.exists():
            raise Unavailable("the toy's target is unavailable")

    def release(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is open."""


def open_sink(settings: ToySinkSettings) -> ToySink:
    return ToySink(settings)
