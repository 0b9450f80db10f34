"""An item pipeline for Scrapy: publishes pages to Kafka, and confirms each.

In settings.py:

    ITEM_PIPELINES = {"copydesk.scrapy.CopydeskPipeline": 900}
    COPYDESK_BOOTSTRAP_SERVERS = "127.0.0.1:9092"
    COPYDESK_TOPIC = "news.raw"

In the spider: `yield page_item(response, feed="courier")`.

It needs scrapy, kafka-python and lz4, and nothing else of Copydesk.
"""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.http import Response

LARGEST = 8 * 1024 * 1024  # the topic's limit, checked here because a rejected record ends the producer
CONFIRM_SECONDS = 120


def page_item(response: Response, feed: str | None = None, fetched_at: str | None = None) -> dict[str, Any]:
    """The item of a page: its bytes as received, under the URL that was requested.

    For a redirect that is the first URL. The article id is made from it, so that the next crawl, or a
    takedown, finds the article even if the redirect has changed.
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "url": response.meta.get("redirect_urls", [response.url])[0],
        "page": response.body,
        "content_type": (response.headers.get("Content-Type") or b"text/html").decode("latin-1"),
        "fetched_at": fetched_at or now,
        "feed": feed,
    }


class CopydeskPipeline:
    """Keeps each item until Kafka has confirmed it: Scrapy slows down with Kafka, and a closed spider has
    published everything. An item that Kafka rejects is dropped with an error in the log.

    Stats: `copydesk/published`, `copydesk/failed`.
    """

    def __init__(self, crawler: Crawler, servers: str, topic: str) -> None:
        self.crawler, self.servers, self.topic = crawler, servers, topic
        # The producer's calls may block, and the reactor must not block. A single thread keeps their order.
        self.thread = ThreadPoolExecutor(1)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        servers = crawler.settings.get("COPYDESK_BOOTSTRAP_SERVERS")
        if not servers:
            raise NotConfigured("COPYDESK_BOOTSTRAP_SERVERS is not set")
        return cls(crawler, servers, crawler.settings.get("COPYDESK_TOPIC", "news.raw"))

    def open_spider(self) -> None:
        """Connect to Kafka; without it the spider does not start."""
        self.producer = KafkaProducer(
            bootstrap_servers=self.servers.split(","),
            acks="all",  # confirmed: it is on every replica that is in sync
            compression_type="lz4",
            max_request_size=LARGEST,
            linger_ms=20,
        )

    async def process_item(self, item: Any) -> Any:
        """Publish the item, and pass it on once it is confirmed."""
        loop = asyncio.get_running_loop()
        try:
            sent = await loop.run_in_executor(self.thread, self.send, item)
            await asyncio.wait_for(confirmed(sent), CONFIRM_SECONDS)
        except (KafkaError, TimeoutError) as error:
            self.crawler.stats.inc_value("copydesk/failed")
            message = f"not published: {item['url']}: {error or type(error).__name__}"
            raise DropItem(message, log_level="ERROR") from error
        self.crawler.stats.inc_value("copydesk/published")
        return item

    def close_spider(self) -> None:
        """All items are confirmed or dropped by now."""
        self.producer.close()
        self.thread.shutdown()

    def send(self, item: dict[str, Any]) -> Any:
        """Give the page to the producer: its bytes, and headers that complete them."""
        event = hashlib.sha256(f"{item['url']}\n{item['fetched_at']}\n".encode() + item["page"]).hexdigest()
        headers = {
            "content-type": item["content_type"],
            "ce_source": f"/scrapy/{self.crawler.spidercls.name}",
            "ce_id": event,  # the same for each repeat of the fetch, so that readers can recognise repeats
            "ce_subject": item["url"],
            "ce_time": item["fetched_at"],
            "ce_feed": item["feed"],
        }
        named = [(name, value.encode()) for name, value in headers.items() if value]
        return self.producer.send(self.topic, key=item["url"].encode(), value=item["page"], headers=named)


def confirmed(sent: Any) -> "asyncio.Future[Any]":
    """A future of kafka-python, which calls back from its own thread, as one that can be awaited."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[Any] = loop.create_future()

    def resolve(set_it: Any, value: Any) -> None:
        if not waiting.done():
            set_it(value)

    sent.add_callback(lambda placed: loop.call_soon_threadsafe(resolve, waiting.set_result, placed))
    sent.add_errback(lambda error: loop.call_soon_threadsafe(resolve, waiting.set_exception, error))
    return waiting
