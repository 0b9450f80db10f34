"""One sentence from the log of Kafka."""

from pathlib import Path

import pytest

from streams.local.broker.diagnosis import reason, since

AT = "2026-11-23 12:00:00,000"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (
            f"{AT} ERROR Cannot start (a.B$)\njava.net.BindException: Address already in use\n",
            "its port is taken by another program",
        ),
        (
            f"{AT} ERROR Error while writing (kafka.Log)\njava.io.IOException: No space left on device\n",
            "no space is left on the disk",
        ),
        (
            f"{AT} ERROR Failed to acquire lock on file .lock in /data. (kafka.Log)\n",
            "the folder is in use by another broker",
        ),
        (
            f"{AT} WARN well (a.B)\n{AT} ERROR Something new went wrong. (kafka.server.X)\n\tat a.b(c:1)\n",
            "Something new went wrong.",
        ),
        (
            f"{AT} ERROR Exiting (a.B$)\norg.example.OddException: the disc is round\n\tat a.b(c:1)\n",
            "the disc is round",
        ),
        ("Error: could not create the Java machine\n", "Error: could not create the Java machine"),
        ("", "its log gives no reason"),
    ],
)
def test_the_reason_is_a_known_one_or_the_last_error(log: str, expected: str) -> None:
    assert reason(log) == expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [("old trouble\nnew trouble\n", 12, "new trouble\n"), ("new\n", 1000, "new\n"), (None, 0, "")],
    ids=["a log that was there before", "a rotated log", "no log"],
)
def test_what_a_log_holds_since_a_start_is_read(
    tmp_path: Path, text: str | None, before: int, expected: str
) -> None:
    log = tmp_path / "kafka.log"
    if text is not None:
        log.write_text(text)
    assert since(log, before) == expected
