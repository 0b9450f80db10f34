"""The dead letters that a command works on: of one stage, or of all."""

from collections.abc import Iterator
from dataclasses import dataclass

from streams.core.message import Message
from streams.core.pipeline import Pipeline, load_pipeline
from streams.core.stage import Stage
from streams.dead_letters.filters import DeadLetterFilter
from streams.dead_letters.listing import DeadLetter, dead_letters_of, fetch
from streams.dead_letters.originals import Originals
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
        """Those that match, open and closed, oldest first. Raises `ConfigError` for unknown names."""
        with client.consumer(self.settings) as reader:
            return self._read(reader, choice)

    def whole(self, names: list[str]) -> Iterator[tuple[DeadLetter, Message, Message | None, str | None]]:
        """The named dead letters: each with its record, its original (None: it is no longer kept), and its
        blocker. Raises `ConfigError` for unknown names."""
        with client.consumer(self.settings) as reader, client.consumer(self.settings) as second:
            named = self._read(reader, DeadLetterFilter(names=names))
            for stage in self.stages:
                of_stage = [dead_letter for dead_letter in named if dead_letter.stage == stage.name]
                originals = Originals(self.settings, self.pipeline, stage, of_stage, second)
                for dead_letter, message in fetch(reader, of_stage):
                    record, blocker = originals.of(dead_letter, message)
                    yield dead_letter, message, record, blocker

    def held(self) -> list[OpenTransaction]:
        """Open transactions that hold back dead letters or entries of the ledger."""
        topics = (*(stage.dead for stage in self.stages), self.pipeline.ledger)
        names = [topic.full_name for topic in topics]
        with client.admin(self.settings) as admin, client.consumer(self.settings) as reader:
            return open_transactions(self.settings, admin, extents(reader, names, admin=admin))

    def _read(self, reader: Reader, choice: DeadLetterFilter) -> list[DeadLetter]:
        wanted = choice.wanted
        dead_letters = dead_letters_of(reader, self.pipeline, self.stages, wanted)
        for name in choice.names:
            if not any(dead_letter.is_called(name) for dead_letter in dead_letters):
                raise ConfigError(f"no dead letter is called {name}; `copydesk dlq list` lists the open ones")
        return list(filter(choice.takes, dead_letters))


def load_dead_letters(settings: Settings, stage: str | None) -> DeadLetters:
    """The dead letters of one stage, or of all. Raises `ConfigError`; `BrokerError` if topics are missing."""
    pipeline = load_pipeline(settings)
    stages = pipeline.stages if stage is None else (pipeline.stage(stage),)
    needed = [*(stage.dead for stage in stages), *(stage.reads for stage in stages), pipeline.ledger]
    for difference in check_topics(settings, needed):
        if difference.severity is Severity.MISSING:
            raise BrokerError(f"{difference.sentence}; `copydesk topics create` creates what is missing")
    return DeadLetters(settings=settings, pipeline=pipeline, stages=stages)
