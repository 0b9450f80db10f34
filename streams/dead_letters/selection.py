"""The dead letters that a command is about: those of one stage, or of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.core.message import Message
from streams.core.pipeline import Pipeline, load_pipeline
from streams.core.stage import Stage
from streams.dead_letters.filters import DeadLetterFilter
from streams.dead_letters.listing import DeadLetter, dead_letters_of, fetch
from streams.dead_letters.originals import Originals
from streams.dead_letters.provenance import provenance
from streams.errors import BrokerError, ConfigError
from streams.kafka import client
from streams.kafka.open_transactions import OpenTransaction, open_transactions
from streams.kafka.protocols import Reader
from streams.kafka.reader import extents
from streams.kafka.topics import Severity, check_topics
from streams.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    settings: Settings
    pipeline: Pipeline
    stages: tuple[Stage, ...]

    @property
    def stage(self) -> Stage:
        return self.stages[0]

    def chosen(self, choice: DeadLetterFilter) -> list[DeadLetter]:
        """Those that are chosen, open and closed, oldest first. Raises `ConfigError` for a name of none."""
        with client.consumer(self.settings) as reader:
            return self._read(reader, choice)

    def whole(self, names: list[str]) -> Iterator[tuple[DeadLetter, Message, Message | None, str | None]]:
        """The named ones of the one stage: the dead letter, the record it lies in, the record that died
        (None: nobody has it any more), and what stands against a replay. Raises `ConfigError`."""
        with client.consumer(self.settings) as reader, client.consumer(self.settings) as second:
            named = self._read(reader, DeadLetterFilter(names=names))
            originals = Originals(self.settings, self.pipeline, self.stage, named, second)
            for dead_letter, message in fetch(reader, named):
                record, blocker = originals.of(dead_letter, message)
                yield dead_letter, message, record, blocker

    def held(self) -> list[OpenTransaction]:
        """Open transactions that keep dead letters, or entries of the ledger, from being read."""
        topics = [*(one.dead for one in self.stages), self.pipeline.ledger]
        names = [one.full_name(self.settings.prefix) for one in topics]
        with client.admin(self.settings) as admin, client.consumer(self.settings) as reader:
            return open_transactions(self.settings, admin, extents(reader, names, admin=admin))

    def _read(self, reader: Reader, choice: DeadLetterFilter) -> list[DeadLetter]:
        prefix = self.settings.prefix
        ledger = self.pipeline.ledger.full_name(prefix)
        holds = provenance(self.pipeline, prefix)
        found = dead_letters_of(reader, self.stages, prefix, ledger, holds, choice.wanted)
        _all_there(choice.names, found)
        return [one for one in found if choice.takes(one)]


def load_dead_letters(settings: Settings, stage: str | None) -> DeadLetters:
    """The dead letters of a stage, or of all. Raises `ConfigError`, and `BrokerError` where topics are
    missing."""
    pipeline = load_pipeline(settings)
    stages = pipeline.stages if stage is None else (pipeline.stage(stage),)
    needed = [*(one.dead for one in stages), *(one.reads for one in stages), pipeline.ledger]
    for one in check_topics(settings, needed):
        if one.severity is Severity.MISSING:
            raise BrokerError(f"{one.sentence}; `copydesk topics create` makes what is missing")
    return DeadLetters(settings=settings, pipeline=pipeline, stages=stages)


def _all_there(names: Sequence[str], found: Sequence[DeadLetter]) -> None:
    for name in names:
        if not any(one.is_called(name) for one in found):
            raise ConfigError(
                f"no dead letter is called {name}; `copydesk dlq list` names those that are open"
            )
