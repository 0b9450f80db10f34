"""Which articles are dead letters already: read from Kafka when a worker starts, for the limit.

An entry of the ledger (`dead.resolved`) under the name of a stage's dead-letter topic says from which letter
on they count: those before it were accepted by a person.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from getpass import getuser
from typing import Any

import orjson
from kafka import TopicPartition

from streams.client import consumer, producer
from streams.dead_letters.letter import CONNECT
from streams.scan import as_message
from streams.settings import Settings
from streams.stage import Stage
from streams.topic import Topic


def dead_offsets(settings: Settings, stage: Stage, ledger: Topic, most: int) -> dict[int, list[int]]:
    """Partition → offsets of its dead articles, by the last `most` letters that nobody has accepted."""
    letters, source = stage.dead.full_name(settings.prefix), stage.reads.full_name(settings.prefix)
    found: dict[int, list[int]] = defaultdict(list)
    with consumer(settings) as reader:
        first = _accepted(reader, letters, ledger.full_name(settings.prefix))
        for letter in _last(reader, letters, most):
            message = as_message(letter)
            if letter.offset >= first and message.header(f"{CONNECT}topic") == source:
                place = (message.header(CONNECT + name) or "" for name in ("partition", "offset"))
                with suppress(ValueError):  # somebody else's letter
                    partition, offset = map(int, place)
                    found[partition].append(offset)
    return dict(found)


def accept(settings: Settings, stage: Stage, ledger: Topic) -> None:
    """Note in the ledger that the letters there are now were accepted: they count no more for the limit."""
    letters = TopicPartition(stage.dead.full_name(settings.prefix), 0)
    with consumer(settings) as reader:
        end = reader.end_offsets([letters])[letters]
    entry = {"action": "accepted", "at": datetime.now(UTC).isoformat(), "by": _who(), "before": end}
    with producer(settings) as writer:
        topic = ledger.full_name(settings.prefix)
        writer.send(topic, key=letters.topic.encode(), value=orjson.dumps(entry)).get(timeout=30)


def _accepted(reader: Any, letters: str, ledger: str) -> int:
    """The offset of the first letter that counts."""
    entries = (
        orjson.loads(one.value)
        for one in _last(reader, ledger, None)
        if one.value and one.key == letters.encode()
    )
    return max((int(entry.get("before", 0)) for entry in entries), default=0)


def _who() -> str:
    """The user, where the machine knows its name."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _last(reader: Any, topic: str, most: int | None) -> Iterator[Any]:
    """The last `most` records of a topic of one partition (None: all), in order."""
    partition = TopicPartition(topic, 0)
    begin, end = reader.beginning_offsets([partition])[partition], reader.end_offsets([partition])[partition]
    reader.assign([partition])
    reader.seek(partition, begin if most is None else max(begin, end - most))
    while reader.position(partition) < end:
        for record in reader.poll(timeout_ms=1000).get(partition, []):
            if record.offset < end:
                yield record
