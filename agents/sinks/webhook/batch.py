"""Deliver a batch: articles in parallel, the records of an article in order, with retries."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agents.sinks.rejected import RejectedRecords
from agents.sinks.webhook.request import Post
from agents.sinks.webhook.response import Accepted, Answer, Rejected, RetryLater
from streams.core.backoff import backoff
from streams.core.sink import Delivered
from streams.errors import Unavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0
#: After this time the records of a batch are not sent again: the sink's loop needs a report.
RETRY_SECONDS = 10.0
#: A record is set aside at the third rejection: a proxy may have made a mistake.
REJECTIONS = 3
#: A record that has failed this often, and for this long, may be the cause of the failure.
STUBBORN, STUBBORN_SECONDS = 4, 30.0
#: How often the receiver must fail on this record and accept another. If it is only overloaded, it fails on
#: any.
COMPARISONS = 3

Place = tuple[str, int, int]


@dataclass(slots=True)
class Trouble:
    """What went wrong with a record so far."""

    since: float
    rejections: int = 0
    failures: int = 0


class WebhookBatch:
    """Which records of a batch are delivered, and what went wrong with the others."""

    def __init__(self, post: Post, rejected: RejectedRecords) -> None:
        self._post = post
        self._rejected = rejected
        self._done: set[Place] = set()
        self._trouble: dict[Place, Trouble] = {}
        self._quiet_until = 0.0
        self._witness: Delivered | None = None

    def forget(self, topic: str, partition: int) -> None:
        """Forget a partition: another process may have delivered records of it since."""
        self._done = {place for place in self._done if place[:2] != (topic, partition)}
        self._trouble = {
            place: trouble for place, trouble in self._trouble.items() if place[:2] != (topic, partition)
        }
        self._witness = None

    async def deliver(self, batch: Sequence[Delivered]) -> None:
        """Deliver those records of a batch that are not delivered yet. Raises `Unavailable`."""
        articles: dict[tuple[str, int, str], list[Delivered]] = {}
        for record in batch:
            if _place(record) not in self._done:
                articles.setdefault(_article(record), []).append(record)
        if self._witness and _article(self._witness) in articles:
            self._witness = None
        until = _now() + RETRY_SECONDS
        tasks = (self._deliver_article(records, until) for records in articles.values())
        errors = [error for error in await asyncio.gather(*tasks, return_exceptions=True) if error]
        if errors:
            left = sum(_place(record) not in self._done for record in batch)
            outage = Unavailable(f"{left} of {len(batch)} records could not be delivered: {errors[0]}")
            raise next((error for error in errors if not isinstance(error, Unavailable)), outage)
        self._done.clear()
        self._trouble.clear()

    async def _deliver_article(self, records: list[Delivered], until: float) -> None:
        """The records of an article. After a failure the later ones are not sent."""
        for record in records:
            await self._deliver(record, until)
            self._done.add(_place(record))
        self._witness = records[-1]

    async def _deliver(self, record: Delivered, until: float) -> None:
        # With jitter, so that records that failed together are not sent together again.
        pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE, until=until, jitter=0.5)
        while True:
            answer = await self._try(record, until)
            if isinstance(answer, Accepted) or await self._gives_up(record, answer, until):
                return
            pause = next(pauses, None)
            if pause is None:
                raise Unavailable(answer.reason)
            await asyncio.sleep(pause)

    async def _try(self, record: Delivered, until: float) -> Answer:
        await self._quiet(until)
        answer = await self._post(record)
        if isinstance(answer, RetryLater) and answer.wait:
            self._quiet_until = max(self._quiet_until, _now() + answer.wait)
        return answer

    async def _gives_up(self, record: Delivered, answer: Rejected | RetryLater, until: float) -> bool:
        """Set a record aside that was rejected often enough, or makes the receiver fail; True if it did."""
        trouble = self._trouble.setdefault(_place(record), Trouble(_now()))
        if isinstance(answer, Rejected):
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
        return await self._fails_alone(record, until)

    async def _fails_alone(self, record: Delivered, until: float) -> bool:
        """Set a record aside if the receiver repeatedly accepts another record and fails on this one.

        The other one, the witness, was accepted before, as the last record of its article: it overtakes none.
        """
        reason = ""
        for _ in range(COMPARISONS):
            witness = self._witness
            if witness is None or not isinstance(await self._try(witness, until), Accepted):
                return False
            answer = await self._try(record, until)
            if isinstance(answer, Accepted):
                return True
            if isinstance(answer, Rejected) or answer.alike:
                return False
            reason = answer.reason
        self._rejected.add(record, f"{reason}, while another record is accepted")
        return True

    async def _quiet(self, until: float) -> None:
        """Wait for as long as the receiver has asked, before any record."""
        while (wait := self._quiet_until - _now()) > 0:
            if _now() + wait > until:
                await asyncio.sleep(max(0.0, until - _now()))
                raise Unavailable(f"it asks for a pause of {wait:.0f} s")
            await asyncio.sleep(wait)


def _place(record: Delivered) -> Place:
    return record.topic, record.partition, record.offset


def _article(record: Delivered) -> tuple[str, int, str]:
    return record.topic, record.partition, record.key


def _now() -> float:
    return asyncio.get_running_loop().time()
