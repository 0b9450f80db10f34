"""A webhook under test: the records it is given, the receiver it may reach, and what it has set aside."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agents.sinks.webhook import WebhookSettings
from agents.sinks.webhook.sink import Webhook
from agents.sinks.webhook.transport import look_up
from streams.core.sink import Delivered
from streams.errors import Unavailable
from tests.unit.agents.claims import SOURCE
from tests.unit.agents.sinks.receiver import KEY, ReceivedPost, Receiver, Reply

TOPIC = "news.summaries"
GREEK = "Αθήνα 🏛"


def delivered(offset: int, key: str = "", *, gone: bool = False, partition: int = 0) -> Delivered:
    """A record at `offset`, of an article of its own unless `key` says otherwise."""
    key = key or f"k{offset}"
    return Delivered(
        key=key,
        record=None if gone else json.dumps({"id": key, "n": offset, "title": GREEK}).encode(),
        version=f"v{offset:03d}",
        event=f"e{offset}",
        source=SOURCE,
        topic=TOPIC,
        partition=partition,
        offset=offset,
    )


@contextmanager
def webhook(folder: Path, receiver: Receiver, lookup: Any = look_up, **settings: Any) -> Iterator[Webhook]:
    """A sink that may reach this receiver, and nothing else that is not public."""
    wanted = {
        "url": receiver.url,
        "secret": KEY,
        "allow_http": True,
        "allow_private": f"127.0.0.1:{receiver.port}",
        "rejected_folder": str(folder / "rejected"),
    }
    sink = Webhook(WebhookSettings(**{**wanted, **settings}), lookup)
    try:
        yield sink
    finally:
        sink.close()


def write_all(sink: Webhook, records: Sequence[Delivered], most: int = 100) -> int:
    """What the loop does: batches, each again and again while the receiver is away. How often it was."""
    away = 0
    for start in range(0, len(records), sink.batch):
        while away < most:
            try:
                sink.write(records[start : start + sink.batch])
                break
            except Unavailable:
                away += 1
    return away


def once(posts: Sequence[ReceivedPost]) -> list[str]:
    """The events in the order in which each was received first."""
    return list(dict.fromkeys(post.event for post in posts))


def rejected(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in (folder / "rejected").glob("*.jsonl")
        for line in path.read_text().splitlines()
    ]


def answers(script: Mapping[str, Reply]) -> Callable[[int, str], Reply]:
    """An answer for each event that the script names; all others are taken."""
    return lambda number, event: script.get(event, Reply())
