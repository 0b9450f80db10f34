"""Replay and drop: what is done with a letter and the ledger's entry of it are one transaction.

So a letter is handled once, whenever the process is killed: either both are there, or neither is and the
letter is open. Two at once on one stage shut each other out. What cannot be replayed is told and stays open.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from streams.core.message import Message, Outgoing
from streams.core.pipeline import Desk
from streams.core.stage import Stage
from streams.dead_letters.ledger import (
    DROPPED,
    REPLAYED,
    entry,
    entry_key,
    outgoing,
    read_ledger,
    resolution,
)
from streams.dead_letters.listing import Letter, fetch
from streams.dead_letters.originals import Originals
from streams.dead_letters.record import origin_of, record_of
from streams.kafka import client
from streams.kafka.open_transactions import until_readable
from streams.kafka.protocols import Reader
from streams.kafka.transactions import Placed, Refused, Transactions, transactional_id, transactions
from streams.settings import Settings

#: What goes out in one transaction: while it is open, readers of its partitions wait.
BATCH_RECORDS, BATCH_BYTES = 100, 8 * 1_048_576


@dataclass(slots=True)
class Tally:
    """What was done. `before` were closed by others meanwhile, `left` stay open."""

    done: int = 0
    before: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A letter and the record that it is replayed as; None: it is dropped."""

    letter: Letter
    record: Outgoing | None = None
    partition: int | None = None

    @property
    def size(self) -> int:
        return 0 if self.record is None else self.record.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who hears of it: `left` of each letter that stays open and why, `progress` after each transaction."""

    left: Callable[[Letter, str], None]
    progress: Callable[[Tally], None] = lambda _: None


class Handling:
    """Replays or drops letters of one stage."""

    def __init__(self, settings: Settings, desk: Desk, stage: Stage, told: Told) -> None:
        self._settings = settings
        self._desk = desk
        self._stage = stage
        self._told = told
        self._ledger = desk.ledger.full_name(settings.prefix)
        self._letters = stage.dead.full_name(settings.prefix)
        self._reads = stage.reads.full_name(settings.prefix)
        self.tally = Tally()

    async def drop(self, letters: Sequence[Letter]) -> Tally:
        """Close the letters; they lie in Kafka until their topic's retention ends. Raises `BrokerError`."""
        async with self._writer() as writer:
            with client.consumer(self._settings) as reader:
                still = self._still_open(reader, letters)
            for batch in batches(Item(one) for one in still):
                await self._handle(writer, DROPPED, batch)
        return self.tally

    async def replay(self, letters: Sequence[Letter]) -> Tally:
        """Send the letters' records again to the topic that the stage reads. Raises `BrokerError`."""
        async with self._writer() as writer:
            with client.consumer(self._settings) as reader, client.consumer(self._settings) as second:
                still = self._still_open(reader, letters)
                if still:
                    items = self._items(reader, second, still)
                    for batch in batches(items):
                        await self._handle(writer, REPLAYED, batch)
        return self.tally

    def _writer(self) -> Any:
        return transactions(self._settings, transactional_id(self._settings.prefix, self._stage.name))

    def _still_open(self, reader: Reader, letters: Sequence[Letter]) -> list[Letter]:
        """Those that nobody has closed since they were listed. Only now nobody else can close any.

        Behind an open transaction of another there may be entries that nobody can read yet.
        """
        until_readable(self._settings, reader, [self._ledger])
        entries = read_ledger(reader, self._ledger)
        still = [one for one in letters if resolution(entries, self._letters, one.record, one.at) is None]
        self.tally.before += len(letters) - len(still)
        return still

    def _items(self, reader: Reader, second: Reader, letters: Sequence[Letter]) -> Iterator[Item]:
        originals = Originals(self._settings, self._desk, self._stage, letters, second)
        partitions = second.partitions_for_topic(self._reads) or set()
        missing = {one.record: one for one in letters}
        for one, message in fetch(reader, letters):
            del missing[one.record]
            whole, hindrance = originals.of(one, message)
            if whole is None or hindrance is not None:
                self._leave(one, hindrance or "")
            else:
                yield self._item(one, message, whole, partitions)
        for one in missing.values():
            self._leave(one, "it is no longer kept")

    def _item(self, letter: Letter, message: Message, whole: Message, partitions: set[int]) -> Item:
        """To the partition it lay in: its scraper may place keys in another way than we do."""
        headers = (*whole.headers, *(origin_of(whole) if letter.by_reference else ()))
        record = Outgoing(topic=self._reads, key=whole.key, value=whole.value, headers=headers)
        topic, partition, _ = record_of(message).rsplit("/", 2)
        same = topic == self._reads and int(partition) in partitions
        return Item(letter, record, int(partition) if same else None)

    async def _handle(self, writer: Transactions, action: str, batch: Sequence[Item]) -> None:
        try:
            await self._write(writer, action, batch)
        except Refused:
            # Kafka refuses a whole batch for one record of it: which one, is only seen alone.
            if len(batch) > 1:
                for item in self._left_open(batch):
                    await self._handle(writer, action, [item])
            else:
                self._leave(batch[0].letter, f"{self._reads} does not take so large a record")
        self._told.progress(self.tally)

    def _left_open(self, batch: Sequence[Item]) -> list[Item]:
        """Those that are open now. To begin anew after a refusal shuts out who has begun meanwhile, and may
        have handled some of them."""
        with client.consumer(self._settings) as reader:
            still = {one.record for one in self._still_open(reader, [item.letter for item in batch])}
        return [item for item in batch if item.letter.record in still]

    async def _write(self, writer: Transactions, action: str, batch: Sequence[Item]) -> None:
        records = [(item.record, item.partition) for item in batch if item.record is not None]

        def entries(placed: Placed) -> list[Outgoing]:
            places = iter(placed)
            return [
                self._entry(action, item.letter, next(places) if item.record is not None else None)
                for item in batch
            ]

        await writer.write(records, entries)
        self.tally.done += len(batch)

    def _entry(self, action: str, letter: Letter, to: str | None) -> Outgoing:
        made = entry(action, letter=letter.place, died=letter.at, to=to)
        return outgoing(self._ledger, entry_key(self._letters, letter.record), made)

    def _leave(self, letter: Letter, why: str) -> None:
        self.tally.left += 1
        self._told.left(letter, why)


def batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Items in groups that are small enough for one transaction; one larger item goes alone."""
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) >= BATCH_RECORDS or size + item.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.size
    if batch:
        yield batch
