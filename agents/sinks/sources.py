"""The log that each partition was last read from, in a small JSON file, for targets that do not keep it."""

import os
from pathlib import Path

import orjson
import structlog

from agents.sinks.durable_file import sync_folder
from streams.core.sink import Claim

log = structlog.get_logger("copydesk.sink")


class Sources:
    """The file. Processes of the same sink may share it: an entry that is overwritten is noted again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, claim: Claim) -> str | None:
        """Note the log of a partition. Returns the log before, if that was another. Raises `OSError`."""
        sources = self._read()
        place = f"{claim.sink}/{claim.topic}/{claim.partition}"
        before = sources.get(place)
        if before == claim.source:
            return None
        unnamed = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with unnamed.open("wb") as file:
            file.write(orjson.dumps({**sources, place: claim.source}))
            file.flush()
            os.fsync(file.fileno())
        unnamed.replace(self.path)
        sync_folder(self.path.parent)
        return before

    def _read(self) -> dict[str, str]:
        try:
            sources = orjson.loads(self.path.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return {}
        return sources if isinstance(sources, dict) else {}


def warn_if_log_changed(claim: Claim, before: str | None, consequence: str, **target: str) -> None:
    """Warn that the target has records of another Kafka, or of a deleted topic, if `before` is not None."""
    if before is not None:
        log.warning(
            f"records come from another log than before: {consequence}",
            topic=claim.topic,
            partition=claim.partition,
            before=before,
            now=claim.source,
            **target,
        )
