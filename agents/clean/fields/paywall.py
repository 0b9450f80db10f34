"""Whether the page says that readers have to pay."""

from collections.abc import Iterator

from agents.clean.page import jsonld
from agents.clean.page.parse import Page
from agents.records import Paywall

CLOSED = {"locked", "premium", "paid", "paywall"}
MAX_PARTS = 50


def paywall(page: Page, *, ends_at_offer: bool = False) -> Paywall:
    """By content tier, JSON-LD and microdata (`isAccessibleForFree`); `unknown` where the page has none.

    `ends_at_offer`: the text ends with an offer to subscribe, which readers see on no free article.
    """
    tier = (page.meta("article:content_tier", "content_tier") or "").lower()
    if tier == "metered":
        return Paywall(status="metered", evidence="meta")
    free = next((each for each in map(_free, _nodes(page)) if each is not None), None)
    if free is not None:
        return Paywall(status="free" if free else "closed", evidence="json-ld")
    microdata = _truth(page.meta("isaccessibleforfree"))
    if tier == "free" or microdata:
        return Paywall(status="free", evidence="meta")
    if tier in CLOSED or microdata is False:
        return Paywall(status="closed", evidence="meta")
    return Paywall(status="closed", evidence="visible") if ends_at_offer else Paywall()


def _nodes(page: Page) -> Iterator[jsonld.Node]:
    """Those that may say it, in this order: the article, its parts that are closed, the page, its parts."""
    for whole in (page.article, *(node for node in page.nodes if "WebPage" in jsonld.types(node))):
        yield whole
        parts = (part for part in jsonld.many(whole.get("hasPart"))[:MAX_PARTS] if isinstance(part, dict))
        yield from (part for part in parts if _free(part) is False)


def _free(node: jsonld.Node) -> bool | None:
    return _truth(node.get("isAccessibleForFree"))


def _truth(value: object) -> bool | None:
    """As JSON, as a word, or as `http://schema.org/False`."""
    word = str(value).strip().rsplit("/", 1)[-1].lower()
    return {"true": True, "yes": True, "false": False, "no": False}.get(word)
