"""Of which log a partition was last read, for a target that cannot be asked: a small file of JSON."""

import os
from pathlib import Path

import orjson
import structlog

from agents.sinks.durable_file import sync_folder
from streams.core.sink import Claim

log = structlog.get_logger("copydesk.sink")


class Sources:
    """May be shared by the processes of one sink: what one of them does not see, it notes again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, claim: Claim) -> str | None:
        """Note the log of a partition; the one before, if that was another. Raises `OSError`."""
        found = self._read()
        place = f"{claim.sink}/{claim.topic}/{claim.partition}"
        before = found.get(place)
        if before == claim.source:
            return None
        unnamed = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with unnamed.open("wb") as file:
            file.write(orjson.dumps({**found, place: claim.source}))
            file.flush()
            os.fsync(file.fileno())
        unnamed.replace(self.path)
        sync_folder(self.path.parent)
        return before

    def _read(self) -> dict[str, str]:
        try:
            found = orjson.loads(self.path.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return {}
        return found if isinstance(found, dict) else {}


def warn_of_another_log(claim: Claim, before: str, consequence: str, **target: str) -> None:
    """Log that what the target holds comes from another Kafka, or from a topic that is no more."""
    log.warning(
        f"another log than before: {consequence}",
        topic=claim.topic,
        partition=claim.partition,
        before=before,
        now=claim.source,
        **target,
    )
