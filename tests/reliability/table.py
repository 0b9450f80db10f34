"""Rows as a table in Markdown, and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from streams.local.broker.lock import VERSION
from tests.reliability.row import Row

HEADER = (
    "fault",
    "articles",
    "confirmed",
    "lost",
    "repeated",
    "… seen after dropping equal `ce_id`",
    "… with other bytes",
    "ended older",
    "… in a topic",
    "dead",
    "continues after",
    "oldest",
    "what happened",
)


def markdown(rows: Sequence[Row]) -> str:
    lines = [HEADER, ["---"] * len(HEADER), *map(_cells, rows)]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def ran(seed: int) -> str:
    """The date, the machine and the versions, in one line."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"
        f" {platform.machine()}, Python {platform.python_version()}, Kafka {VERSION}, seed {seed}"
    )


def write(rows: Sequence[Row], folder: Path, seed: int) -> None:
    """`faults.md` and `faults.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "faults.md").write_text(f"{markdown(rows)}\n{ran(seed)}\n")
    report = {"ran": ran(seed), "rows": [row.as_dict() for row in rows]}
    (folder / "faults.json").write_text(json.dumps(report, indent=1) + "\n")


def _cells(row: Row) -> Iterable[str]:
    counts = row.counts
    return (
        f"`{row.fault}`: {row.description}",
        f"{row.articles:,}",
        f"{counts.confirmed:,}",
        f"{counts.lost + counts.lost_in_sinks:,}",
        f"{counts.repeated:,}",
        f"{counts.repeated_with_other_id:,}",
        f"{counts.repeated_with_other_bytes:,}",
        f"{counts.ended_older:,}",
        f"{counts.topics_ended_older:,}",
        ", ".join(f"{number} {reason}" for reason, number in counts.dead.items()) or "0",
        "-" if row.recovery is None else f"{row.recovery:.1f} s",
        f"{counts.greatest_age:.0f} s",
        ", ".join(row.happened) + (f"; FAILED: {row.failure}" if row.failure else ""),
    )
