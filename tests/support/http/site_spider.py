"""A spider with the item pipeline of the package, which a test runs: BOOTSTRAP TOPIC SITE FETCHED_AT.

At its end it prints its stats.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from copydesk.scrapy import page_item

BOOTSTRAP, TOPIC, SITE, FETCHED_AT = sys.argv[1:]


class SiteSpider(scrapy.Spider):
    """Fetches every page that the front page links to."""

    name = "site"
    start_urls = (SITE,)

    def parse(self, response: Any) -> Iterator[Any]:
        """The front page is not an article; follow its links."""
        yield from response.follow_all(response.css("a::attr(href)"), self.parse_page)

    def parse_page(self, response: Any) -> Iterator[Any]:
        yield page_item(response, feed="courier", fetched_at=FETCHED_AT)


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "ITEM_PIPELINES": {"copydesk.scrapy.CopydeskPipeline": 900},
            "COPYDESK_BOOTSTRAP_SERVERS": BOOTSTRAP,
            "COPYDESK_TOPIC": TOPIC,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "INFO",
        }
    )
    crawler = process.create_crawler(SiteSpider)
    process.crawl(crawler)
    process.start()
    print(
        json.dumps({name: value for name, value in crawler.stats.get_stats().items() if "copydesk" in name})
    )
