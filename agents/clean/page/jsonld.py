"""The metadata of a page in JSON-LD (schema.org), read leniently: half of the pages have errors in it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
from lxml.html import HtmlElement

Node = dict[str, Any]

MAX_BLOCK = 1_000_000
MAX_NODES = 500
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
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
# What is read of a block that no parser can read.
SALVAGED = re.compile(
    r'"(@type|headline|datePublished|dateModified|description|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.)*)"'
)


def nodes(tree: HtmlElement) -> list[Node]:
    """The nodes of the page's JSON-LD in page order: at the top, in `@graph`, the main entity and parts."""
    collected: list[Node] = []
    for script in tree.iterfind(".//script"):
        if "ld+json" in (script.get("type") or "") and script.text and len(script.text) <= MAX_BLOCK:
            collected.extend(_flat(_parsed(script.text)))
    return collected[:MAX_NODES]


def article(nodes: list[Node]) -> Node:
    """The node of the article: the first with a headline or a date, else the first of its type, else {}."""
    candidates = [node for node in nodes if types(node) & ARTICLE_TYPES]
    dated = (node for node in candidates if node.get("headline") or node.get("datePublished"))
    return next(dated, candidates[0] if candidates else {})


def types(node: Node) -> set[str]:
    return {str(each).rsplit("/", 1)[-1].removeprefix("schema:") for each in many(node.get("@type"))}


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


def _flat(value: Any) -> Iterator[Node]:
    pending = many(value)
    for _ in range(MAX_NODES):
        if not pending:
            return
        node = pending.pop(0)
        if isinstance(node, list):
            pending[:0] = node
        elif isinstance(node, dict):
            yield node
            for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
                pending.extend(each for each in many(node.get(key)) if isinstance(each, dict))


def _parsed(block: str) -> Any:
    try:
        return orjson.loads(block)
    except orjson.JSONDecodeError:
        pass
    # Without the comments, CDATA marks and semicolons around the value.
    starts, end = [at for at in map(block.find, "{[") if at >= 0], max(map(block.rfind, "}]"))
    bare = TRAILING_COMMA.sub("", block[min(starts, default=0) : end + 1])
    try:
        # strict=False: raw line breaks inside strings are the commonest fault.
        return json.loads(bare, strict=False)
    except (ValueError, RecursionError):
        return _salvaged(block)


def _salvaged(block: str) -> Node:
    """The first value of each key that matters. Broken escapes stay as they are."""
    node: Node = {}
    for key, value in SALVAGED.findall(block):
        try:
            node.setdefault(key, json.loads(f'"{value}"', strict=False))
        except ValueError:
            node.setdefault(key, value)
    return node
