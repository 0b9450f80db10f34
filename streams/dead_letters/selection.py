"""The letters that a command is about: those of one stage, or of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.core.message import Message
from streams.core.pipeline import Desk, load_desk
from streams.core.stage import Stage
from streams.dead_letters.filters import Choice
from streams.dead_letters.listing import Letter, fetch, letters_of
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
class Letters:
    settings: Settings
    desk: Desk
    stages: tuple[Stage, ...]

    @property
    def stage(self) -> Stage:
        return self.stages[0]

    def chosen(self, choice: Choice) -> list[Letter]:
        """Those that are chosen, open and closed, oldest first. Raises `ConfigError` for a name of none."""
        with client.consumer(self.settings) as reader:
            return self._read(reader, choice)

    def whole(self, names: list[str]) -> Iterator[tuple[Letter, Message, Message | None, str | None]]:
        """The named ones of the one stage: the letter, the record it lies in, the record that died (None:
        nobody has it any more), and what stands against a replay. Raises `ConfigError`."""
        with client.consumer(self.settings) as reader, client.consumer(self.settings) as second:
            named = self._read(reader, Choice(names=names))
            originals = Originals(self.settings, self.desk, self.stage, named, second)
            for letter, message in fetch(reader, named):
                record, hindrance = originals.of(letter, message)
                yield letter, message, record, hindrance

    def held(self) -> list[OpenTransaction]:
        """Open transactions that keep letters, or entries of the ledger, from being read."""
        topics = [*(one.dead for one in self.stages), self.desk.ledger]
        names = [one.full_name(self.settings.prefix) for one in topics]
        with client.admin(self.settings) as admin, client.consumer(self.settings) as reader:
            return open_transactions(self.settings, admin, extents(reader, names, admin=admin))

    def _read(self, reader: Reader, choice: Choice) -> list[Letter]:
        prefix = self.settings.prefix
        ledger = self.desk.ledger.full_name(prefix)
        holds = provenance(self.desk, prefix)
        found = letters_of(reader, self.stages, prefix, ledger, holds, choice.wanted)
        _all_there(choice.names, found)
        return [one for one in found if choice.takes(one)]


def load_letters(settings: Settings, stage: str | None) -> Letters:
    """The letters of a stage, or of all. Raises `ConfigError`, and `BrokerError` where topics are missing."""
    desk = load_desk(settings)
    stages = desk.stages if stage is None else (desk.stage(stage),)
    needed = [*(one.dead for one in stages), *(one.reads for one in stages), desk.ledger]
    for one in check_topics(settings, needed):
        if one.severity is Severity.MISSING:
            raise BrokerError(f"{one.sentence}; `copydesk topics create` makes what is missing")
    return Letters(settings=settings, desk=desk, stages=stages)


def _all_there(names: Sequence[str], found: Sequence[Letter]) -> None:
    for name in names:
        if not any(one.is_called(name) for one in found):
            raise ConfigError(f"no letter is called {name}; `copydesk dlq list` names those that are open")
