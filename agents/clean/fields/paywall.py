"""Whether the page says that readers have to pay."""

from agents.clean.page import jsonld
from agents.clean.page.parse import Page
from agents.records import Paywall

CLOSED = {"locked", "premium", "paid", "paywall"}


def paywall(page: Page, *, ends_at_offer: bool = False) -> Paywall:
    """By the content tier and JSON-LD (`isAccessibleForFree`); `unknown` where the page has neither.

    `ends_at_offer`: the text ends with an offer to subscribe, which readers see on no free article.
    """
    tier = (page.meta("article:content_tier", "content_tier") or "").lower()
    if tier == "metered":
        return Paywall(status="metered", evidence="meta")
    free = _is_free(page)
    if free is not None:
        return Paywall(status="free" if free else "closed", evidence="json-ld")
    microdata = _truth(page.meta("isaccessibleforfree"))
    if tier == "free" or microdata:
        return Paywall(status="free", evidence="meta")
    if tier in CLOSED or microdata is False:
        return Paywall(status="closed", evidence="meta")
    return Paywall(status="closed", evidence="visible") if ends_at_offer else Paywall()


def _is_free(page: Page) -> bool | None:
    """What the article says, else what any of its parts says: `hasPart` names what is behind the wall."""
    own = _truth(page.article.get("isAccessibleForFree"))
    if own is not None:
        return own
    parts = [part for part in jsonld.many(page.article.get("hasPart"))[:20] if isinstance(part, dict)]
    return False if any(_truth(part.get("isAccessibleForFree")) is False for part in parts) else None


def _truth(value: object) -> bool | None:
    word = str(value).rsplit("/", 1)[-1].strip().lower()
    return {"true": True, "false": False}.get(word)
