"""Why a broker did not start, in a sentence, from what it logged."""

import re
from pathlib import Path

#: What Kafka logs -> what it means. The first that is found wins.
KNOWN = (
    (re.compile(r"Address already in use"), "its port is taken by another program"),
    (re.compile(r"No space left on device"), "no space is left on the disk"),
    (re.compile(r"Failed to acquire lock on file"), "the folder is in use by another broker"),
    (
        re.compile(r"Permission denied|AccessDeniedException"),
        "files of the folder cannot be read or written by this user",
    ),
    (
        re.compile(r"OutOfMemoryError|Could not reserve enough space"),
        "its heap is too small, or the machine has no memory left",
    ),
)
ENTRY = re.compile(r"^\S+ \S+ (?:ERROR|FATAL) (?P<words>.+?)(?: \([\w.$]+\))?$", re.MULTILINE)
CAUSE = re.compile(
    r"^(?:Caused by: |Exception in thread \S+ )?[\w.$]+(?:Exception|Error): (?P<words>.+)$", re.MULTILINE
)


def why(log: str) -> str:
    """The reason in `log`, the text that one start has left: a known one, else the last error's own words."""
    for pattern, meaning in KNOWN:
        if pattern.search(log):
            return meaning
    found = [*ENTRY.finditer(log), *CAUSE.finditer(log)]
    if found:
        return max(found, key=lambda one: one.start())["words"].strip()
    lines = log.strip().splitlines()
    return lines[-1].strip() if lines else "it left no reason in its log"


def since(path: Path, offset: int) -> str:
    """What was written to the file at `path` after its first `offset` bytes; nothing if there is no file."""
    try:
        with path.open("rb") as file:
            # A log that was turned over meanwhile is shorter than the offset: then all of it is new.
            file.seek(offset if path.stat().st_size >= offset else 0)
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
