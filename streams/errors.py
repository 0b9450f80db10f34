"""What can go wrong, and what is done about it.

    CopydeskError
    ├── ConfigError          a setting, name or file is wrong       -> one sentence, exit 2
    │   └── FaultySettings   several settings may be                -> one sentence for each
    ├── CannotStart          a stage or sink cannot start its work  -> one sentence, exit 1
    │   ├── BrokerError      Kafka is absent, rejects or lacks topics
    │   └── PipelineError    the pipeline's own code cannot run
    ├── Invalid              the article's own fault                -> dead letter `invalid`
    │   └── TooLarge         it is larger than the settings allow   -> dead letter `too-large`
    ├── Unavailable          the target is unavailable              -> retried, then the process exits
    ├── Interrupted          Ctrl-C                                 -> one sentence, exit 130
    └── Fenced               another process has taken over         -> the process exits at once

Any other error in a stage's work counts as the article's fault: it becomes the dead letter `failed`.
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from streams.exit_codes import ExitCode


class CopydeskError(Exception):
    """The base of all errors that are reported to people as one sentence, without a traceback."""

    exit_code = ExitCode.FAILED


class ConfigError(CopydeskError):
    """A setting, a name on the command line or a file is wrong. Nothing was started."""

    exit_code = ExitCode.USAGE


class FaultySettings(ConfigError):
    """Everything that is wrong with the settings, at once: a sentence for each fault."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(tuple(sentences))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each names the table and the key."""
        return tuple(self.args[0])

    def __str__(self) -> str:
        return "; ".join(self.sentences)


class CannotStart(CopydeskError):
    """A stage or sink cannot start its work. Nothing was read, nothing was acknowledged."""


class BrokerError(CannotStart):
    """Kafka is absent, rejects us, or its topics are missing or too small."""


class PipelineError(CannotStart):
    """Stages, topics, records or functions of the pipeline do not fit together: its code must be fixed."""


class Invalid(CopydeskError):
    """This article cannot be read. It becomes a dead letter with the sentence of this error."""


class TooLarge(Invalid):
    """This article is larger than the settings allow. The sentence names the setting."""


class Unavailable(CopydeskError):
    """A target is unavailable. The article is retried; then the process exits."""


class Fenced(CopydeskError):
    """Another process writes to the target now. This one ends at once and acknowledges nothing more."""


class Interrupted(CopydeskError):
    """Ctrl-C ended the command. The sentence says what was done and what was not."""

    exit_code = ExitCode.INTERRUPTED


@contextmanager
def interrupted_as(sentence: str, *, whole: bool = False) -> Iterator[None]:
    """Ctrl-C within the block ends the command with this sentence: what is kept, and what to do next.

    `whole`: it stands for the sentences of all parts too. An error after Ctrl-C counts as its consequence:
    Python drops a `KeyboardInterrupt` in a destructor, and a library may turn it into an error of its own.
    """
    with _noted_interrupts() as interrupts:
        try:
            yield
        except KeyboardInterrupt:
            raise Interrupted(sentence) from None
        except Interrupted as part:
            raise Interrupted(sentence if whole else str(part)) from None
        except Exception as error:
            if interrupts:
                raise Interrupted(sentence) from error
            raise


@contextmanager
def _noted_interrupts() -> Iterator[list[int]]:
    """The signals of Ctrl-C within the block, which is interrupted as before."""
    noted: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield noted
        return

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
