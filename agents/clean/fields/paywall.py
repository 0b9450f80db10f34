"""Whether the page says that readers have to pay."""

from collections.abc import Iterator

from agents.clean.page import jsonld
from agents.clean.page.parse import Page
from agents.records import Paywall

CLOSED = {"locked", "premium", "paid", "paywall"}
MAX_PARTS = 50


def paywall(page: Page) -> Paywall:
    """By the content tier and JSON-LD (`isAccessibleForFree`); `unknown` where the page has neither."""
    tier = (page.meta("article:content_tier", "content_tier") or "").lower()
    if tier == "metered":
        return Paywall(status="metered", evidence="meta")
    free = next(filter(None, map(_free, _nodes(page))), None)
    if free:
        return Paywall(status="free" if free == "true" else "closed", evidence="json-ld")
    if tier == "free":
        return Paywall(status="free", evidence="meta")
    return Paywall(status="closed", evidence="meta") if tier in CLOSED else Paywall()


def _nodes(page: Page) -> Iterator[jsonld.Node]:
    """Those that may say it, in this order: the article, its parts that are closed, the page, its parts."""
    for whole in (page.article, *(node for node in page.nodes if "WebPage" in jsonld.types(node))):
        yield whole
        parts = (part for part in jsonld.many(whole.get("hasPart"))[:MAX_PARTS] if isinstance(part, dict))
        yield from (part for part in parts if _free(part) == "false")


def _free(node: jsonld.Node) -> str | None:
    """`true`, `false`, or None: as JSON, as a word, or as `http://schema.org/False`."""
    word = str(node.get("isAccessibleForFree", "")).strip().rsplit("/", 1)[-1].lower()
    return {"true": "true", "yes": "true", "false": "false", "no": "false"}.get(word)
