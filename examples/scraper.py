"""An example scraper for Copydesk: fetches pages and publishes them with kafka-python alone.

    pip install 'kafka-python>=3' lz4
    python examples/scraper.py -b 127.0.0.1:9092 https://harbour-courier.example/2026/03/ferry

A page is published as its own bytes, which is best if you have them, or with --json as a field of a JSON
record, which can have more fields. --takedown removes the articles of these URLs.
"""

import argparse
import hashlib
import json
import sys
from collections import deque
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any
from urllib.request import Request, urlopen

from kafka import KafkaProducer
from kafka.errors import KafkaError

Headers = list[tuple[str, bytes]]
SOURCE = b"/examples/scraper"  # who publishes: ce_source and ce_id identify this event
IN_FLIGHT = 100  # records sent and not confirmed yet: bounds the memory
LARGEST = 8 * 1024 * 1024  # the topic's limit, checked here because a rejected record ends the producer


def fetch(url: str) -> tuple[bytes, str]:
    """The page's bytes, and its content type with the server's charset."""
    request = Request(url, headers={"User-Agent": "example-scraper"})  # noqa: S310 - the user's own URL
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - the user's own URL
        return answer.read(), answer.headers.get("Content-Type", "text/html")


def identity(*parts: bytes) -> Headers:
    """The same for each repeat of the same fetch, so that readers can recognise repeats."""
    return [("ce_source", SOURCE), ("ce_id", hashlib.sha256(b"\n".join(parts)).hexdigest().encode())]


def as_bytes(url: str, options: argparse.Namespace) -> tuple[bytes, Headers]:
    """The page as it is. The headers complete its bytes."""
    page, content_type = fetch(url)
    headers = [("content-type", content_type), ("ce_subject", url), ("ce_time", options.fetched_at)]
    headers += [("ce_feed", options.feed)] if options.feed else []
    named = [(name, value.encode()) for name, value in headers]
    return page, named + identity(url.encode(), options.fetched_at.encode(), page)


def as_json(url: str, options: argparse.Namespace) -> tuple[bytes, Headers]:
    """The page as a field of a record, which may also have title, authors, published_at, language, meta."""
    page, _ = fetch(url)
    article = {"url": url, "html": page.decode("utf-8-sig"), "charset": "utf-8"}
    article |= {"fetched_at": options.fetched_at, "feed": options.feed}
    value = json.dumps(article).encode()
    return value, [("content-type", b"application/json"), *identity(value)]


def takedown(url: str, options: argparse.Namespace) -> tuple[None, Headers]:
    """A null value removes the article of the key's URL from every topic and sink."""
    return None, identity(url.encode(), b"takedown", options.fetched_at.encode())


def shown(text: object) -> str:
    """Safe for a terminal: a server's answer may have control characters."""
    return ascii(str(text))[1:-1]


def confirmed(url: str, future: Any) -> bool:
    """Wait until Kafka has confirmed a record, and report it."""
    try:
        placed = future.get(timeout=120)
    except KafkaError as error:
        print(f"not published: {shown(url)}: {shown(error)}", file=sys.stderr)
        return False
    print(f"{shown(url)}  {placed.topic}/{placed.partition}/{placed.offset}")
    return True


def publish(options: argparse.Namespace) -> int:
    """Publish the URLs. Returns how many could not be fetched or were not confirmed."""
    make = takedown if options.takedown else as_json if options.json else as_bytes
    producer = KafkaProducer(
        bootstrap_servers=options.bootstrap_servers.split(","),
        acks="all",  # confirmed: it is on every replica that is in sync
        compression_type="lz4",
        max_request_size=LARGEST,
        linger_ms=20,
    )
    in_flight: deque[tuple[str, Any]] = deque()
    failed = 0
    for url in options.urls:
        try:
            value, headers = make(url, options)
            # The URL is the key, so later records of the page come after it in the same partition.
            future = producer.send(options.topic, key=url.encode(), value=value, headers=headers)
            in_flight.append((url, future))
        except (OSError, ValueError, HTTPException, KafkaError) as error:
            print(f"not published: {shown(url)}: {shown(error)}", file=sys.stderr)
            failed += 1
        while len(in_flight) > IN_FLIGHT:
            failed += not confirmed(*in_flight.popleft())
    failed += sum(not confirmed(url, future) for url, future in in_flight)
    producer.close()
    return failed


if __name__ == "__main__":
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    parser = argparse.ArgumentParser(description="Fetch pages and publish them to Copydesk.")
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("-b", "--bootstrap-servers", default="127.0.0.1:9092")
    parser.add_argument("-t", "--topic", default="news.raw")
    parser.add_argument("--json", action="store_true", help="publish JSON records, not the pages' bytes")
    parser.add_argument("--takedown", action="store_true", help="remove the articles of these URLs")
    parser.add_argument("--feed", help="your name for where the pages come from")
    parser.add_argument("--fetched-at", default=now, help="when they were fetched (RFC 3339), if not now")
    sys.exit(1 if publish(parser.parse_args()) else 0)
