"""Replay and drop dead letters, in one transaction with their entries in the ledger.

So each is handled exactly once, even if the process is killed: either both records are written, or neither is
and the dead letter stays open. Of two processes for the same stage, the later one fences the other. A dead
letter that cannot be replayed is reported and stays open.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from streams.core.message import Message, Outgoing
from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.dead_letters.ledger import DROPPED, REPLAYED, entry_key, outgoing, read_ledger, resolution
from streams.dead_letters.listing import DeadLetter, fetch
from streams.dead_letters.originals import Originals
from streams.dead_letters.record import origin_of, record_of
from streams.kafka import client
from streams.kafka.open_transactions import until_readable
from streams.kafka.protocols import Reader
from streams.kafka.transactions import Placed, RecordRejected, Transactions, transactional_id, transactions
from streams.settings import Settings

#: The size of one transaction: while it is open, readers of its partitions wait.
BATCH_RECORDS, BATCH_BYTES = 100, 8 * 1_048_576


@dataclass(slots=True)
class ResolveCounts:
    """How many are `done`, closed by others `before`, and `left` open."""

    done: int = 0
    before: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class ResolveItem:
    """A dead letter and the record that replays it, or None to drop it."""

    dead_letter: DeadLetter
    record: Outgoing | None = None
    partition: int | None = None

    @property
    def size(self) -> int:
        return 0 if self.record is None else self.record.size


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressCallbacks:
    """`left` is called for each dead letter that stays open, with its blocker."""

    left: Callable[[DeadLetter, str], None]
    progress: Callable[[ResolveCounts], None] = lambda _: None


class Resolver:
    """Replays or drops dead letters of one stage. Both methods raise `BrokerError`."""

    def __init__(
        self, settings: Settings, pipeline: Pipeline, stage: Stage, callbacks: ProgressCallbacks
    ) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._stage = stage
        self._callbacks = callbacks
        self._ledger = pipeline.ledger.full_name
        self._dead_letters = stage.dead.full_name
        self._reads = stage.reads.full_name
        self.tally = ResolveCounts()

    async def drop(self, dead_letters: Sequence[DeadLetter]) -> ResolveCounts:
        async with self._writer() as writer:
            with client.consumer(self._settings) as reader:
                still_open = self._still_open(reader, dead_letters)
            for batch in batches(map(ResolveItem, still_open)):
                await self._handle(writer, DROPPED, batch)
        return self.tally

    async def replay(self, dead_letters: Sequence[DeadLetter]) -> ResolveCounts:
        """Publish the originals again to the topic that the stage reads."""
        async with self._writer() as writer:
            with client.consumer(self._settings) as reader, client.consumer(self._settings) as second:
                if still_open := self._still_open(reader, dead_letters):
                    for batch in batches(self._items(reader, second, still_open)):
                        await self._handle(writer, REPLAYED, batch)
        return self.tally

    def _writer(self) -> Any:
        return transactions(self._settings, transactional_id(self._settings.prefix, self._stage.name))

    def _still_open(self, reader: Reader, dead_letters: Sequence[DeadLetter]) -> list[DeadLetter]:
        """Those that nobody has closed since they were listed. From now on nobody else can close any.

        Another process may have left entries that cannot be read until its transaction has ended.
        """
        until_readable(self._settings, reader, [self._ledger])
        entries = read_ledger(reader, self._ledger)
        still_open = [
            dead_letter
            for dead_letter in dead_letters
            if resolution(entries, self._dead_letters, dead_letter.record, dead_letter.at) is None
        ]
        self.tally.before += len(dead_letters) - len(still_open)
        return still_open

    def _items(
        self, reader: Reader, second: Reader, dead_letters: Sequence[DeadLetter]
    ) -> Iterator[ResolveItem]:
        originals = Originals(self._settings, self._pipeline, self._stage, dead_letters, second)
        partitions = second.partitions_for_topic(self._reads) or set()
        missing = {dead_letter.record: dead_letter for dead_letter in dead_letters}
        for dead_letter, message in fetch(reader, dead_letters):
            del missing[dead_letter.record]
            original, blocker = originals.of(dead_letter, message)
            if original is None or blocker is not None:
                self._leave(dead_letter, blocker or "")
            else:
                yield self._item(dead_letter, message, original, partitions)
        for dead_letter in missing.values():
            self._leave(dead_letter, "it is no longer kept")

    def _item(
        self, dead_letter: DeadLetter, message: Message, original: Message, partitions: set[int]
    ) -> ResolveItem:
        """Replay to the original partition: a scraper may choose partitions in another way than we do."""
        headers = (*original.headers, *(origin_of(original) if dead_letter.by_reference else ()))
        record = Outgoing(topic=self._reads, key=original.key, value=original.value, headers=headers)
        topic, partition, _ = record_of(message).rsplit("/", 2)
        same = topic == self._reads and int(partition) in partitions
        return ResolveItem(dead_letter, record, int(partition) if same else None)

    async def _handle(self, writer: Transactions, action: str, batch: Sequence[ResolveItem]) -> None:
        try:
            await self._write(writer, action, batch)
        except RecordRejected:
            # Kafka rejects a whole batch for one record of it; only one by one shows which.
            if len(batch) > 1:
                for item in self._left_open(batch):
                    await self._handle(writer, action, [item])
            else:
                self._leave(batch[0].dead_letter, f"it is too large for {self._reads}")
        self._callbacks.progress(self.tally)

    def _left_open(self, batch: Sequence[ResolveItem]) -> list[ResolveItem]:
        """Those that are open now. The restart after a rejection fences a process that has started meanwhile
        and may have handled some of them."""
        with client.consumer(self._settings) as reader:
            still_open = self._still_open(reader, [item.dead_letter for item in batch])
        return [item for item in batch if item.dead_letter in still_open]

    async def _write(self, writer: Transactions, action: str, batch: Sequence[ResolveItem]) -> None:
        records = [(item.record, item.partition) for item in batch if item.record is not None]

        def entries(placed: Placed) -> list[Outgoing]:
            places = iter(placed)
            return [
                self._entry(action, item.dead_letter, None if item.record is None else next(places))
                for item in batch
            ]

        await writer.write(records, entries)
        self.tally.done += len(batch)

    def _entry(self, action: str, dead_letter: DeadLetter, to: str | None) -> Outgoing:
        key = entry_key(self._dead_letters, dead_letter.record)
        return outgoing(self._ledger, key, action, letter=dead_letter.place, died=dead_letter.at, to=to)

    def _leave(self, dead_letter: DeadLetter, blocker: str) -> None:
        self.tally.left += 1
        self._callbacks.left(dead_letter, blocker)


def batches(items: Iterable[ResolveItem]) -> Iterator[list[ResolveItem]]:
    """Split into groups that fit into a transaction; a larger item goes alone."""
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
