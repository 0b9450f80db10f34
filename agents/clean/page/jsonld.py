"""The metadata of a page in JSON-LD (schema.org), read leniently: half of the pages have errors in it."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from agents.clean.page import json_block

Node = dict[str, Any]

MAX_NODES = 500
MAX_INNER = 5000
ARTICLE_TYPES = {
    "Article",
    "NewsArticle",
    "AdvertiserContentArticle",
    "AnalysisNewsArticle",
    "AskPublicNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
    "ReviewNewsArticle",
    "SatiricalArticle",
    "LiveBlogPosting",
    "BlogPosting",
    "Report",
    "Review",
    "CriticReview",
    "ScholarlyArticle",
    "TechArticle",
    "SocialMediaPosting",
}
BY_LOWER = {kind.lower(): kind for kind in ARTICLE_TYPES}
#: Where a node holds other nodes of the page. A list of other articles is `itemListElement`.
INNER = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "mainContentOfPage")


def nodes(tree: HtmlElement) -> list[Node]:
    """The nodes of the page's JSON-LD in page order: at the top, in `@graph`, the main entity, the parts."""
    collected: list[Node] = []
    for script in tree.iterfind(".//script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text and len(collected) < MAX_NODES:
            collected.extend(_flat(json_block.values(script.text)))
    return collected[:MAX_NODES]


def is_article(node: Node) -> bool:
    return bool(types(node) & ARTICLE_TYPES)


def resolved(value: Any, nodes: Iterable[Node]) -> Any:
    """The value with the nodes that it refers to, `{"@id": "#ann"}`, in place of the references."""
    if not any(map(_reference, many(value)[:MAX_NODES])):
        return value
    named: dict[str, Node] = {}
    for node in islice(_inner(nodes), MAX_INNER):
        if isinstance(node.get("@id"), str) and _reference(node) is None:
            named.setdefault(node["@id"], node)
    replaced = [named.get(_reference(each) or "", each) for each in many(value)[:MAX_NODES]]
    return replaced if isinstance(value, list) else replaced[0]


def _reference(value: Any) -> str | None:
    """The `@id` of a value that says nothing else."""
    if isinstance(value, str):
        return value if value.startswith(("#", "_:", "http:", "https:")) else None
    keys = set(value) - {"@type"} if isinstance(value, dict) else set()
    return value["@id"] if keys == {"@id"} and isinstance(value["@id"], str) else None


def _inner(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes, and the nodes that stand in their fields."""
    for node in nodes:
        yield node
        yield from (each for value in node.values() for each in many(value) if isinstance(each, dict))


def types(node: Node) -> set[str]:
    named = (str(each).strip().rsplit("/", 1)[-1].removeprefix("schema:") for each in many(node.get("@type")))
    return {BY_LOWER.get(each.lower(), each) for each in named}


def many(value: Any) -> list[Any]:
    """A value as a list, if it is none yet."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def name(value: Any, *keys: str) -> str | None:
    """The first string in a value that may be a string, a node with a name, or a list of these."""
    for each in many(value):
        if isinstance(each, str):
            return each
        if isinstance(each, dict):
            for key in keys or ("name",):
                if isinstance(each.get(key), str):
                    return str(each[key])
    return None


def _flat(values: list[Any]) -> Iterator[Node]:
    pending = deque(values)
    for _ in range(MAX_NODES):
        if not pending:
            return
        node = pending.popleft()
        if isinstance(node, list):
            pending.extendleft(node[MAX_NODES::-1])
        elif isinstance(node, dict):
            yield node
            for key in INNER:
                pending.extend(each for each in many(node.get(key))[:MAX_NODES] if isinstance(each, dict))
