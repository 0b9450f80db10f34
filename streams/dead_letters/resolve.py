"""Replay and drop: what is done with a dead letter and the ledger's entry of it are one transaction.

So a dead letter is handled once, whenever the process is killed: either both are there, or neither is and the
dead letter is open. Two at once on one stage shut each other out. What cannot be replayed is told and stays
open.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from streams.core.message import Message, Outgoing
from streams.core.pipeline import Pipeline
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
from streams.dead_letters.listing import DeadLetter, fetch
from streams.dead_letters.originals import Originals
from streams.dead_letters.record import origin_of, record_of
from streams.kafka import client
from streams.kafka.open_transactions import until_readable
from streams.kafka.protocols import Reader
from streams.kafka.transactions import Placed, RecordRejected, Transactions, transactional_id, transactions
from streams.settings import Settings

#: What goes out in one transaction: while it is open, readers of its partitions wait.
BATCH_RECORDS, BATCH_BYTES = 100, 8 * 1_048_576


@dataclass(slots=True)
class ResolveCounts:
    """What was done. `before` were closed by others meanwhile, `left` stay open."""

    done: int = 0
    before: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class ResolveItem:
    """A dead letter and the record that it is replayed as; None: it is dropped."""

    dead_letter: DeadLetter
    record: Outgoing | None = None
    partition: int | None = None

    @property
    def size(self) -> int:
        return 0 if self.record is None else self.record.size


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressCallbacks:
    """Who hears of it: `left` of each dead letter that stays open and why, `progress` after each
    transaction."""

    left: Callable[[DeadLetter, str], None]
    progress: Callable[[ResolveCounts], None] = lambda _: None


class Resolver:
    """Replays or drops dead letters of one stage."""

    def __init__(
        self, settings: Settings, pipeline: Pipeline, stage: Stage, callbacks: ProgressCallbacks
    ) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._stage = stage
        self._callbacks = callbacks
        self._ledger = pipeline.ledger.full_name(settings.prefix)
        self._dead_letters = stage.dead.full_name(settings.prefix)
        self._reads = stage.reads.full_name(settings.prefix)
        self.tally = ResolveCounts()

    async def drop(self, dead_letters: Sequence[DeadLetter]) -> ResolveCounts:
        """Close the dead letters; they lie in Kafka until their topic's retention ends. Raises
        `BrokerError`."""
        async with self._writer() as writer:
            with client.consumer(self._settings) as reader:
                still = self._still_open(reader, dead_letters)
            for batch in batches(ResolveItem(one) for one in still):
                await self._handle(writer, DROPPED, batch)
        return self.tally

    async def replay(self, dead_letters: Sequence[DeadLetter]) -> ResolveCounts:
        """Send the dead letters' records again to the topic that the stage reads. Raises `BrokerError`."""
        async with self._writer() as writer:
            with client.consumer(self._settings) as reader, client.consumer(self._settings) as second:
                still = self._still_open(reader, dead_letters)
                if still:
                    items = self._items(reader, second, still)
                    for batch in batches(items):
                        await self._handle(writer, REPLAYED, batch)
        return self.tally

    def _writer(self) -> Any:
        return transactions(self._settings, transactional_id(self._settings.prefix, self._stage.name))

    def _still_open(self, reader: Reader, dead_letters: Sequence[DeadLetter]) -> list[DeadLetter]:
        """Those that nobody has closed since they were listed. Only now nobody else can close any.

        Behind an open transaction of another there may be entries that nobody can read yet.
        """
        until_readable(self._settings, reader, [self._ledger])
        entries = read_ledger(reader, self._ledger)
        still = [
            one for one in dead_letters if resolution(entries, self._dead_letters, one.record, one.at) is None
        ]
        self.tally.before += len(dead_letters) - len(still)
        return still

    def _items(
        self, reader: Reader, second: Reader, dead_letters: Sequence[DeadLetter]
    ) -> Iterator[ResolveItem]:
        originals = Originals(self._settings, self._pipeline, self._stage, dead_letters, second)
        partitions = second.partitions_for_topic(self._reads) or set()
        missing = {one.record: one for one in dead_letters}
        for one, message in fetch(reader, dead_letters):
            del missing[one.record]
            whole, blocker = originals.of(one, message)
            if whole is None or blocker is not None:
                self._leave(one, blocker or "")
            else:
                yield self._item(one, message, whole, partitions)
        for one in missing.values():
            self._leave(one, "it is no longer kept")

    def _item(
        self, dead_letter: DeadLetter, message: Message, whole: Message, partitions: set[int]
    ) -> ResolveItem:
        """To the partition it lay in: its scraper may place keys in another way than we do."""
        headers = (*whole.headers, *(origin_of(whole) if dead_letter.by_reference else ()))
        record = Outgoing(topic=self._reads, key=whole.key, value=whole.value, headers=headers)
        topic, partition, _ = record_of(message).rsplit("/", 2)
        same = topic == self._reads and int(partition) in partitions
        return ResolveItem(dead_letter, record, int(partition) if same else None)

    async def _handle(self, writer: Transactions, action: str, batch: Sequence[ResolveItem]) -> None:
        try:
            await self._write(writer, action, batch)
        except RecordRejected:
            # Kafka rejects a whole batch for one record of it: which one, is only seen alone.
            if len(batch) > 1:
                for item in self._left_open(batch):
                    await self._handle(writer, action, [item])
            else:
                self._leave(batch[0].dead_letter, f"{self._reads} does not take so large a record")
        self._callbacks.progress(self.tally)

    def _left_open(self, batch: Sequence[ResolveItem]) -> list[ResolveItem]:
        """Those that are open now. To begin anew after a rejection shuts out who has begun meanwhile, and may
        have handled some of them."""
        with client.consumer(self._settings) as reader:
            still = {one.record for one in self._still_open(reader, [item.dead_letter for item in batch])}
        return [item for item in batch if item.dead_letter.record in still]

    async def _write(self, writer: Transactions, action: str, batch: Sequence[ResolveItem]) -> None:
        records = [(item.record, item.partition) for item in batch if item.record is not None]

        def entries(placed: Placed) -> list[Outgoing]:
            places = iter(placed)
            return [
                self._entry(action, item.dead_letter, next(places) if item.record is not None else None)
                for item in batch
            ]

        await writer.write(records, entries)
        self.tally.done += len(batch)

    def _entry(self, action: str, dead_letter: DeadLetter, to: str | None) -> Outgoing:
        made = entry(action, letter=dead_letter.place, died=dead_letter.at, to=to)
        return outgoing(self._ledger, entry_key(self._dead_letters, dead_letter.record), made)

    def _leave(self, dead_letter: DeadLetter, why: str) -> None:
        self.tally.left += 1
        self._callbacks.left(dead_letter, why)


def batches(items: Iterator[ResolveItem]) -> Iterator[list[ResolveItem]]:
    """Items in groups that are small enough for one transaction; one larger item goes alone."""
    batch: list[ResolveItem] = []
    size = 0
    for item in items:
        if batch and (len(batch) >= BATCH_RECORDS or size + item.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.size
    if batch:
        yield batch
