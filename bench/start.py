"""CPU time until each command has said its first words: help, errors, and the line while it is loaded.

Each figure is user and system time of the process, the best of several, also as a ratio to a bare Python that
imports Typer. The first output of a command that does something is on a terminal: it is ended there.
"""

import os
import pty
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence

TIMES = 5
HELP = ("--version", "--help", "stauts", "dlq", "status --help", "config show --help", "dlq replay --help")
#: Ended by the first bytes on the terminal; none of them reaches Kafka before that.
WORK = (
    "status",
    "tail raw",
    "trace a",
    "dlq list",
    "publish -",
    "process -",
    "config show",
    "schema",
    "demo",
    "up",
)
Run = Callable[[Sequence[str]], None]
COPYDESK = (sys.executable, "-m", "streams")


def to_the_end(command: Sequence[str]) -> None:
    subprocess.run(command, capture_output=True, check=False)


def to_the_first_bytes(command: Sequence[str]) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.read(ours, 1)
    process.kill()
    process.wait()
    os.close(ours)


def best(run: Run, command: Sequence[str]) -> float:
    """Seconds of CPU of the process, the least of several runs."""
    return min(_seconds(run, command) for _ in range(TIMES))


def _seconds(run: Run, command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    bare = best(to_the_end, [sys.executable, "-c", "pass"])
    typer = best(to_the_end, [sys.executable, "-c", "import typer"])
    print(f"{'python':<26} {bare:.2f} s\n{'python -c `import typer`':<26} {typer:.2f} s")
    for commands, run in ((HELP, to_the_end), (WORK, to_the_first_bytes)):
        for command in commands:
            seconds = best(run, [*COPYDESK, *command.split()])
            print(f"copydesk {command:<17} {seconds:.2f} s  {seconds / typer:.1f} x")


if __name__ == "__main__":
    main()
