"""The exit codes of all commands. `docs/reference/exit-codes.md` is written from this table."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command exits with. If a signal ends it, the shell makes the code: 128 + the signal."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    TRY_AGAIN = 75
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One sentence, for the documents."""
        return MEANINGS[self]


MEANINGS = {
    ExitCode.DONE: "Everything was done, or a command that runs until it is stopped was stopped.",
    ExitCode.FAILED: "It could not start, or a part of it failed: a sentence on standard error says why.",
    ExitCode.USAGE: "The command line or the configuration is wrong. A restart does not help.",
    ExitCode.TRY_AGAIN: "A worker or sink gave up for now and acknowledged nothing more: start it again.",
    ExitCode.INTERRUPTED: "Ctrl-C ended it before everything was done: a sentence says what was done.",
}


def as_markdown() -> str:
    """The table for the documents."""
    rows = (f"| {code.value} | {code.meaning} |" for code in ExitCode)
    return "\n".join(("| exit code | meaning |", "|---|---|", *rows))
