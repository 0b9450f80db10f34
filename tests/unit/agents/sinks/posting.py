"""A webhook under test: its records, the receiver that it may reach, and what it has set aside."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agents.sinks.webhook import WebhookSettings
from agents.sinks.webhook.sink import Webhook
from agents.sinks.webhook.transport import Lookup, look_up
from streams.core.sink import Delivered
from streams.errors import Unavailable
from tests.unit.agents.claims import record_at
from tests.unit.agents.sinks.receiver import KEY, Answer, ReceivedRequest, Receiver


def delivered(offset: int, key: str = "", *, gone: bool = False, partition: int = 0) -> Delivered:
    """A record at `offset`. Without `key` it belongs to an article of its own."""
    key = key or f"k{offset}"
    value = None if gone else json.dumps({"id": key, "n": offset, "title": "Αθήνα 🏛"}).encode()
    return record_at(offset, value, partition=partition, key=key, version=f"v{offset:03d}")


@contextmanager
def webhook(folder: Path, receiver: Receiver, lookup: Lookup = look_up, **changed: Any) -> Iterator[Webhook]:
    """A sink that may reach this receiver and, apart from it, only public addresses."""
    settings = {
        "url": receiver.url,
        "secret": KEY,
        "allow_http": True,
        "allow_private": f"127.0.0.1:{receiver.port}",
        "rejected_folder": str(folder / "rejected"),
    }
    sink = Webhook(WebhookSettings(**{**settings, **changed}), lookup)
    try:
        yield sink
    finally:
        sink.close()


def write_all(sink: Webhook, records: Sequence[Delivered], most: int = 100) -> int:
    """Writes in batches as the loop does, and retries each during an outage. Returns how often it retried."""
    outages = 0
    for start in range(0, len(records), sink.batch):
        while outages < most:
            try:
                sink.write(records[start : start + sink.batch])
                break
            except Unavailable:
                outages += 1
    return outages


def once(requests: Sequence[ReceivedRequest]) -> list[str]:
    """Each event once, in the order in which they were first received."""
    return list(dict.fromkeys(request.event for request in requests))


def rejected(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in (folder / "rejected").glob("*.jsonl")
        for line in path.read_text().splitlines()
    ]


def resolving(addresses: list[str]) -> Lookup:
    """A resolver that gives these addresses for any name."""

    async def lookup(host: str, port: int) -> list[str]:
        return addresses

    return lookup


def answers(script: Mapping[str, Answer]) -> Callable[[int, str], Answer]:
    """Answers each event as the script says, and accepts all others."""
    return lambda number, event: script.get(event, Answer())
