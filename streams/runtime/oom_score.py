"""Where memory runs out, the kernel is to end a child and not its parent.

It ends the process that holds most. That may be the parent with its window of large pages, while it is the
child's article that asks for more: then no article is ever blamed, and the same one ends every restart
(a container of 330 MB, pages of 4 MB, an article that takes 80 MB: 5 starts, 5 ends; 2026-11).
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SCORE = Path("/proc/self/oom_score_adj")
GROUPS = Path("/sys/fs/cgroup")
#: The score counts in thousandths of the memory that there is.
MOST = 1000
#: More than a parent holds. Of the programs of a large machine a child is the first one only if it is large.
AHEAD = 1024 * 1_048_576


def go_first() -> None:
    """Have the kernel end this process before its parent. Does nothing where there is no such kernel."""
    with suppress(OSError, ValueError):
        ahead = -(-MOST * AHEAD // min(_limits()))
        SCORE.write_text(str(min(MOST, int(SCORE.read_text()) + ahead)))


def _limits() -> Iterator[int]:
    """Bytes of the machine, and those that its control group (both versions) leaves to this process."""
    yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, group = line.split(":", 2)
        folder, name = GROUPS, "memory.max"
        if controllers:
            folder, name = GROUPS / "memory", "memory.limit_in_bytes"
        # A container sees its own group as the root of all.
        for place in (folder / group.lstrip("/"), folder):
            with suppress(OSError, ValueError):  # "max": no limit
                if not controllers or "memory" in controllers.split(","):
                    yield int((place / name).read_text())
