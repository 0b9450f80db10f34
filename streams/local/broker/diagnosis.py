"""Why a broker did not start, in a sentence, from its log."""

import re
from pathlib import Path

#: What Kafka logs -> what it means. The first match wins.
KNOWN = (
    (re.compile(r"Address already in use"), "its port is taken by another program"),
    (re.compile(r"No space left on device"), "no space is left on the disk"),
    (re.compile(r"Failed to acquire lock on file"), "the folder is in use by another broker"),
    (
        re.compile(r"Permission denied|AccessDeniedException"),
        "this user cannot read or write the folder's files",
    ),
    (
        re.compile(r"OutOfMemoryError|Could not reserve"),
        "its heap is too small, or the machine has no memory left",
    ),
)
ENTRY = re.compile(r"^\S+ \S+ (?:ERROR|FATAL) (?P<words>.+?)(?: \([\w.$]+\))?$", re.MULTILINE)
CAUSE = re.compile(
    r"^(?:Caused by: |Exception in thread \S+ )?[\w.$]+(?:Exception|Error): (?P<words>.+)$", re.MULTILINE
)


def reason(log: str) -> str:
    """The reason in `log`, the text of one start: a known one, else the words of the last error."""
    for pattern, meaning in KNOWN:
        if pattern.search(log):
            return meaning
    errors = [*ENTRY.finditer(log), *CAUSE.finditer(log)]
    if errors:
        return max(errors, key=lambda error: error.start())["words"].strip()
    lines = log.strip().splitlines()
    return lines[-1].strip() if lines else "its log gives no reason"


def since(path: Path, offset: int) -> str:
    """The text of the file at `path` after its first `offset` bytes; empty if there is no file."""
    try:
        with path.open("rb") as file:
            # A log that was rotated meanwhile is shorter than the offset: then all of it is new.
            file.seek(offset if path.stat().st_size >= offset else 0)
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
