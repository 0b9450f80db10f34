"""Whether the page says that readers have to pay."""

from agents.clean.page.parse import Page
from agents.records import Paywall

TIERS = {
    "free": "free",
    "metered": "metered",
    "locked": "closed",
    "premium": "closed",
    "paid": "closed",
    "paywall": "closed",
}


def paywall(page: Page) -> Paywall:
    """What JSON-LD (`isAccessibleForFree`) and the content tier say; `unknown` where they say nothing."""
    tier = (page.meta("article:content_tier", "content_tier") or "").lower()
    if tier == "metered":
        return Paywall(status="metered", evidence="meta")
    free = str(page.article.get("isAccessibleForFree", "")).rsplit("/", 1)[-1].lower()
    if free in {"true", "false"}:
        return Paywall(status="free" if free == "true" else "closed", evidence="json-ld")
    if tier in TIERS:
        return Paywall(status="free" if TIERS[tier] == "free" else "closed", evidence="meta")
    return Paywall()
