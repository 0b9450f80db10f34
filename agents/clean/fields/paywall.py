"""Whether the page says that readers have to pay."""

from agents.clean.page.parse import Page
from agents.records import Paywall

CLOSED = {"locked", "premium", "paid", "paywall"}


def paywall(page: Page) -> Paywall:
    """By the content tier and JSON-LD (`isAccessibleForFree`); `unknown` where the page has neither."""
    tier = (page.meta("article:content_tier", "content_tier") or "").lower()
    if tier == "metered":
        return Paywall(status="metered", evidence="meta")
    free = str(page.article.get("isAccessibleForFree", "")).rsplit("/", 1)[-1].lower()
    if free in {"true", "false"}:
        return Paywall(status="free" if free == "true" else "closed", evidence="json-ld")
    if tier == "free":
        return Paywall(status="free", evidence="meta")
    return Paywall(status="closed", evidence="meta") if tier in CLOSED else Paywall()
