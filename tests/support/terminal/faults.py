"""What is wrong with what a terminal showed, whatever the command was."""

import re
from collections.abc import Iterator

from tests.support.terminal.session import Session

#: No command may show nothing for longer.
SILENCE_SECONDS = 2.0
CUT_WORD = re.compile(r"\w…")
UNKNOWN_TOTAL = "/?"
#: What Kafka's clients, Faust and Python say to their own developers.
CHATTER = re.compile(r"Traceback|aiokafka|kafka\.(?:net|client|producer|coordinator)|\bmode\.|Errno|Retrying")


def faults(session: Session) -> list[str]:
    """A sentence for each fault of an ended session."""
    return [*_words(session), *_silence(session)]


def _words(session: Session) -> Iterator[str]:
    yield from (f"a word is cut at the end of the row: {row}" for row in session.screen.broken)
    for row in session.screen.seen:
        if CUT_WORD.search(row):
            yield f"a word is cut: {row}"
        if _one_word_fills(row, session.screen.columns):
            yield f"a word takes more than a row: {row}"
        if UNKNOWN_TOTAL in row:
            yield f"a total that is not known is shown: {row}"
        if CHATTER.search(row):
            yield f"it is for developers: {row}"


def _one_word_fills(row: str, columns: int) -> bool:
    return len(row) == columns and " " not in row.strip() and row.strip()[0].isalnum()


def _silence(session: Session) -> Iterator[str]:
    began, seconds = session.silences[0]
    if seconds > session.metronome.allowed(SILENCE_SECONDS):
        allowed = session.metronome.allowed(SILENCE_SECONDS)
        yield f"nothing was written for {seconds:.1f} s from {began:.1f} s on (here {allowed:.1f} s may be)"
