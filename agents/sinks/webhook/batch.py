"""A batch on its way: articles side by side, the records of one after the other, again and again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agents.sinks.rejected import RejectedRecords
from agents.sinks.webhook.request import Post
from agents.sinks.webhook.response import Answer, Later, No, Taken
from streams.core.backoff import backoff
from streams.core.sink import Delivered
from streams.errors import Unavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0
#: After so long no record of a batch is sent once more: the sink's loop must hear how it stands.
RETRY_SECONDS = 10.0
#: A record is set aside at the third rejection: a proxy in between may err.
REJECTIONS = 3
#: A record that has failed so often, and for so long, may be what the receiver stumbles over.
STUBBORN, STUBBORN_SECONDS = 4, 30.0
#: A receiver that is merely overloaded takes now one record and now another.
COMPARISONS = 3

Place = tuple[str, int, int]


@dataclass(slots=True)
class Trouble:
    """What went wrong with a record so far."""

    since: float
    rejections: int = 0
    failures: int = 0


class WebhookBatch:
    """What has been delivered of the batch in flight, and what went wrong with the rest."""

    def __init__(self, post: Post, rejected: RejectedRecords) -> None:
        self._post = post
        self._rejected = rejected
        self._done: set[Place] = set()
        self._trouble: dict[Place, Trouble] = {}
        self._quiet_until = 0.0
        self._witness: Delivered | None = None

    def forget(self, topic: str, partition: int) -> None:
        """Another process may have delivered more of this partition since."""
        self._done = {one for one in self._done if one[:2] != (topic, partition)}
        self._trouble = {at: one for at, one in self._trouble.items() if at[:2] != (topic, partition)}
        self._witness = None

    async def deliver(self, batch: Sequence[Delivered]) -> None:
        """Deliver what is not yet delivered of a batch. Raises `Unavailable` if some cannot be."""
        articles: dict[tuple[str, int, str], list[Delivered]] = {}
        for one in batch:
            if _place(one) not in self._done:
                articles.setdefault(_article(one), []).append(one)
        if self._witness and _article(self._witness) in articles:
            self._witness = None
        until = _now() + RETRY_SECONDS
        tasks = (self._one_article(one, until) for one in articles.values())
        failed = [error for error in await asyncio.gather(*tasks, return_exceptions=True) if error]
        if failed:
            raise next((one for one in failed if not isinstance(one, Unavailable)), self._left(batch, failed))
        self._done.clear()
        self._trouble.clear()

    def _left(self, batch: Sequence[Delivered], failed: list[BaseException]) -> Unavailable:
        left = sum(_place(one) not in self._done for one in batch)
        return Unavailable(f"{left} of {len(batch)} records could not be delivered: {failed[0]}")

    async def _one_article(self, records: list[Delivered], until: float) -> None:
        """The records of one article; behind one that fails none is sent."""
        for record in records:
            await self._record(record, until)
            self._done.add(_place(record))
        self._witness = records[-1]

    async def _record(self, record: Delivered, until: float) -> None:
        # Spread out, so that those that failed together do not come together.
        pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE, until=until, jitter=0.5)
        while True:
            answer = await self._try(record, until)
            if isinstance(answer, Taken) or await self._gives_up(record, answer, until):
                return
            pause = next(pauses, None)
            if pause is None:
                raise Unavailable(answer.reason)
            await asyncio.sleep(pause)

    async def _try(self, record: Delivered, until: float) -> Answer:
        await self._quiet(until)
        answer = await self._post(record)
        if isinstance(answer, Later) and answer.wait:
            self._quiet_until = max(self._quiet_until, _now() + answer.wait)
        return answer

    async def _gives_up(self, record: Delivered, answer: No | Later, until: float) -> bool:
        """Whether it was rejected often enough, or is what the receiver stumbles over: then set aside."""
        trouble = self._trouble.setdefault(_place(record), Trouble(_now()))
        if isinstance(answer, No):
            trouble.rejections += 1
            if trouble.rejections < REJECTIONS:
                return False
            self._rejected.add(record, answer.reason)
            return True
        if answer.alike:
            return False
        trouble.failures += 1
        if trouble.failures < STUBBORN or _now() - trouble.since < STUBBORN_SECONDS:
            return False
        return await self._stumbles(record, until)

    async def _stumbles(self, record: Delivered, until: float) -> bool:
        """Whether the receiver takes another record and not this one, several times; then it is set aside.

        The other has been taken before, as the last of an article that is done with: it overtakes none.
        """
        reason = ""
        for _ in range(COMPARISONS):
            witness = self._witness
            if witness is None or not isinstance(await self._try(witness, until), Taken):
                return False
            answer = await self._try(record, until)
            if isinstance(answer, Taken):
                return True
            if isinstance(answer, No) or answer.alike:
                return False
            reason = answer.reason
        self._rejected.add(record, f"{reason}, while another record is taken")
        return True

    async def _quiet(self, until: float) -> None:
        """Wait for as long as the receiver has asked, with all records: it is one receiver."""
        while (wait := self._quiet_until - _now()) > 0:
            if _now() + wait > until:
                await asyncio.sleep(max(0.0, until - _now()))
                raise Unavailable(f"it asks to be left alone for {wait:.0f} s")
            await asyncio.sleep(wait)


def _place(record: Delivered) -> Place:
    return record.topic, record.partition, record.offset


def _article(record: Delivered) -> tuple[str, int, str]:
    return record.topic, record.partition, record.key


def _now() -> float:
    return asyncio.get_running_loop().time()
